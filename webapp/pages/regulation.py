"""The regulation: the version in force, the archive, and what differs between two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask import render_template

from services.core.business_calendars import get_calendar
from services.core.errors import NotFoundError
from services.support import regulation
from webapp.pages.blueprint import blueprint
from webapp.pages.regulation_changes import text_changes, working_time, written_changes
from webapp.pages.regulation_words import business_day, class_rows, unusual_days, week_rows
from webapp.request import db, now, viewer_zone
from webapp.security import public

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from services.core.texts import Texts
    from services.support.regulation import Regulation


class Targets(NamedTuple):
    """The shortest and the longest target of a version's classes, in minutes of business time."""

    response: tuple[int, int]
    resolution: tuple[int, int]


@blueprint.get("/regulation", endpoint="regulation")
@public
def in_force() -> ResponseReturnValue:
    """The regulation in force; before there is one, that it isn't published yet."""
    shown = find_in_force()
    return render_template("pages/no_regulation.html") if shown is None else _page(shown)


@blueprint.get("/regulation/<int:n>", endpoint="regulation_version")
@public
def version(n: int) -> ResponseReturnValue:
    """One version, older or not yet in force."""
    return _page(regulation.get_version(db(), n=n))


@blueprint.get("/regulation/<int:n>/since/<int:before>", endpoint="regulation_changes")
@public
def changes(n: int, before: int) -> ResponseReturnValue:
    """What a version says otherwise than another one."""
    new, old = regulation.get_version(db(), n=n), regulation.get_version(db(), n=before)
    if n == before:
        raise NotFoundError(kind="regulation")
    return render_template(
        "pages/regulation_changes.html",
        new=new,
        old=old,
        terms=written_changes(old.terms, new.terms),
        text=text_changes(old.body, new.body),
        other_calendar=None if old.calendar_code == new.calendar_code else _calendars(old, new),
    )


def find_in_force() -> Regulation | None:
    """The version in force now; None where none has been published."""
    try:
        today = regulation.regulation_date(db(), now=now())
    except NotFoundError:
        return None
    return regulation.find_regulation(db(), on=today)


def targets_of(shown: Regulation | None) -> Targets | None:
    """From when to when answers and solutions are due, over all classes."""
    if shown is None:
        return None
    classes = shown.terms.classes.classes
    response = [one.response_minutes for one in classes]
    resolution = [one.resolution_minutes for one in classes]
    return Targets((min(response), max(response)), (min(resolution), max(resolution)))


def _calendars(*versions: Regulation) -> list[Texts]:
    return [get_calendar(db(), code=one.calendar_code).name for one in versions]


def _page(shown: Regulation) -> str:
    today = regulation.regulation_date(db(), now=now())
    first = max(today, shown.valid_from_on)
    return render_template(
        "pages/regulation.html",
        regulation=shown,
        current=regulation.find_regulation(db(), on=today),
        versions=regulation.list_versions(db()),
        today=today,
        rows=class_rows(shown.terms),
        week=week_rows(shown.calendar, on=first),
        nearest=business_day(shown.calendar, on=first),
        unusual=unusual_days(shown.calendar, on=first),
        moment=now(),
        zone=viewer_zone(),
        working=working_time,
    )
