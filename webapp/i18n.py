"""Languages at the edge: which one a request speaks, and the words marked for translation."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from flask import g, has_app_context, has_request_context, request
from flask_babel import (
    Babel,
    force_locale,
    get_translations,
    lazy_gettext,
    lazy_ngettext,
)

from services.core.texts import LOCALES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.support import NullTranslations
    from flask import Flask

    from services.core.texts import Locale

__all__ = [
    "current_locale",
    "gettext",
    "in_language",
    "init_i18n",
    "lazy_gettext",
    "lazy_ngettext",
    "ngettext",
]

LOCALE_COOKIE = "locale"
_KEPT = ("language", "catalogue")
"""What a request keeps of its language."""


def choose_locale() -> str:
    """The visitor's own choice, else what his browser asks for, else Russian."""
    if not has_request_context():
        return "ru"
    chosen = request.cookies.get(LOCALE_COOKIE)
    if chosen in LOCALES:
        return chosen
    return request.accept_languages.best_match(LOCALES) or "ru"


def current_locale() -> Locale:
    """The language of this request."""
    if not has_app_context():
        return "ru"
    if "language" not in g:
        g.language = choose_locale()
    return cast("Locale", g.language)


@contextmanager
def in_language(locale: str) -> Iterator[None]:
    """Speak `locale` meanwhile: a document keeps its own language on a page of another."""
    before = {name: g.pop(name, None) for name in _KEPT}
    g.language = locale
    with force_locale(locale):
        yield
    for name, value in before.items():
        g.pop(name, None)
        if value is not None:
            setattr(g, name, value)


def gettext(text: str, /, **values: object) -> str:
    """The text in this request's language, with `values` for its `%(names)s`."""
    said = _catalogue().ugettext(text)
    return said % values if values else said


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """The same by number, which is `%(num)s` in it."""
    return _catalogue().ungettext(one, many, num) % {"num": num, **values}


def init_i18n(app: Flask) -> None:
    """Let flask-babel serve our one catalogue; times are never converted by it."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "ru")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "UTC")
    Babel(app, locale_selector=choose_locale)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, count: _catalogue().unpgettext(context, one, many, count),
    )


def _catalogue() -> NullTranslations:
    """The texts of this request's language, looked up once a page: flask-babel does so for each text."""
    if not has_app_context():
        return get_translations()
    known = g.get("catalogue")
    if known is None:
        known = g.catalogue = get_translations()
    return cast("NullTranslations", known)
