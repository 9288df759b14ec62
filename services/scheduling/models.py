"""Tables of schema `scheduling`: who works when, and what takes his time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.db import Base, Id
from services.core.texts import Texts
from services.people.models import StaffMember


class HolidaySet(Base):
    """A named list of days off, such as a country's; each specialist has one or none."""

    __tablename__ = "holiday_set"
    __table_args__ = {"schema": "scheduling"}

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[Texts]


class Holiday(Base):
    """One day off of a set, by the specialist's local date."""

    __tablename__ = "holiday"
    __table_args__ = {"schema": "scheduling"}

    holiday_set_id: Mapped[int] = mapped_column(ForeignKey(HolidaySet.id), primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[Texts | None]


class Specialist(Base):
    """One of the vendor's people who takes sessions; `zone` is the IANA zone of his hours.

    `daily_limit` counts sessions by his local date; `desk` says that he serves the free desk.
    """

    __tablename__ = "specialist"
    __table_args__ = {"schema": "scheduling"}

    id: Mapped[Id]
    staff_member_id: Mapped[int] = mapped_column(ForeignKey(StaffMember.id))
    zone: Mapped[str]
    skills: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    daily_limit: Mapped[int | None]
    desk: Mapped[bool] = mapped_column(default=True)
    holiday_set_id: Mapped[int | None] = mapped_column(ForeignKey(HolidaySet.id))

    staff_member: Mapped[StaffMember] = relationship(lazy="joined")

    @property
    def name(self) -> str:
        """The specialist's name, as customers may see it."""
        return self.staff_member.person.name


class HoursVersion(Base):
    """Weekly windows from a local date on: `[weekday, start, end]`, Monday 0, in minutes.

    Of two versions of one date the newer counts; rows never change.
    """

    __tablename__ = "hours_version"
    __table_args__ = {"schema": "scheduling"}

    id: Mapped[Id]
    specialist_id: Mapped[int] = mapped_column(ForeignKey(Specialist.id))
    effective_from: Mapped[date]
    windows: Mapped[list[Any]] = mapped_column(JSONB)


class OwnDate(Base):
    """Windows `[start, end]` of one local date, in place of the weekly ones; none: a day off."""

    __tablename__ = "own_date"
    __table_args__ = {"schema": "scheduling"}

    id: Mapped[Id]
    specialist_id: Mapped[int] = mapped_column(ForeignKey(Specialist.id))
    day_on: Mapped[date]
    windows: Mapped[list[Any]] = mapped_column(JSONB)


class DismissedDate(Base):
    """A proposal of the production calendar that was declined; it doesn't come back."""

    __tablename__ = "dismissed_date"
    __table_args__ = {"schema": "scheduling"}

    specialist_id: Mapped[int] = mapped_column(ForeignKey(Specialist.id), primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    dismissed_by: Mapped[str]
    dismissed_at: Mapped[datetime]


class Absence(Base):
    """Time away; `asked` until the coordinator makes it `approved`, which blocks."""

    __tablename__ = "absence"
    __table_args__ = {"schema": "scheduling"}

    id: Mapped[Id]
    specialist_id: Mapped[int] = mapped_column(ForeignKey(Specialist.id))
    during: Mapped[Range[datetime]]
    state: Mapped[str]
    asked_at: Mapped[datetime]

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Both ends (UTC), the last exclusive; no absence is without them."""
        first, last = self.during.lower, self.during.upper
        if first is None or last is None:
            raise ValueError("an absence has both ends")
        return first, last


class ExternalBusy(Base):
    """An imported event: instants (seconds kept), or whole dates `[first_on, until_on)`."""

    __tablename__ = "external_busy"
    __table_args__ = {"schema": "scheduling"}

    id: Mapped[Id]
    specialist_id: Mapped[int] = mapped_column(ForeignKey(Specialist.id))
    source: Mapped[str]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    first_on: Mapped[date | None]
    until_on: Mapped[date | None]
    transparent: Mapped[bool] = mapped_column(default=False)


class Occupancy(Base):
    """What takes a specialist's time; slots are computed from it and from nothing else of ours.

    `footprint` is the session with its buffers; two unreleased rows of one specialist never
    overlap, unless one is `overbooked`. A hold or reservation is over at `expires_at`. `desk` says
    that the session is the free desk's own work: its reserve and closures don't count it.
    """

    __tablename__ = "occupancy"
    __table_args__ = {"schema": "scheduling"}

    id: Mapped[Id]
    specialist_id: Mapped[int] = mapped_column(ForeignKey(Specialist.id))
    kind: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    footprint: Mapped[Range[datetime]]
    expires_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    assigned_at: Mapped[datetime]
    desk: Mapped[bool] = mapped_column(default=False)

    specialist: Mapped[Specialist] = relationship()


class DeskReserve(Base):
    """The share of the desk's working time, in percent, that paid sessions leave free.

    In force from a date of the vendor's zone on; of two of one date the newer counts.
    """

    __tablename__ = "desk_reserve"
    __table_args__ = {"schema": "scheduling"}

    id: Mapped[Id]
    effective_from: Mapped[date]
    percent: Mapped[int]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class DeskDemand(Base):
    """A piece of the free desk's open work: minutes to be done by its deadline."""

    __tablename__ = "desk_demand"
    __table_args__ = {"schema": "scheduling"}

    key: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    minutes: Mapped[int]
    written_at: Mapped[datetime]


class DeskClosure(Base):
    """Paid starts in `[starts_at, until_at)` are closed for those who serve the free desk.

    `manual` for a written reason, `projection` because work would be late; the latter is opened
    again after `clean_runs` in a row. Nothing counts after `lifted_at`.
    """

    __tablename__ = "closure"
    __table_args__ = {"schema": "scheduling"}

    id: Mapped[Id]
    kind: Mapped[str]
    starts_at: Mapped[datetime]
    until_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    judged_at: Mapped[datetime | None]
    clean_runs: Mapped[int] = mapped_column(default=0)
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]


class DeskRun(Base):
    """What one look at the desk's open work has found, and the last deadline that it would miss."""

    __tablename__ = "desk_run"
    __table_args__ = {"schema": "scheduling"}

    id: Mapped[Id]
    run_at: Mapped[datetime]
    pieces: Mapped[int]
    minutes: Mapped[int]
    misses: Mapped[int]
    missed_until_at: Mapped[datetime | None]
