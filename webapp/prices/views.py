"""The price list, and one service with everything that makes its price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from billing import prices, sellers
from billing.prices.errors import NoPriceError
from billing.sellers.errors import NoSellerError, NoVatRateError
from services import catalogue, scheduling
from services.core.vendor import vendor
from services.core.wording import format_both
from webapp.i18n import current_locale
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem, contribute
from webapp.prices.explain import factor_words, multiplier, price_rows, vat_words
from webapp.prices.payer import chosen_seller, likely_country
from webapp.request import db, now, viewer_zone
from webapp.security import public

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from billing.prices.overview import Overview
    from billing.sellers.models import Seller
    from services.catalogue.models import Service

blueprint = Blueprint("prices", __name__, url_prefix="/services")

NAV = (
    NavItem("prices.services", _l("Services and prices"), "top", 30, flow="session"),
    NavItem("prices.services", _l("Paid services"), "foot-services", 10, flow="session"),
)


@blueprint.get("/")
@public
def services() -> ResponseReturnValue:
    """Everything that can be ordered, with its price."""
    seller = _seller()
    return render_template(
        "prices/services.html",
        services=catalogue.list_services(db()),
        overview=_overview(seller),
        seller=seller,
        sellers=_sellers_with_prices(),
        query=_query(seller),
    )


@blueprint.get("/<slug>")
@public
def service(slug: str) -> ResponseReturnValue:
    """One service: what belongs to it, what makes its price, what comes back."""
    found = catalogue.get_service(db(), slug=slug)
    seller = _seller()
    overview = _overview(seller)
    return render_template(
        "prices/service.html",
        service=found,
        overview=overview,
        price=_price_of(overview, found),
        seller=seller,
        sellers=_sellers_with_prices(),
        query=_query(seller),
        nearest=nearest_words(found),
        factor_words=factor_words,
        now=now(),
    )


def _seller() -> Seller | None:
    """The seller whose prices are shown: chosen in the address, else the one that ordering assumes."""
    every = sellers.list_sellers(db())
    chosen = next((seller for seller in every if seller.code == chosen_seller()), None)
    if chosen is not None or not every:
        return chosen
    try:
        return sellers.seller_for(db(), country=likely_country())
    except NoSellerError:
        return every[0]


def _query(seller: Seller | None) -> dict[str, str]:
    """What links carry on: the seller, once somebody has chosen him."""
    return {"seller": seller.code} if seller is not None and chosen_seller() == seller.code else {}


def _overview(seller: Seller | None) -> Overview | None:
    if seller is None:
        return None
    try:
        return prices.price_overview(db(), seller=seller, now=now())
    except (NoPriceError, NoVatRateError):
        return None


def _sellers_with_prices() -> list[Seller]:
    return [seller for seller in sellers.list_sellers(db()) if _overview(seller) is not None]


def _price_of(overview: Overview | None, service: Service) -> object | None:
    rows = overview.services if overview is not None else ()
    return next((row for row in rows if row.service.id == service.id), None)


def nearest_words(service: Service) -> str:
    """The nearest free time of `service` in both zones, or an empty text when there is none."""
    zone = viewer_zone()
    found = scheduling.nearest(db(), service=service, n=1, customer_zone=zone, now=now())
    if not found:
        return ""
    return format_both(found[0].start, None, zone, vendor(db()).zone, current_locale())


def mount(app: Flask) -> None:
    """Serve the pages; `price_rows` becomes a filter of every template."""
    app.register_blueprint(blueprint)
    app.jinja_env.filters.update(price_rows=price_rows, multiplier=multiplier, vat_words=vat_words)
    contribute(app, NAV)
