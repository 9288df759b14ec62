"""What staff say in a request: answers, solutions, what is missing; and the files of the conversation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import request

from services.support import requests
from services.support.requests.attachments import get_attachment
from webapp.i18n import gettext as _
from webapp.large_forms import takes_large_files
from webapp.request import db, now
from webapp.security import FILES, staff
from webapp.staff.frame import staff_blueprint
from webapp.staff.support import request_forms as forms
from webapp.staff.support.request import submitted
from webapp.staff.support.request_page import ready_texts, rules_of, show
from webapp.staff.support.who import DESK, my_staff
from webapp.support.attached import drop_asked, sent_files
from webapp.support.follow.downloads import hand_out

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from services.support.requests.models import Message, Request

blueprint = staff_blueprint("conversation", __name__, "/requests/<int:number>")


@blueprint.post("/answer")
@staff(*DESK)
@takes_large_files
def answer(number: int) -> ResponseReturnValue:
    """Answer, or give the solution or a plan; a ready text is put in without losing what was typed."""
    found = requests.get_request(db(), number=number)
    form = forms.AnswerForm()
    dropped, attached = drop_asked(), sent_files([FILES])
    if dropped or _put_in(found, form):
        return show(found, attached, answer_form=form)
    if attached.refusals.get(FILES):
        form.validate()
        form.files.errors = [*form.files.errors, *attached.refusals[FILES]]
        return show(found, attached, answer_form=form), 422
    if not form.validate():
        return show(found, attached, answer_form=form), 422

    say = partial(
        requests.answer if form.text("kind") == "answer" else _resolve(plan=form.text("kind") == "plan"),
        db(),
        request=found,
        staff=my_staff(),
        body=form.text("body"),
        uploads=attached.uploads,
        now=now(),
    )
    said = _("It is said, and the letter is on its way.")
    return submitted(found, form, "answer_form", say, said, attached=attached, works=True)


def _resolve(*, plan: bool) -> partial[Message]:
    return partial(requests.resolve, plan=plan)


@blueprint.post("/ask")
@staff(*DESK)
def ask(number: int) -> ResponseReturnValue:
    """Ask for what only the customer can give: the clocks rest until he writes."""
    found = requests.get_request(db(), number=number)
    rules = rules_of(found)
    items = rules.terms.items if rules is not None else ()
    form = forms.info_form(items)

    def wish() -> object:
        return requests.ask_information(
            db(),
            request=found,
            staff=my_staff(),
            items=form.wanted(items),
            body=form.text("body"),
            now=now(),
        )

    said = _("It is asked for: the clocks rest until he writes.")
    return submitted(found, form, "info_form", wish, said, works=True)


@blueprint.get("/files/<reference>")
@staff(*DESK)
def download(number: int, reference: str) -> ResponseReturnValue:
    """A file that was looked through."""
    found = requests.get_request(db(), number=number)
    return hand_out(get_attachment(db(), request=found, reference=reference))


@blueprint.post("/files/<reference>")
@staff(*DESK)
def unchecked(number: int, reference: str) -> ResponseReturnValue:
    """A file that nobody could look through, for who has pressed the button that says so."""
    found = requests.get_request(db(), number=number)
    return hand_out(get_attachment(db(), request=found, reference=reference, quarantined=True))


def _put_in(found: Request, form: forms.AnswerForm) -> bool:
    """Add the ready text whose button was pressed to what is typed; False when none was."""
    wanted = request.form.get("put", "")
    ready = next((one for one in ready_texts(found) if one.value == wanted), None)
    if ready is None:
        return bool(wanted)
    form.body.data = "\n\n".join(part for part in (form.text("body"), ready.text) if part)
    return True
