"""Bringing the demo vendor into an empty database, by the verbs that staff use too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core.vendor import VendorProfile, edit_vendor, find_setting, store_setting
from services.sessions import HoldLimits, edit_hold_limits
from webapp.demo.articles import add_articles
from webapp.demo.money import add_sellers
from webapp.demo.offerings import ACTOR, add_catalogue, add_documents
from webapp.demo.regulation import add_regulation
from webapp.demo.source import Table, read, texts
from webapp.demo.staff import add_calendar, add_reserve, add_staff

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

MARK = "demo"
"""The setting that lists what is invented; where it is, the demo has been loaded."""


def load(db: Session, *, now: datetime) -> None:
    """Load the demo vendor with his staff, prices and customers, once; commits nothing.

    A database that has a vendor already is left alone.
    """
    if is_loaded(db):
        return
    source = read()
    edit_vendor(db, profile=_vendor(source["vendor"]), actor=ACTOR, now=now)
    store_setting(db, key=MARK, value=_invented(source), actor=ACTOR, now=now)
    valid_from_on = source["price_list"]["valid_from"]
    services = add_catalogue(db, source, now=now)
    add_documents(db, source, valid_from_on=valid_from_on, now=now)
    add_regulation(db, actor=ACTOR, now=now)
    add_articles(db, actor=ACTOR, now=now)
    add_sellers(db, source, services=services, now=now)
    holidays = add_calendar(db, source, now=now)
    add_staff(db, source, holidays=holidays, now=now)
    add_reserve(db, source, now=now)
    edit_hold_limits(db, limits=HoldLimits(**source["holds"]), actor=ACTOR, now=now)


def is_loaded(db: Session) -> bool:
    """Whether the database has a vendor: the demo's or a real one."""
    return find_setting(db, key="vendor") is not None


def _vendor(row: Table) -> VendorProfile:
    values: Table = {name: texts(value) if isinstance(value, dict) else value for name, value in row.items()}
    return VendorProfile(**values)


def _invented(source: Table) -> list[dict[str, object]]:
    return [{"code": row["code"], "what": texts(row["what"]).to_json()} for row in source["invented"]]
