"""The legal entities that sell, and their dated VAT."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import render_template, url_for
from wtforms.validators import ValidationError

from billing import sellers
from billing.sellers.errors import CountryTakenError
from billing.sellers.vat import Vat
from services.core.errors import InvalidError
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.boxes import boxes
from webapp.staff.forms import StaffForm, both, both_or_none, day, line, tick
from webapp.staff.frame import staff_blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.sellers.models import Seller

blueprint = staff_blueprint("sellers", __name__, "/sellers")
NAV = [NavItem("staff_sellers.overview", _l("Sellers and VAT"), "staff", 62, roles=("administrator",))]
METHODS = {
    "card": _l("card"),
    "transfer": _l("bank transfer by invoice"),
    "payment_order": _l("payment order with the bank's mark"),
    "credit": _l("credit for marked organisations"),
}
REGIMES = {
    "on_top": _l("VAT on top of the prices"),
    "inclusive": _l("prices include VAT"),
    "exempt": _l("without VAT"),
}
_COUNTRY = re.compile(r"[A-Z]{2}|\*")
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_PERCENT = re.compile(r"\d{1,2}([.,]\d{1,2})?")


class SellerForm(StaffForm):
    """Whom a seller sells to, how he is paid, when his office works."""

    groups = (
        (_l("To whom"), ("countries", "active")),
        (_l("How he is paid"), ("methods",)),
        (_l("His office"), ("zone", "opens", "closes")),
    )

    countries = line(
        _l("Countries of the payers"),
        hint=_l("Two letters each, separated by commas; * is every other country"),
    )
    active = tick(_l("Sells"))
    methods = boxes(_l("Ways of paying"), METHODS)
    zone = line(_l("Time zone"), hint=_l("Its IANA name, like Europe/Moscow"))
    opens = line(_l("Opens at"), hint=_l("Like 9:00"), longest=5)
    closes = line(_l("Closes at"), hint=_l("Like 18:00"), longest=5)

    def validate_countries(self, field: Any) -> None:
        """Codes of ISO 3166, each once."""
        wrong = [code for code in codes(field.data or "") if not _COUNTRY.fullmatch(code)]
        if wrong:
            raise ValidationError(
                _("Write two Latin letters for a country: “%(code)s” is none.", code=wrong[0])
            )

    def validate_opens(self, field: Any) -> None:
        """A time of the day."""
        if not _CLOCK.fullmatch(field.data or ""):
            raise ValidationError(_("Enter a time like 9:00."))

    validate_closes = validate_opens

    def changes(self) -> dict[str, Any]:
        """The attributes of a seller as they were typed."""
        return {
            "countries": codes(self.text("countries")),
            "methods": list(self.methods.data or []),
            "zone": self.text("zone"),
            "opens_minute": _minute(self.text("opens")),
            "closes_minute": _minute(self.text("closes")),
            "active": self.ticked("active"),
        }


class VatForm(StaffForm):
    """A rate from a date on, or the reason why there is none."""

    groups = ((_l("From when"), ("valid_from_on",)), (_l("How much"), ("percent", "reason")))

    valid_from_on = day(_l("In force from"), hint=_l("By the date of the supply"))
    percent = line(
        _l("Rate, percent"), hint=_l("Empty: without VAT, for the reason below"), required=False, longest=5
    )
    reason_ru, reason_en = both(line, _l("Reason to have none"), required=False)

    def validate_percent(self, field: Any) -> None:
        """A rate with at most two decimals."""
        if field.data and not _PERCENT.fullmatch(field.data):
            raise ValidationError(_("Enter a rate like 22 or 5,5."))

    def validate_reason_en(self, field: Any) -> None:
        """Either a rate or a reason, in both languages."""
        both_or_none(self, field)
        if bool(field.data) == bool(self.percent.data):
            raise ValidationError(_("Give either a rate or a reason to have none."))

    def vat(self) -> Vat:
        """The tax as it was typed."""
        if not self.text("percent"):
            return Vat(None, self.texts("reason"))
        whole, _point, part = self.text("percent").replace(",", ".").partition(".")
        return Vat(int(whole) * 100 + int((part + "00")[:2]))


@blueprint.get("/")
@staff("administrator")
def overview() -> ResponseReturnValue:
    """The sellers with the tax they charge."""
    everyone = sellers.list_sellers(db(), active_only=False)
    rows = [(one, sellers.list_vat_rates(db(), seller=one)) for one in everyone]
    return render_template("staff/sellers.html", rows=rows, methods=METHODS, regimes=REGIMES)


@blueprint.route("/<code>", methods=["GET", "POST"])
@staff("administrator")
def seller(code: str) -> ResponseReturnValue:
    """Edit a seller; orders made before keep what they froze."""
    entry = sellers.get_seller(db(), code=code)
    form = SellerForm(data=_shown(entry))
    if form.validate_on_submit() and _saved(entry, form):
        return done(_("The seller is saved."), "staff_sellers.overview")
    return edit_page(form, title=entry.organisation.name, back=_back(), action=_("Save the seller"))


@blueprint.route("/<code>/vat", methods=["GET", "POST"])
@staff("administrator")
def vat(code: str) -> ResponseReturnValue:
    """Add a dated rate, or a reason to have none."""
    entry = sellers.get_seller(db(), code=code)
    form = VatForm()
    if form.validate_on_submit():
        try:
            sellers.add_vat_rate(
                db(),
                seller=entry,
                vat=form.vat(),
                actor=actor(),
                valid_from_on=form.day("valid_from_on"),
                now=now(),
            )
        except InvalidError as error:
            form.refuse(error)
        else:
            return done(_("The rate is saved."), "staff_sellers.overview")
    return edit_page(
        form,
        title=_("VAT of %(name)s", name=entry.organisation.name),
        back=_back(),
        action=_("Save the rate"),
    )


def _saved(entry: Seller, form: SellerForm) -> bool:
    try:
        sellers.edit_seller(db(), seller=entry, changes=form.changes(), actor=actor(), now=now())
    except (InvalidError, CountryTakenError) as error:
        # What was refused must not be written by the next query of the page.
        db().expire(entry)
        _refuse(form, error)
        return False
    return True


def _refuse(form: SellerForm, error: InvalidError | CountryTakenError) -> None:
    if isinstance(error, InvalidError):
        field = "opens" if error.field == "opens_minute" else error.field
        form.refuse(InvalidError(error.code, field=field))
        return
    facts: dict[str, Any] = error.facts
    taken = {"seller": facts["seller"], "countries": ", ".join(facts["countries"])}
    form.countries.errors = [_("%(seller)s sells there already: %(countries)s.", **taken)]


def codes(text: str) -> list[str]:
    """Country codes separated by commas, in capitals."""
    return [code.strip().upper() for code in text.split(",") if code.strip()]


def _minute(text: str) -> int:
    hours, _colon, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _shown(entry: Seller) -> dict[str, Any]:
    return {
        "countries": ", ".join(entry.countries),
        "methods": entry.methods,
        "zone": entry.zone,
        "active": entry.active,
        "opens": _clock(entry.opens_minute),
        "closes": _clock(entry.closes_minute),
    }


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _back() -> tuple[str, str]:
    return url_for("staff_sellers.overview"), _("Sellers and VAT")
