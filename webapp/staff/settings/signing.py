"""What stands on a seller's documents beside his details: their numbers, and who signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for
from wtforms.validators import ValidationError

from billing import sellers
from billing.invoices import write_number
from services.core.errors import InvalidError
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.boxes import boxes
from webapp.staff.forms import StaffForm, line, tick
from webapp.staff.frame import staff_blueprint
from webapp.staff.settings.sellers import METHODS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = staff_blueprint("signing", __name__, "/sellers")
# Payment orders and credit end as a bank transfer too.
_RECEIPTS = {name: METHODS[name] for name in ("card", "transfer")}


class PapersForm(StaffForm):
    """What stands on a seller's documents beside his details: numbers and who signs."""

    groups = (
        (_l("Numbers"), ("number_pattern",)),
        (_l("Who signs"), ("head_position", "head_name", "accountant_name")),
        (_l("Tax and receipts"), ("vat_on_advances", "receipt_methods")),
    )

    number_pattern = line(
        _l("Pattern of the numbers"),
        hint=_l("{year} and {n:06} must be in it; letters before them are allowed, digits are safer"),
        longest=40,
    )
    head_position = line(
        _l("Position of the head"), hint=_l("A sole trader writes “Предприниматель”"), required=False
    )
    head_name = line(_l("Name of the head"), hint=_l("Like Орлова Н. В."), required=False)
    accountant_name = line(_l("Name of the accountant"), required=False)
    vat_on_advances = tick(_l("Show the VAT of advances in the tax register"))
    receipt_methods = boxes(_l("After these payments a fiscal receipt must be given"), _RECEIPTS)

    def validate_number_pattern(self, field: Any) -> None:
        """Year and number, each once."""
        try:
            write_number(field.data or "", year=2026, n=1)
        except InvalidError as error:
            raise ValidationError(_("Write {year} once and {n:06} once, like {year}-{n:06}.")) from error

    def changes(self) -> dict[str, Any]:
        """The attributes of a seller as they were typed."""
        names = ("number_pattern", "head_position", "head_name", "accountant_name")
        return {
            **{name: self.text(name) for name in names},
            "vat_on_advances": self.ticked("vat_on_advances"),
            "receipt_methods": list(self.receipt_methods.data or []),
        }


@blueprint.route("/<code>/papers", methods=["GET", "POST"])
@staff("administrator")
def edit(code: str) -> ResponseReturnValue:
    """Edit numbers and signatures; what was issued before keeps its own."""
    entry = sellers.get_seller(db(), code=code)
    form = PapersForm(obj=entry)
    if form.validate_on_submit():
        sellers.edit_seller(db(), seller=entry, changes=form.changes(), actor=actor(), now=now())
        return done(_("Numbers and signatures are saved."), "staff_sellers.overview")
    back = (url_for("staff_sellers.overview"), _("Sellers and VAT"))
    return edit_page(
        form,
        title=_("Documents of %(name)s", name=entry.organisation.name),
        back=back,
        action=_("Save"),
    )
