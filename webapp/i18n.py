"""Languages at the edge: which one a request speaks, and the words marked for translation."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import g, has_request_context, request
from flask_babel import (
    Babel,
    get_locale,
    get_translations,
    gettext,
    lazy_gettext,
    lazy_ngettext,
    ngettext,
)

from services.core.texts import LOCALES

if TYPE_CHECKING:
    from babel.support import NullTranslations
    from flask import Flask

    from services.core.texts import Locale

__all__ = ["current_locale", "gettext", "init_i18n", "lazy_gettext", "lazy_ngettext", "ngettext"]

LOCALE_COOKIE = "locale"


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
    chosen = get_locale()
    return cast("Locale", chosen.language if chosen is not None else "ru")


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
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return cast("NullTranslations", g.catalogue)
