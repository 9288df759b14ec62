"""Contact persons of companies: who is proposed, who is it, a change on the company's letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from wtforms.validators import DataRequired, ValidationError

from services import people
from services.core.errors import ForbiddenError, NotFoundError
from services.support import contacts
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import read_email
from webapp.navigation import NavItem
from webapp.request import db, now, vendor_profile
from webapp.security import staff
from webapp.staff.answers import actor, done, me, page
from webapp.staff.forms import StaffForm, line, tick
from webapp.staff.frame import staff_blueprint
from webapp.staff.listing import SIZE, Listing, page_number
from webapp.staff.waiting import Waiting

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from services.people.models import Organisation

blueprint = staff_blueprint("contacts", __name__, "/contacts")
KEEPERS = ("coordinator", "administrator")
READERS = (*KEEPERS, "specialist")
NAV = [NavItem("staff_contacts.overview", _l("Contact persons"), "staff", 18, flow="free", roles=READERS)]


class ChangeForm(StaffForm):
    """Another contact person, as the company has written."""

    name = line(_l("Name of the person"))
    email = line(_l("E-mail"))
    letter = tick(_l("The company has asked for it in a letter that we keep"))

    def validate_email(self, field: Any) -> None:
        """An address that can be written to."""
        known = read_email(field.data)
        if known is None:
            raise ValidationError(_l("Check the address: it looks like name@company.example"))
        field.data = known

    def validate_letter(self, field: Any) -> None:
        """Without the company's word nobody is replaced."""
        DataRequired(_l("Only on a letter of the company: else its contact person hands over himself."))(
            self, field
        )


@blueprint.get("/")
@staff(*READERS)
def overview() -> ResponseReturnValue:
    """The companies with their contact persons; those proposed first, if asked."""
    words, proposed = request.args.get("q", "").strip(), request.args.get("state") == "proposed"
    at = page_number()
    total = contacts.count_contacts(db(), words=words, proposed_only=proposed)
    rows = contacts.list_contacts(
        db(), words=words, proposed_only=proposed, limit=SIZE, after=(at - 1) * SIZE
    )
    return render_template(
        "staff/support/contacts.html",
        listing=Listing(rows, at, max(1, -(-total // SIZE)), total),
        asked=words,
        state="proposed" if proposed else "",
    )


@blueprint.route("/<int:organisation_id>", methods=["GET", "POST"])
@staff(*READERS)
def company(organisation_id: int) -> ResponseReturnValue:
    """A company's contact person with those before him; a change on its letter."""
    found = _company(organisation_id)
    form = ChangeForm()
    if form.validate_on_submit():
        _require_keeper()
        person = people.add_person(
            db(), name=form.text("name"), email=form.text("email"), locale="ru", zone=_zone_of(found)
        )
        contact = contacts.replace_contact(
            db(), organisation=found, person=person, reason="letter", actor=actor(), now=now()
        )
        contacts.tell_contact(db(), contact=contact, now=now())
        return done(
            _("The contact person is changed, and has got a mail."),
            "staff_contacts.company",
            organisation_id=found.id,
        )
    return page(
        "staff/support/contact.html",
        form,
        company=found,
        contact=contacts.find_contact(db(), organisation_id=found.id),
        history=contacts.list_history(db(), organisation_id=found.id),
        may_change=_is_keeper(),
    )


@blueprint.post("/<int:organisation_id>/confirm")
@staff(*KEEPERS)
def confirm(organisation_id: int) -> ResponseReturnValue:
    """Say yes to who is proposed: he gets a mail with his page."""
    contact = _proposed(organisation_id)
    if contact is not None:
        contacts.confirm_contact(db(), contact=contact, actor=actor(), now=now())
        contacts.tell_contact(db(), contact=contact, now=now())
        flash(_("Confirmed. From now on colleagues write through the contact person."), "ok")
    return redirect(url_for("staff_contacts.company", organisation_id=organisation_id), 303)


@blueprint.post("/<int:organisation_id>/decline")
@staff(*KEEPERS)
def decline(organisation_id: int) -> ResponseReturnValue:
    """Say no: the next one who writes for the company is proposed."""
    contact = _proposed(organisation_id)
    if contact is not None:
        contacts.end_contact(db(), contact=contact, reason="declined", actor=actor(), now=now())
        flash(_("Declined. The next one who writes for the company will be proposed."), "ok")
    return redirect(url_for("staff_contacts.company", organisation_id=organisation_id), 303)


def waiting(db_: Session) -> list[Waiting]:
    """How many are proposed and wait for a yes, for the page of the day."""
    count = contacts.count_contacts(db_, proposed_only=True)
    url = url_for("staff_contacts.overview", state="proposed")
    return [Waiting(_("Contact persons proposed"), str(count), url)] if count else []


def _company(organisation_id: int) -> Organisation:
    found = people.find_organisation(db(), organisation_id=organisation_id)
    if found is None or found.kind != "customer":
        raise NotFoundError(kind="organisation")
    return found


def _proposed(organisation_id: int) -> Any:
    contact = contacts.find_contact(db(), organisation_id=_company(organisation_id).id)
    return contact if contact is not None and contact.state == "proposed" else None


def _zone_of(found: Organisation) -> str:
    contact = contacts.find_contact(db(), organisation_id=found.id)
    return contact.person.zone if contact is not None else vendor_profile().zone


def _is_keeper() -> bool:
    return bool(me().role_names & set(KEEPERS))


def _require_keeper() -> None:
    if not _is_keeper():
        raise ForbiddenError(reason="role")
