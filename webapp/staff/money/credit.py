"""Which companies may pay after the session: the manager marks them, with a limit and a term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from flask import render_template, url_for
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired

from billing import sellers, trust
from services import people
from services.core.errors import InvalidError
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.forms import StaffForm, line, number
from webapp.staff.frame import staff_blueprint
from webapp.staff.money.sums import SumField

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.trust.models import CreditLine
    from services.core.money import Money

Groups: TypeAlias = "tuple[tuple[Any, tuple[str, ...]], ...]"
blueprint = staff_blueprint("credit", __name__, "/credit")
MANAGERS = ("administrator",)
NAV = [NavItem("staff_credit.overview", _l("Credit lines"), "staff", 39, roles=MANAGERS)]


class LimitForm(StaffForm):
    """How much a company may owe, and how long."""

    groups: ClassVar[Groups] = ((_l("Limit and term"), ("limit", "term_days")),)

    currency = "RUB"
    limit = SumField(_l("Limit"), validators=[DataRequired(_l("Enter a sum."))])
    term_days = number(
        _l("Days to pay"), least=1, most=365, hint=_l("After the session; the invoice bears the date.")
    )

    @property
    def money(self) -> Money:
        """The limit, which has to be valid."""
        if self.limit.money is None:
            raise ValueError(self.limit.data)
        return self.limit.money


class LineForm(LimitForm):
    """A company that has no credit yet, found by its number."""

    groups: ClassVar[Groups] = (
        (_l("Company"), ("inn", "currency_code")),
        (_l("Limit and term"), ("limit", "term_days")),
    )

    inn = line(_l("Tax number"), hint=_l("Of a company that has ordered before"))
    currency_code = SelectField(_l("Currency"), validators=[DataRequired(_l("Choose one."))])

    def offer(self, currencies: list[str]) -> None:
        """Fill in what the sellers are paid in, and read sums by the one that was chosen."""
        self.currency_code.choices = [SelectChoice(code, code) for code in currencies]
        if self.currency_code.data in currencies:
            self.currency = self.currency_code.data


@blueprint.get("/")
@staff(*MANAGERS)
def overview() -> ResponseReturnValue:
    """Every company with credit, and what it owes."""
    rows = [
        (one, trust.open_with(db(), organisation_id=one.organisation_id, currency=one.currency))
        for one in trust.list_credit_lines(db())
    ]
    return render_template("staff/credit.html", rows=rows)


@blueprint.route("/new", methods=["GET", "POST"])
@staff(*MANAGERS)
def add() -> ResponseReturnValue:
    """Give a company credit."""
    form = LineForm()
    form.offer(_currencies())
    if form.validate_on_submit() and _added(form):
        return done(_("The company may pay after its sessions now."), "staff_credit.overview")
    return edit_page(
        form, title=_("Give a company credit"), back=_back(), action=_("Give credit"), lead=_lead()
    )


@blueprint.route("/<int:line_id>", methods=["GET", "POST"])
@staff(*MANAGERS)
def edit(line_id: int) -> ResponseReturnValue:
    """Change limit and term; what was granted keeps its date."""
    found = trust.get_credit_line(db(), line_id=line_id, lock=True)
    form = LimitForm(data={"limit": found.limit, "term_days": found.term_days})
    form.currency = found.currency
    if form.validate_on_submit() and _edited(form, found):
        return done(_("The credit is changed."), "staff_credit.overview")
    title = _("Credit of %(company)s", company=found.organisation.name)
    return edit_page(form, title=title, back=_back(), action=_("Save the credit"), lead=_lead())


@blueprint.post("/<int:line_id>/close")
@staff(*MANAGERS)
def close(line_id: int) -> ResponseReturnValue:
    """Give the company no credit any more."""
    found = trust.get_credit_line(db(), line_id=line_id, lock=True)
    trust.close_credit_line(db(), line=found, actor=actor(), now=now())
    return done(
        _("The company pays before its sessions again. What it owes stays owed."), "staff_credit.overview"
    )


def _added(form: LineForm) -> bool:
    known = people.list_customers_by_number(db(), number=form.text("inn"))
    if len(known) != 1:
        form.inn.errors = [_("No company with this number has ordered yet.")]
        return False
    try:
        trust.add_credit_line(
            db(), organisation=known[0], limit=form.money, term_days=form.whole("term_days"),
            actor=actor(), now=now(),
        )  # fmt: skip
    except InvalidError as error:
        form.refuse(error)
        return False
    return True


def _edited(form: LimitForm, found: CreditLine) -> bool:
    try:
        trust.edit_credit_line(
            db(), line=found, limit=form.money, term_days=form.whole("term_days"), actor=actor(), now=now()
        )
    except InvalidError as error:
        form.refuse(error)
        return False
    return True


def _currencies() -> list[str]:
    return list(dict.fromkeys(seller.currency for seller in sellers.list_sellers(db())))


def _back() -> tuple[str, str]:
    return url_for("staff_credit.overview"), _("Credit lines")


def _lead() -> str:
    return _(
        "Sessions on credit are confirmed before they are paid. Open bills count, whatever they were "
        "confirmed on; a coordinator still answers each wish."
    )
