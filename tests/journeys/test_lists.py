"""Somebody takes a list with them, as more than one sort of file."""

from django.urls import reverse

from tests.journeys.conftest import Sitter
from tests.world import World

# What the portal's own script has let through of each sending; none of them leaves the page.
WATCH = """() => {
  window.sent = []
  document.addEventListener('submit', event => {
    window.sent.push(!event.defaultPrevented)
    event.preventDefault()
  })
}"""
PRESS = """(names) => {
  for (const name of names) {
    [...document.querySelectorAll('main button')].find(each => each.textContent === name).click()
  }
}"""


def test_each_button_of_a_form_sends_once(world: World, sit_down: Sitter) -> None:
    table, spreadsheet = "Table (CSV)", "Spreadsheet (XLSX)"
    carer = sit_down(world.carer)
    carer.open(reverse("codesign:proposals", args=["norfolk", world.workspace.pk]))
    carer.page.evaluate(WATCH)
    carer.page.evaluate(PRESS, [table, table, spreadsheet])
    assert carer.page.evaluate("window.sent") == [True, False, True]
