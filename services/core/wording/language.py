"""The catalogue of translations and the small rules of typography.

The catalogue is read with babel alone, so that mails, jobs and the command line speak the
same words as the pages without knowing the web framework.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale as BabelLocale
from babel.support import NullTranslations, Translations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.core.texts import Locale

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"

# The catalogue is data that the whole program shares; it lies where the web keeps its texts.
TRANSLATIONS = Path(__file__).resolve().parents[3] / "webapp" / "translations"


def N_(text: str) -> str:  # noqa: N802 - the field's own name, which extractors look for
    """Mark `text` for the catalogue and give it back as it is."""
    return text


@lru_cache(maxsize=8)
def _load(folder: Path, locale: str) -> NullTranslations:
    return Translations.load(folder, [locale], domain="messages")


def catalogue(locale: Locale, folder: Path = TRANSLATIONS) -> NullTranslations:
    """Give the translations for `locale`: for English the source strings themselves."""
    return NullTranslations() if locale == "en" else _load(folder, locale)


@lru_cache(maxsize=8)
def babel_locale(locale: Locale) -> BabelLocale:
    """Give babel's own description of `locale`."""
    return BabelLocale.parse(locale)


def nb(text: str) -> str:
    """Replace blanks by no-break spaces, for what must stay on one line."""
    return text.replace(" ", NBSP)


def upfirst(text: str) -> str:
    """Raise the first letter and leave the others alone (`str.capitalize` lowers them)."""
    return text[:1].upper() + text[1:]


def join_words(words: Sequence[str], locale: Locale) -> str:
    """Join a list as speech does: “a, b and c”, «а, б и в»."""
    if len(words) < 2:
        return "".join(words)
    last = catalogue(locale).gettext("%(list)s and %(last)s")
    return last % {"list": ", ".join(words[:-1]), "last": words[-1]}
