"""Schema auth: users, their roles, and what is kept about their sign-ins."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, get_args

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.db import Base, Id
from services.people.models import Person

if TYPE_CHECKING:
    # The library's mixins declare plain attributes that our typed columns would contradict.
    class UserMixin:
        """What flask-security adds to a user."""

    class RoleMixin:
        """What flask-security adds to a role."""

else:
    from flask_security import RoleMixin, UserMixin

RoleName = Literal["administrator", "coordinator", "specialist", "accountant"]
ROLES: tuple[RoleName, ...] = get_args(RoleName)

roles_users = Table(
    "roles_users",
    Base.metadata,
    Column("user_id", BigInteger, ForeignKey("auth.user.id"), primary_key=True),
    Column("role_id", BigInteger, ForeignKey("auth.role.id"), primary_key=True),
    schema="auth",
)


class Role(Base, RoleMixin):
    """One of the four roles; the migration creates them, nobody adds to them at run time."""

    __tablename__ = "role"
    __table_args__ = {"schema": "auth"}

    id: Mapped[Id]
    name: Mapped[RoleName]


class User(Base, UserMixin):
    """The right of one person to sign in.

    `email` is what he signs in with; it is his for certain once `confirmed_at` is set.
    Changing `fs_uniquifier` ends every session of his.
    """

    __tablename__ = "user"
    __table_args__ = {"schema": "auth"}

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    email: Mapped[str]
    password: Mapped[str | None]
    active: Mapped[bool]
    fs_uniquifier: Mapped[str]
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None]

    person: Mapped[Person] = relationship()
    roles: Mapped[list[Role]] = relationship(secondary=roles_users, order_by=Role.id)

    @property
    def role_names(self) -> frozenset[RoleName]:
        """What he may do, as a set to compare with what an endpoint demands."""
        return frozenset(role.name for role in self.roles)

    @property
    def actor(self) -> str:
        """How the audit log names him."""
        return f"staff:{self.person_id}"


class SignIn(Base):
    """One try to sign in, append-only; the address is kept as a keyed hash."""

    __tablename__ = "sign_in"
    __table_args__ = {"schema": "auth"}

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    outcome: Mapped[Literal["accepted", "refused", "throttled"]]
    address_mac: Mapped[bytes]


class Throttle(Base):
    """How often something was tried since a moment; the key is a keyed hash of what and whom."""

    __tablename__ = "throttle"
    __table_args__ = {"schema": "auth"}

    key: Mapped[bytes] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    tries: Mapped[int]
