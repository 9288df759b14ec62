"""Price lists: a change is a new list from a date on; earlier ones stay readable."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import render_template, url_for

from billing import prices, sellers
from billing.prices.factors import HUNDRED
from services import catalogue
from services.core.errors import InvalidError
from services.core.money import Money
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.frame import staff_blueprint
from webapp.staff.settings.price_form import FACTOR_NAMES, PriceListForm, shown

if TYPE_CHECKING:
    from datetime import date

    from flask.typing import ResponseReturnValue

    from billing.prices.models import FactorRow, Price
    from billing.sellers.models import Seller

blueprint = staff_blueprint("prices", __name__, "/prices")
NAV = [NavItem("staff_prices.overview", _l("Prices"), "staff", 61, roles=("administrator",))]


@blueprint.get("/")
@staff("administrator")
def overview() -> ResponseReturnValue:
    """The lists of each seller: the one in force, those to come, those of the past."""
    names = {one.id: one.name for one in catalogue.list_services(db(), active_only=False)}
    rows = []
    for seller in sellers.list_sellers(db(), active_only=False):
        in_force = prices.find_list(db(), seller=seller, on=_today(seller))
        rows.append((seller, in_force, prices.list_lists(db(), seller=seller)))
    return render_template(
        "staff/prices.html", rows=rows, names=names, factor_names=FACTOR_NAMES, sums=_sums, times=_times
    )


@blueprint.route("/<code>/new", methods=["GET", "POST"])
@staff("administrator")
def new_list(code: str) -> ResponseReturnValue:
    """Publish a new list for a seller, begun from the one in force."""
    seller = sellers.get_seller(db(), code=code)
    services = catalogue.list_services(db(), active_only=False)
    known = prices.find_list(db(), seller=seller, on=_today(seller))
    form_class = PriceListForm.for_services(services)
    form = form_class(data=shown(known, today=_today(seller)), seller=seller)
    if form.validate_on_submit() and _published(form, seller):
        return done(
            _("The new prices are published. Orders made before keep theirs."), "staff_prices.overview"
        )
    return edit_page(
        form,
        title=_("New prices of %(name)s", name=seller.organisation.name),
        back=(url_for("staff_prices.overview"), _("Prices")),
        action=_("Publish the prices"),
        lead=_("In %(currency)s. An empty price takes a service out of sale.", currency=seller.currency),
    )


def _published(form: Any, seller: Seller) -> bool:
    try:
        prices.publish_list(
            db(),
            seller=seller,
            valid_from_on=form.day("valid_from_on"),
            prices=form.prices(),
            factors=form.factors(),
            policy=form.policy(),
            actor=actor(),
            now=now(),
        )
    except InvalidError as error:
        form.refuse(error)
        return False
    return True


def _today(seller: Seller) -> date:
    return now().astimezone(ZoneInfo(seller.zone)).date()


def _times(factor: FactorRow) -> Decimal:
    return Decimal(factor.hundredths) / HUNDRED


def _sums(price: Price) -> dict[str, Money | None]:
    """The sums of a price as money."""
    currency = price.price_list.currency
    return {
        "first": Money(price.first_minor, currency),
        "step": None if price.step_minor is None else Money(price.step_minor, currency),
    }
