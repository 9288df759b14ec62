"""Where a visitor's payer probably is, before he has said so: it chooses seller and currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from billing import sellers
from webapp.i18n import current_locale
from webapp.request import db

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from billing.prices import Offer

_HOME = "RU"
_ABROAD = "DE"
_ELSEWHERE = "*"


def likely_country() -> str:
    """The country (ISO 3166 alpha-2) to show prices for; he corrects it in the details.

    It is one of the seller's that was chosen in the address, else the language tells it.
    """
    every = sellers.list_sellers(db()) if chosen_seller() else ()
    return _country({seller.code: seller.countries for seller in every})


def country_of_offers(offers: Iterable[Offer]) -> str:
    """The same where the sellers are known already by what they offer."""
    return _country({offer.seller: offer.countries for offer in offers})


def _country(countries: Mapping[str, Sequence[str]]) -> str:
    chosen = countries.get(chosen_seller())
    if chosen is not None:
        return next((country for country in chosen if country != _ELSEWHERE), _ABROAD)
    return _HOME if current_locale() == "ru" else _ABROAD


def chosen_seller() -> str:
    """The code of the seller that the address asks for, or an empty text."""
    return request.args.get("seller", "")
