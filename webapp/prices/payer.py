"""Where a visitor's payer probably is, before he has said so: it chooses seller and currency."""

from __future__ import annotations

from flask import request

from billing import sellers
from webapp.i18n import current_locale
from webapp.request import db

_HOME = "RU"
_ABROAD = "DE"
_ELSEWHERE = "*"


def likely_country() -> str:
    """The country (ISO 3166 alpha-2) to show prices for; he corrects it in the details.

    It is one of the seller's that was chosen in the address, else the language tells it.
    """
    code = chosen_seller()
    for seller in sellers.list_sellers(db()) if code else ():
        if seller.code == code:
            return next((country for country in seller.countries if country != _ELSEWHERE), _ABROAD)
    return _HOME if current_locale() == "ru" else _ABROAD


def chosen_seller() -> str:
    """The code of the seller that the address asks for, or an empty text."""
    return request.args.get("seller", "")
