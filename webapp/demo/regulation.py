"""The example of a regulation, with the calendar that its deadlines count by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core.business_calendars import add_calendar, publish_version
from services.support import regulation
from services.support.terms import Classes, ClassRule, Impact, Item, SupportClass, Terms
from webapp.demo.source import Table, document, minute, read, texts

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

_WEEKDAYS = range(5)


def add_regulation(db: Session, *, actor: str, now: datetime) -> None:
    """Publish the example as the first version, in force for a long time."""
    source = read("regulation.toml")
    valid_from_on: date = source["valid_from"]
    row = source["calendar"]
    calendar = add_calendar(
        db,
        code=row["code"],
        name=texts(row["name"]),
        zone=row["zone"],
        country=row["country"],
        actor=actor,
        now=now,
    )
    opens, closes = minute(row["opens"]), minute(row["closes"])
    publish_version(
        db,
        calendar=calendar,
        effective_from=valid_from_on,
        weekly=[(day, opens, closes) for day in _WEEKDAYS],
        overrides={},
        actor=actor,
        now=now,
    )
    regulation.publish(
        db,
        terms=_terms(source),
        body=document("regulation"),
        calendar=calendar,
        valid_from_on=valid_from_on,
        is_demo=True,
        actor=actor,
        now=now,
    )


def _terms(source: Table) -> Terms:
    classes = tuple(
        SupportClass(
            row["code"],
            texts(row["name"]),
            texts(row["meaning"]),
            row["response_minutes"],
            row["resolution_minutes"],
        )
        for row in source["class"]
    )
    rules = tuple(
        ClassRule(row["employees_at_least"], frozenset(row["impacts"]), row["class"])
        for row in source["rule"]
    )
    return Terms(
        classes=Classes(classes, rules, source["default"]),
        impacts=tuple(Impact(row["code"], texts(row["name"])) for row in source["impact"]),
        items=tuple(Item(row["code"], texts(row["name"]), texts(row["hint"])) for row in source["item"]),
        pause=texts(source["pause"]),
        solved=texts(source["solved"]),
        reopen_days=source["reopen_days"],
        silence_days=source["silence_days"],
    )
