import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.charts import (
    FEWEST_POINTS,
    Bar,
    Circle,
    Note,
    Point,
    Svg,
    Wording,
    bars,
    circles,
    lettered,
    run_chart,
    sentence,
)

SVG = "{http://www.w3.org/2000/svg}"


def monthly(values, label="{:%b %Y}"):
    months = [date(2024 + m // 12, m % 12 + 1, 1) for m in range(len(values))]
    return [
        Point(month, value, label.format(month))
        for month, value in zip(months, values, strict=True)
    ]


SIX = monthly([40, 50, 60, 70, 80, 90])


def drawn(points=SIX, **said):
    words = {"title": "Carers", "description": "How many came", "unit": "Carers a month"}
    chart = run_chart(points, **(words | said))
    assert type(chart) is Svg
    return ElementTree.fromstring(chart)


def texts(tree):
    return [text.text for text in tree.iter(f"{SVG}text")]


def of_class(tree, name):
    return [element for element in tree.iter() if element.get("class") == f"tl-chart__{name}"]


def test_a_chart_is_an_image_with_title_and_description():
    tree = drawn()
    assert tree.get("role") == "img"
    title, desc = tree.find(f"{SVG}title"), tree.find(f"{SVG}desc")
    assert tree.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert (title.text, desc.text) == ("Carers", "How many came")
    assert drawn(title="Others").find(f"{SVG}title").get("id") != title.get("id")


def test_points_stand_at_their_dates_and_values():
    days = [0, 10, 20, 30, 40, 100]
    points = [
        Point(date(2025, 1, 1) + timedelta(day), value, str(day))
        for day, value in zip(days, [0, 50, 100, 25, 75, 100], strict=True)
    ]
    tree = drawn(points)
    dots = [(float(d.get("cx")), float(d.get("cy"))) for d in of_class(tree, "dot")]
    left, right = dots[0][0], dots[-1][0]
    assert [round((x - left) / (right - left) * 100) for x, _ in dots] == days
    bottom, top = dots[0][1], dots[2][1]
    heights = [round((bottom - y) / (bottom - top) * 100) for _, y in dots]
    assert heights == [0, 50, 100, 25, 75, 100]
    [line] = of_class(tree, "line")
    assert line.get("d") == "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in dots)


def test_the_scale_has_round_numbers_that_span_the_values():
    def scale(values, **said):
        shown = (text for text in texts(drawn(monthly(values), **said)) if text[0].isdigit())
        return list(shown)

    assert scale([0, 1, 2, 3, 4, 38]) == ["0", "10", "20", "30", "40"]
    assert scale([0, 0, 0, 0, 0, 0]) == ["0", "1"]
    assert scale([1, 2, 1, 1, 2, 3]) == ["0", "1", "2", "3"]
    assert scale([50] * 6) == ["0", "20", "40", "60"]
    assert scale([1200, 1300, 1425, 1300, 1300, 1300])[0] == "1,200"
    assert scale([0.2, 0.4, 0.9, 0.5, 0.6, 0.3]) == ["0", "0.5", "1"]


def test_a_scale_that_does_not_start_at_zero_says_so():
    high = monthly([192, 199, 207, 200, 198, 207])
    assert "The scale starts at 190" in texts(drawn(high))
    assert not any("scale" in text for text in texts(drawn()))


def test_the_median_is_the_middle_of_the_values_shown():
    tree = drawn(monthly([1, 100, 3, None, 4, 5, 7]))
    assert "Middle value: 4.5" in texts(tree)
    across, key = of_class(tree, "median")
    assert across.get("y1") == across.get("y2")
    dots = {round(float(dot.get("cy")), 1) for dot in of_class(tree, "dot")}
    above = [y for y in dots if y < float(across.get("y1"))]
    assert len(above) == 3
    assert float(key.get("y1")) > float(across.get("y1"))
    assert of_class(drawn(median=False), "median") == []


def test_gaps_break_the_line_and_are_not_drawn_as_zero():
    tree = drawn(monthly([10, 20, None, 30, 40, None, None, 50, 60]))
    assert len(of_class(tree, "line")) == 3
    assert len(of_class(tree, "dot")) == 6


def test_nothing_is_drawn_before_there_are_enough_points():
    words = {"title": "t", "description": "d", "unit": "u"}
    assert run_chart(SIX[: FEWEST_POINTS - 1], **words) is None
    assert run_chart(monthly([1, 2, None, 3, None, 4, 5]), **words) is None
    assert run_chart([], **words) is None
    assert run_chart(SIX, **words) is not None


def test_notes_are_lettered_by_date_and_marked_at_their_day():
    later, first = Note(date(2024, 5, 1), "Evening group"), Note(date(2024, 2, 1), "Bus fares")
    before = Note(date(2023, 12, 31), "Too early")
    assert lettered(SIX, [later, before, first]) == [("A", first), ("B", later)]
    tree = drawn(notes=[later, before, first])
    assert [text for text in texts(tree) if text in "ABC"] == ["A", "B"]
    marks = [float(mark.get("x1")) for mark in of_class(tree, "note")]
    dots = [float(dot.get("cx")) for dot in of_class(tree, "dot")]
    assert marks == [dots[1], dots[4]]


def test_a_note_after_the_last_point_lengthens_the_time_shown():
    tree = drawn(notes=[Note(date(2024, 8, 1), "New")])
    [mark] = of_class(tree, "note")
    assert float(mark.get("x1")) > float(of_class(tree, "dot")[-1].get("cx"))


def test_letters_close_together_do_not_overlap():
    notes = [Note(date(2024, 2, day), "n") for day in (1, 2, 3, 4)] + [Note(date(2024, 6, 1), "n")]
    circles = of_class(drawn(notes=notes), "letter")
    places = [(float(c.get("cx")), float(c.get("cy"))) for c in circles]
    for i, (x1, y1) in enumerate(places):
        for x2, y2 in places[:i]:
            assert abs(x1 - x2) >= 24 or abs(y1 - y2) >= 24
    assert len({y for _, y in places}) == 4


def test_letters_go_on_after_z():
    notes = [Note(date(2024, 1, 1), "n")] * 28
    assert [letter for letter, _ in lettered(SIX, notes)][25:] == ["Z", "AA", "AB"]


def test_labels_are_few_and_keep_inside_the_picture():
    assert [t for t in texts(drawn(monthly([9] * 24))) if " 202" in t] == [
        "Jan 2024",
        "Sep 2024",
        "Apr 2025",
        "Dec 2025",
    ]
    long = [t for t in texts(drawn(monthly([9] * 24, "{:%d %B %Y}"))) if " 202" in t]
    assert long == ["01 January 2024", "01 January 2025", "01 December 2025"]
    far = drawn(monthly([9] * 24), notes=[Note(date(2030, 1, 1), "n")])
    assert [t for t in texts(far) if " 202" in t] == ["Jan 2024", "Dec 2025"]


def test_points_out_of_order_are_refused():
    with pytest.raises(ValueError, match="not in the order of time"):
        drawn([*SIX, SIX[0]])


def test_text_is_no_smaller_than_sixteen_at_natural_size_and_nothing_needs_a_stylesheet():
    chart = run_chart(SIX, title="t", description="d", unit="u", notes=[Note(SIX[1].at, "n")])
    tree = ElementTree.fromstring(chart)
    assert tree.get("viewBox") == f"0 0 {tree.get('width')} {tree.get('height')}"
    sizes = [float(e.get("font-size")) for e in tree.iter() if e.get("font-size")]
    assert sizes == [16.0]
    assert "style" not in chart
    assert "script" not in chart
    colours = set(re.findall(r'(?:fill|stroke)="(.*?)"', chart))
    assert colours == {"currentColor", "Canvas", "none"}


hostile = st.text(max_size=30) | st.sampled_from(
    ["</title><script>alert(1)</script>", '" onload="alert(1)', "]]>&amp;<!--", "\x00\ud800\uffff"]
)


@given(hostile, hostile, hostile, hostile, hostile)
def test_every_text_is_escaped_and_nothing_breaks_the_markup(title, desc, unit, label, note):
    points = [Point(p.at, p.value, label) for p in SIX]
    chart = run_chart(
        points,
        title=title,
        description=desc,
        unit=unit,
        notes=[Note(SIX[0].at, note)],
        wording=Wording(middle=label.replace("{", "").replace("}", "")),
    )
    chart.encode()
    tree = ElementTree.fromstring(chart)
    names = {element.tag.removeprefix(SVG) for element in tree.iter()}
    assert names == {"svg", "title", "desc", "text", "line", "circle", "path"}
    assert not [name for e in tree.iter() for name in e.attrib if name.startswith("on")]


# --- in words


def test_sentence_says_only_what_the_numbers_show():
    points = monthly([40, 44, None, 52, 66, 38, 61])
    assert sentence(points, unit="carers a month", about=True) == (
        "Jan 2024 to Jul 2024: from about 40 to about 61 carers a month. The lowest is about 38,"
        " the highest about 66, the middle value about 48."
    )
    assert sentence(points, unit="nights") == (
        "Jan 2024 to Jul 2024: from 40 to 61 nights. The lowest is 38, the highest 66,"
        " the middle value 48."
    )


def test_sentence_before_there_are_enough_points():
    assert sentence([], unit="x") == "Nothing has been counted yet."
    assert sentence(monthly([None] * 9), unit="x") == "Nothing has been counted yet."
    assert sentence(SIX[:5], unit="x") == (
        "There are too few counts so far to show how this moves."
    )


def test_sentence_writes_numbers_as_people_do():
    said = sentence(monthly([1000, 1234567, 2.25, 3.04, 5, 7]), unit="pounds")
    assert "from 1,000 to 7 pounds" in said
    assert "The lowest is 2.2, the highest 1,234,567, the middle value 6." in said


def test_a_caller_brings_its_own_language():
    welsh = Wording(middle="Canol: {middle}", nothing="Dim byd eto.")
    assert "Canol: 65" in texts(drawn(wording=welsh))
    assert sentence([], unit="x", wording=welsh) == "Dim byd eto."


def test_circles_fit_on_the_smallest_phone_with_readable_text():
    things = [Circle("Wednesdays are too short for us", size) for size in (9, 5, 5, 1, 1)]
    tree = ElementTree.fromstring(circles(things, title="t", description="d"))
    width = float(tree.get("width"))
    assert width <= 290  # a screen of 320 pixels less its margins
    assert tree.get("font-size") == "16"
    drawn_circles = of_class(tree, "circle")
    assert len(drawn_circles) == 5
    for each in drawn_circles:
        x, radius = float(each.get("cx")), float(each.get("r"))
        assert 0 <= x - radius < x + radius <= width
    for text in tree.iter(f"{SVG}text"):
        assert len(text.text) * 8.5 / 2 <= min(float(text.get("x")), width - float(text.get("x")))


def test_bars_are_as_long_as_their_amounts_and_say_them():
    chart = bars(
        [
            Bar("A café", 24, "24, chosen", full=True),
            Bar("<A bus>", 12, "12"),
            Bar("Nothing", 0, "0"),
        ],
        title="Ticks",
        description="24, 12 and 0",
    )
    tree = ElementTree.fromstring(chart)
    drawn = list(tree.iter(f"{SVG}rect"))
    first, second, third = (float(each.get("width")) for each in drawn)
    assert first == pytest.approx(2 * second, rel=0.01)
    assert third < 3
    assert [each.get("fill") for each in drawn] == ["currentColor", "Canvas", "Canvas"]
    assert texts(tree) == ["A café", "24, chosen", "<A bus>", "12", "Nothing", "0"]
    assert max(float(text.get("x")) for text in tree.iter(f"{SVG}text")) < 288
    assert not list(tree.iter(f"{SVG}line"))
    assert bars([], title="", description="") is None
    with pytest.raises(ValueError, match="shorter"):
        bars([Bar("Less", -1, "-1")], title="", description="")


def test_bars_are_crossed_where_a_mark_is_and_words_keep_clear_of_it():
    chart = bars(
        [Bar("A café", 8, "8", full=True), Bar("A bus", 3, "3")],
        title="Votes",
        description="8 and 3",
        mark=6,
    )
    tree = ElementTree.fromstring(chart)
    first, second = tree.iter(f"{SVG}line")
    assert first.get("x1") == first.get("x2") == second.get("x1")
    long = [float(each.get("width")) for each in tree.iter(f"{SVG}rect")]
    at = float(first.get("x1")) - 3
    assert at == pytest.approx(long[0] * 6 / 8, rel=0.01)
    _name, _words, _bus, words = tree.iter(f"{SVG}text")
    assert float(words.get("x")) > at > long[1]
