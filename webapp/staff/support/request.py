"""One request: its page, taking it, and what staff do beside the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, url_for

from services import people
from services.core.errors import ConflictError, InvalidError
from services.support import contacts, queue, requests
from webapp.i18n import gettext as _
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import done
from webapp.staff.frame import staff_blueprint
from webapp.staff.support import request_forms as forms
from webapp.staff.support.request_page import rules_of, show
from webapp.staff.support.who import DESK, my_staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from services.support.requests.models import Request
    from webapp.staff.forms import StaffForm
    from webapp.support.attached import Attached

blueprint = staff_blueprint("request", __name__, "/requests")


@blueprint.get("/<int:number>")
@staff(*DESK)
def page(number: int) -> ResponseReturnValue:
    """The request on one screen."""
    return show(requests.get_request(db(), number=number))


@blueprint.post("/<int:number>/take")
@staff(*DESK)
def take(number: int) -> ResponseReturnValue:
    """Take it: the head of the queue just so, any other with a reason."""
    found = requests.get_request(db(), number=number)
    form = forms.TakeForm(prefix="take-")
    form.validate()  # the head needs no reason: the service says whether one is missing
    try:
        queue.pick(db(), request=found, staff=my_staff(), reason=form.text("reason") or None, now=now())
    except queue.PickReasonError:
        return show(found, take_form=form), 422
    except queue.PickedAlreadyError:
        return _refused(found, _("Somebody was faster: it is taken, or not open any more."))
    return done(_("№ %(number)s is yours.", number=number), "staff_request.page", number=number)


@blueprint.post("/<int:number>/class")
@staff(*DESK)
def reclass(number: int) -> ResponseReturnValue:
    """Another class, with a reason."""
    found = requests.get_request(db(), number=number)
    form, rules = forms.ClassForm(prefix="class-"), rules_of(found)
    if rules is None:
        return _refused(found, _("It has not been received yet."))
    form.offer(rules.terms)

    def change() -> object:
        return requests.reclass(
            db(),
            request=found,
            class_code=form.text("class_code"),
            reason=form.text("reason"),
            staff=my_staff(),
            now=now(),
        )

    said = _("The class is changed: the start and the pauses stay.")
    return submitted(found, form, "class_form", change, said)


@blueprint.post("/<int:number>/note")
@staff(*DESK)
def note(number: int) -> ResponseReturnValue:
    """A word for colleagues."""
    found = requests.get_request(db(), number=number)
    form = forms.NoteForm(prefix="note-")

    def write() -> object:
        return requests.add_note(db(), request=found, staff=my_staff(), body=form.text("body"), now=now())

    return submitted(found, form, "note_form", write, _("The note is kept."))


@blueprint.post("/<int:number>/hand-over")
@staff(*DESK)
def hand_over(number: int) -> ResponseReturnValue:
    """Give it to a colleague, or back to the queue."""
    found = requests.get_request(db(), number=number)
    form, colleagues = forms.HandOverForm(prefix="to-"), people.list_staff(db())
    form.offer(colleagues)

    def give() -> object:
        to = next((one for one in colleagues if str(one.id) == form.text("to")), None)
        return queue.hand_over(db(), request=found, to=to, staff=my_staff(), now=now())

    return submitted(found, form, "to_form", give, _("It is handed over."))


@blueprint.post("/<int:number>/merge")
@staff(*DESK)
def merge(number: int) -> ResponseReturnValue:
    """Merge it with another one: the earlier receipt wins."""
    found = requests.get_request(db(), number=number)
    form = forms.MergeForm(prefix="merge-")
    if not form.validate_on_submit():
        return show(found, merge_form=form), 422
    other = requests.find_request(db(), number=form.whole("into"))
    if other is None:
        form.refuse(InvalidError("merge_unknown", field="into"))
        return show(found, merge_form=form), 422
    try:
        stays = requests.merge(db(), request=found, into=other, staff=my_staff(), now=now())
    except InvalidError as error:
        form.refuse(error)
        return show(found, merge_form=form), 422
    except ConflictError:
        return _refused(found, _("One of the two has ended already: nothing was merged."))
    said = _("The two are one now: № %(number)s was received earlier.", number=stays.number)
    return done(said, "staff_request.page", number=stays.number)


@blueprint.post("/<int:number>/reopen")
@staff(*DESK)
def reopen(number: int) -> ResponseReturnValue:
    """Go on with it: what the customer wrote after the end was no thank-you."""
    found = requests.get_request(db(), number=number)
    try:
        going = contacts.go_on(db(), request=found, staff=my_staff(), now=now())
    except ConflictError:
        return _refused(found, _("The request has moved on meanwhile: look at it once more."))
    if going.follows_id == found.id:
        said = _(
            "It was too late to open it again: request № %(number)s goes on from it.", number=going.number
        )
    else:
        said = _("It is open again, and the clocks go on.")
    return done(said, "staff_request.page", number=going.number)


@blueprint.post("/<int:number>/mention")
@staff(*DESK)
def mention(number: int) -> ResponseReturnValue:
    """Mention the paid session on his page, once."""
    found = requests.get_request(db(), number=number)
    form = forms.MentionForm(prefix="mention-")

    def tell() -> object:
        why: Any = "asked" if form.ticked("asked") else "cannot_collect"
        return requests.mention_session(db(), request=found, staff=my_staff(), why=why, now=now())

    return submitted(found, form, "mention_form", tell, _("It stands on his page now."))


def submitted(
    found: Request,
    form: StaffForm,
    name: str,
    act: Callable[[], object],
    said: str,
    *,
    attached: Attached | None = None,
    works: bool = False,
) -> ResponseReturnValue:
    """Do what a form of the page asks for, or show the page with what is wrong with it.

    With `works` it is work on the request: one that is nobody's is taken for it, and out of order only
    with a reason.
    """
    if not form.validate_on_submit():
        return show(found, attached, **{name: form}), 422
    try:
        if works:
            queue.take_to_work(db(), request=found, staff=my_staff(), now=now())
        act()
    except InvalidError as error:
        form.refuse(error)
        return show(found, attached, **{name: form}), 422
    except ConflictError:
        return _refused(found, _("The request has moved on meanwhile: look at it once more."))
    return done(said, "staff_request.page", number=found.number)


def _refused(found: Request, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("staff_request.page", number=found.number), 303)
