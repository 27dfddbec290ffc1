"""What is remembered of the translations is what the catalogues say."""

import pytest
from django.conf import settings
from django.utils.translation import gettext, ngettext, override
from django.utils.translation.trans_real import DjangoTranslation, translation

TEXTS = ["Password", "This field is required.", "Suggest something", "Monday", ""]


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_texts_are_what_the_catalogues_of_their_language_say(language: str) -> None:
    afresh = DjangoTranslation(language)
    for _twice in range(2):
        with override(language):
            for text in TEXTS:
                assert gettext(text) == (afresh.gettext(text) if text else "")
            for number in (0, 1, 2, 3, 5):
                words = ("%(num)d day", "%(num)d days", number)
                assert ngettext(*words) == afresh.ngettext(*words)


def test_one_language_is_never_answered_with_another() -> None:
    with override("cy"):
        assert gettext("Password") == "Cyfrinair"
    with override("en-gb"):
        assert gettext("Password") == "Password"


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_a_text_is_looked_up_once(language: str) -> None:
    texts = translation(language)
    with override(language):
        gettext("Looked up once only")
        before = texts.gettext.cache_info().hits
        gettext("Looked up once only")
    assert texts.gettext.cache_info().hits == before + 1
