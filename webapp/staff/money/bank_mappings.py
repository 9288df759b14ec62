"""How tables of banks are read: which column means what, said once for each bank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for
from wtforms import SelectField

from billing import bank, sellers
from billing.bank.table import DATE_FORMATS, TableMapping
from services.core.errors import InvalidError
from services.people.bank_accounts import list_bank_accounts
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.forms import Needed, StaffForm, line
from webapp.staff.frame import staff_blueprint
from webapp.staff.money.bank import READERS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.sellers.models import Seller
    from services.people.models import BankAccount

blueprint = staff_blueprint("bank_mappings", __name__, "/bank/tables")
_COLUMNS: dict[str, Any] = {
    "on": _l("Date"),
    "booked_on": _l("Date of booking"),
    "amount": _l("Sum, with a minus for what left"),
    "came": _l("Sum that came"),
    "went": _l("Sum that left"),
    "currency": _l("Currency"),
    "number": _l("Document’s number"),
    "reference": _l("Bank’s reference"),
    "other_name": _l("Other side: name"),
    "other_inn": _l("Other side: tax number"),
    "other_kpp": _l("Other side: КПП"),
    "other_account": _l("Other side: account"),
    "other_bic": _l("Other side: БИК"),
    "purpose": _l("Purpose"),
}
_DATES = dict(zip(DATE_FORMATS, ("31.12.2026", "2026-12-31", "31/12/2026", "12/31/2026"), strict=True))
_PREFIX = "column_"
_NEEDED = ("on",)


class MappingForm(StaffForm):
    """The table's account, how it writes figures, and the headings of its columns."""

    groups = (
        (_l("Table"), ("name", "account", "delimiter", "decimal", "date_format")),
        (_l("Headings of its columns"), tuple(f"{_PREFIX}{name}" for name in _COLUMNS)),
    )

    name = line(_l("Name"), hint=_l("For you: the bank, for example"), longest=60)
    account = SelectField(_l("Whose table it is"), choices=[], validators=[Needed()])
    delimiter = SelectField(
        _l("Columns are parted by"),
        choices=[(";", ";"), (",", ","), ("\t", _l("a tab"))],
        default=";",
        validators=[Needed()],
    )
    decimal = SelectField(
        _l("Before the kopecks stands"),
        choices=[(",", _l("a comma")), (".", _l("a point"))],
        default=",",
        validators=[Needed()],
    )
    date_format = SelectField(_l("Dates look like"), choices=list(_DATES.items()), validators=[Needed()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer our accounts."""
        super().__init__(*args, **kwargs)
        self.account.choices = [
            (one.account, f"{one.account}, {seller.organisation.name}") for seller, one in _accounts()
        ]

    def table(self, currency: str) -> TableMapping:
        """The mapping as it was typed."""
        headings = {name: self.text(f"{_PREFIX}{name}") for name in _COLUMNS}
        return TableMapping(
            columns={name: heading for name, heading in headings.items() if heading},
            account=self.text("account"),
            currency=currency,
            date_format=self.text("date_format"),
            decimal=self.text("decimal"),
            delimiter=str(self["delimiter"].data),
        )


for _name, _label in _COLUMNS.items():
    setattr(MappingForm, f"{_PREFIX}{_name}", line(_label, required=_name in _NEEDED, longest=100))


@blueprint.get("/")
@staff(*READERS)
def overview() -> ResponseReturnValue:
    """The saved ways to read tables."""
    return render_template("staff/bank_mappings.html", mappings=bank.list_mappings(db()))


@blueprint.route("/new", methods=["GET", "POST"])
@staff(*READERS)
def new() -> ResponseReturnValue:
    """Say how a table is read."""
    return _edit(MappingForm(), None)


@blueprint.route("/<int:mapping_id>", methods=["GET", "POST"])
@staff(*READERS)
def mapping(mapping_id: int) -> ResponseReturnValue:
    """Change how a table is read."""
    kept = bank.get_mapping(db(), mapping_id=mapping_id)
    return _edit(MappingForm(data=_shown(kept)), kept)


@blueprint.post("/<int:mapping_id>/remove")
@staff(*READERS)
def remove(mapping_id: int) -> ResponseReturnValue:
    """Forget a way to read a table."""
    bank.remove_mapping(db(), mapping=bank.get_mapping(db(), mapping_id=mapping_id), actor=actor(), now=now())
    return done(_("The table’s description is removed."), "staff_bank_mappings.overview")


def _edit(form: MappingForm, kept: bank.Mapping | None) -> ResponseReturnValue:
    if request.method == "POST" and form.validate() and _saved(form, kept):
        return done(_("The table’s description is saved."), "staff_bank_mappings.overview")
    return edit_page(
        form,
        title=_("How a table is read"),
        back=(url_for("staff_bank_mappings.overview"), _("Tables of banks")),
        action=_("Save the description"),
        lead=_("Copy the headings as they stand in the table. A column that the table hasn’t stays empty."),
    )


def _saved(form: MappingForm, kept: bank.Mapping | None) -> bool:
    owners = {one.account: (seller, one) for seller, one in _accounts()}
    seller, account = owners[form.text("account")]
    try:
        bank.save_mapping(
            db(),
            seller=seller,
            name=form.text("name"),
            table=form.table(account.currency),
            mapping=kept,
            actor=actor(),
            now=now(),
        )
    except bank.MappingNameTakenError:
        form["name"].errors = [_("There is a table with this name already.")]
        return False
    except InvalidError:
        form[f"{_PREFIX}amount"].errors = [
            _("Give the column of the sum, or both: of what came and of what left.")
        ]
        return False
    return True


def _shown(kept: bank.Mapping) -> dict[str, Any]:
    table = TableMapping.of_json(kept.columns)
    headings = {f"{_PREFIX}{name}": heading for name, heading in table.columns.items()}
    plain = {name: getattr(table, name) for name in ("account", "delimiter", "decimal", "date_format")}
    return {"name": kept.name, **plain, **headings}


def _accounts() -> list[tuple[Seller, BankAccount]]:
    return [
        (seller, account)
        for seller in sellers.list_sellers(db(), active_only=False)
        for account in list_bank_accounts(db(), organisation_id=seller.organisation_id)
    ]
