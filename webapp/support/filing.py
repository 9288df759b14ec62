"""From the form of a free request to the request itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services import people
from services.support import contacts
from services.support.requests import Asked, sent_forms
from webapp.i18n import current_locale
from webapp.request import db, now, viewer_zone
from webapp.support.ask_form import asked_fields, name_of

if TYPE_CHECKING:
    from services.catalogue.models import Product
    from services.support.requests.models import Request
    from webapp.support.ask_form import RequestForm
    from webapp.support.attached import Attached

_AUTHOR = "customer"
OWN_WORDS = "description"
"""The field whose answer is the first message; without one the subject is."""


def file_request(product: Product, form: RequestForm, attached: Attached) -> Request:
    """File what a valid form says, with its files; the form's key makes it known again."""
    answers = answers_of(product, form, attached)
    author = people.add_person(
        db(),
        name=form.name.data or "",
        email=form.email.data or "",
        phone=form.phone.data or "",
        locale=current_locale(),
        zone=viewer_zone(),
    )
    made = contacts.file(
        db(),
        asked=Asked(
            product=product,
            author=author,
            organisation=contacts.company_for(
                db(),
                email=author.email,
                name=form.company.data or "",
                inn=form.inn.data or "",
            ),
            subject=form.subject.data or "",
            body=own_words(form) or form.subject.data or "",
            answers=answers,
            employees=form.affected(),
            impact=str(form.impact.data),
            cannot_collect=bool(form.impossible.data),
            source="form",
        ),
        uploads=attached.uploads,
        actor=_AUTHOR,
        now=now(),
    )
    sent_forms.note_form(db(), request=made, form_key=str(form.form_key.data))
    return made


def own_words(form: RequestForm) -> str:
    """The description; nothing where the product's form has none."""
    name = f"of_{OWN_WORDS}"
    return str(form[name].data or "") if name in form else ""


def answers_of(product: Product, form: RequestForm, attached: Attached) -> dict[str, str]:
    """What was written, by the keys of the product's fields; of files their names."""
    answers: dict[str, str] = {}
    for asked in asked_fields(product):
        name = name_of(asked)
        if asked.kind == "file":
            answers[asked.key] = ", ".join(one.upload.name for one in attached.kept.get(name, ()))
        else:
            answers[asked.key] = form[name].data or ""
    return {key: answer for key, answer in answers.items() if answer}
