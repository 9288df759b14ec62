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


class Absence(Base):
    """Time away; `asked` until the coordinator makes it `approved`, which blocks."""

    __tablename__ = "absence"
    __table_args__ = {"schema": "scheduling"}

    id: Mapped[Id]
    specialist_id: Mapped[int] = mapped_column(ForeignKey(Specialist.id))
    during: Mapped[Range[datetime]]
    state: Mapped[str]
    asked_at: Mapped[datetime]


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
    overlap, unless one is `overbooked`. A hold or reservation is over at `expires_at`.
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

    specialist: Mapped[Specialist] = relationship()
