"""Looking texts up in the translations: each text once."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import trans_real

MOST = 20_000  # texts that are remembered of one language


def remember_texts() -> None:
    """Remember for the life of the process what each text is in each of our languages.

    For one text Django asks the catalogues of some twenty apps, and those they fall back to, in
    turn. A page shows hundreds of texts, and no catalogue changes while a process runs.
    """
    for language, _name in settings.LANGUAGES:
        texts: Any = trans_real.translation(language)
        texts.gettext = lru_cache(MOST)(texts.gettext)
        texts.ngettext = lru_cache(MOST)(texts.ngettext)
