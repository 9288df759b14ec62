"""One request on one screen: facts, what is missing, clocks, conversation, notes, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import render_template

from services import people
from services.core.db import core_of
from services.support import articles, queue, regulation, requests
from services.support.requests.attachments import list_attachments
from services.support.requests.models import Request
from webapp.i18n import current_locale
from webapp.request import db, now
from webapp.security import FILES
from webapp.staff.support import request_forms as forms
from webapp.staff.support import words
from webapp.staff.support.who import my_staff
from webapp.support.attached import Attached
from webapp.support.follow.standing import missing_of
from webapp.support.uploads import state_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.support.regulation import Regulation
    from services.support.terms import Terms
    from webapp.staff.forms import StaffForm

SIMILAR = 5
_ALIVE = frozenset({"open", "waiting"})


@dataclass(frozen=True)
class Ready:
    """A text that may be put into the answer: `value` names it in the form."""

    value: str
    title: str
    text: str


def rules_of(found: Request) -> Regulation | None:
    """The regulation that it goes by; None before its receipt."""
    if found.regulation_id is None:
        return None
    return regulation.get_regulation_by_id(db(), regulation_id=found.regulation_id)


def show(found: Request, attached: Attached | None = None, **came: StaffForm) -> str:
    """The page; `came` are forms that came back with something wrong, by the names of `_forms`."""
    rules = rules_of(found)
    terms = rules.terms if rules is not None else None
    head = queue.find_head(db()) if found.state == "open" and found.assignee_id is None else None
    return render_template(
        "staff/support/request.html",
        found=found,
        words=words,
        rules=rules,
        faces=requests.clock_faces(db(), request=found, now=now()),
        asked=[(one, missing_of(one, terms)) for one in requests.list_info_requests(db(), request=found)],
        events=requests.list_rows(db(), request_id=found.id),
        missing=requests.missing_fields(found),
        answers=_answers(found),
        is_head=head is not None and head.id == found.id,
        mine=found.assignee_id == my_staff().id,
        alive=found.state in _ALIVE,
        wants_reopening=requests.wants_reopening(db(), request=found),
        notes=requests.list_notes(db(), request=found),
        mention=requests.find_mention(db(), request=found),
        rating=requests.find_rating(db(), request=found),
        similar=queue.list_similar(db(), request=found, limit=SIMILAR),
        ready=ready_texts(found),
        kept=(attached or Attached()).kept.get(FILES, ()),
        **_talk(found),
        **_linked(found),
        **(_forms(found, terms) | came),
    )


def _talk(found: Request) -> dict[str, Any]:
    files, messages = list_attachments(db(), request=found), requests.list_messages(db(), request=found)
    return {
        "messages": messages,
        "in_time": requests.may_reopen(db(), request=found, now=messages[-1].at),
        "files": {
            id_: [(one, "" if one.state == "accepted" else state_sentence(one)) for one in beside]
            for id_, beside in files.items()
        },
    }


def _linked(found: Request) -> dict[str, Any]:
    merged = requests.find_merged_into(db(), request=found)
    return {
        "merged": merged[0] if merged else None,
        "before": db().get(Request, found.follows_id) if found.follows_id else None,
        "follower": requests.find_follower(db(), request=found),
    }


def _answers(found: Request) -> list[tuple[str, str]]:
    """What was answered, by the labels of the product's form."""
    locale = current_locale()
    labels = {one.key: one.label.of(locale) for one in found.product.fields}
    return [(labels.get(key, key), str(said)) for key, said in found.answers.items() if said]


def _forms(found: Request, terms: Terms | None) -> dict[str, StaffForm]:
    """Every form of the page, empty."""
    blank: dict[str, Any] = {"formdata": None}  # what came belongs to one of them
    classing = forms.ClassForm(prefix="class-", data={"class_code": found.class_code}, **blank)
    hand_over = forms.HandOverForm(prefix="to-", data={"to": str(found.assignee_id or "")}, **blank)
    if terms is not None:
        classing.offer(terms)
    hand_over.offer(people.list_staff(db()))
    return {
        "answer_form": forms.AnswerForm(data={"kind": "answer"}, **blank),
        "info_form": forms.info_form(terms.items if terms is not None else (), **blank),
        "class_form": classing,
        "note_form": forms.NoteForm(prefix="note-", **blank),
        "take_form": forms.TakeForm(prefix="take-", **blank),
        "merge_form": forms.MergeForm(prefix="merge-", **blank),
        "to_form": hand_over,
        "mention_form": forms.MentionForm(prefix="mention-", **blank),
    }


def ready_texts(found: Request) -> Sequence[Ready]:
    """Canned texts and fitting articles in the customer's language."""
    locale = "en" if found.author.locale == "en" else "ru"
    canned = [
        Ready(f"text:{one.id}", version.title.of(current_locale()), version.body.of(locale))
        for one, version in queue.list_canned_texts(db())
    ]
    fitting = articles.search_articles(
        db(), words=found.subject, product_id=found.product_id, locale=locale, limit=3
    )
    links = [
        Ready(
            f"article:{one.article.slug}",
            one.article.title.of(current_locale()),
            f"{one.article.title.of(locale)}\n{articles.article_link(core_of(db()), one.article)}",
        )
        for one in fitting
    ]
    return [*canned, *links]
