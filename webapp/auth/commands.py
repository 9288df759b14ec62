"""Creating users for our own people, giving and taking their roles, ending their access."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from services.core import audit
from webapp.auth import passwords
from webapp.auth.errors import AddressTakenError, LastAdministratorError, UserNotFoundError
from webapp.auth.models import Role, RoleName, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.people.models import StaffMember


def create_staff_user(
    db: Session,
    *,
    staff_member: StaffMember,
    password: str,
    roles: Iterable[RoleName],
    cost: dict[str, int] | None = None,
    actor: str = "system",
    now: datetime,
) -> User:
    """Let `staff_member` sign in with his person's e-mail, `password` and `roles`.

    The address counts as proved, because we ourselves gave it. `cost` are cheaper hash
    parameters for tests. Raises AddressTakenError when somebody signs in with it already.
    """
    person = staff_member.person
    taken = select(User.id).where(func.lower(User.email) == person.email.lower())
    if db.scalar(taken) is not None:
        raise AddressTakenError(field="email")
    user = User(
        person=person,
        email=person.email,
        password=passwords.hashed(password, cost=cost),
        active=True,
        fs_uniquifier=uuid.uuid4().hex,
        confirmed_at=now,
        created_at=now,
        roles=_roles(db, roles),
    )
    db.add(user)
    db.flush()
    _audit(db, "user.create", user, actor=actor, now=now, after=_facts(user))
    return user


def give_roles(db: Session, *, user: User, roles: Iterable[RoleName], actor: str, now: datetime) -> User:
    """Replace the roles of `user`; raises LastAdministratorError."""
    before = _facts(user)
    wanted = set(roles)
    if "administrator" not in wanted:
        _keep_an_administrator(db, user)
    user.roles = _roles(db, wanted)
    db.flush()
    _audit(db, "user.give_roles", user, actor=actor, now=now, before=before, after=_facts(user))
    return user


def deactivate(db: Session, *, user: User, actor: str, now: datetime) -> User:
    """End the access of `user` at once, sessions included; raises LastAdministratorError."""
    _keep_an_administrator(db, user)
    before = _facts(user)
    user.active = False
    user.fs_uniquifier = uuid.uuid4().hex
    _audit(db, "user.deactivate", user, actor=actor, now=now, before=before, after=_facts(user))
    return user


def reactivate(db: Session, *, user: User, actor: str, now: datetime) -> User:
    """Let `user` sign in again with the password and the roles he had."""
    before = _facts(user)
    user.active = True
    _audit(db, "user.reactivate", user, actor=actor, now=now, before=before, after=_facts(user))
    return user


def set_password(
    db: Session,
    *,
    user: User,
    password: str,
    cost: dict[str, int] | None = None,
    actor: str,
    now: datetime,
) -> User:
    """Give `user` a new password and end all his sessions."""
    user.password = passwords.hashed(password, cost=cost)
    user.fs_uniquifier = uuid.uuid4().hex
    _audit(db, "user.set_password", user, actor=actor, now=now)
    return user


def get_user(db: Session, *, user_id: int) -> User:
    """The user with this id; raises UserNotFoundError."""
    user = db.get(User, user_id)
    if user is None:
        raise UserNotFoundError(user_id=user_id)
    return user


def list_users(db: Session) -> Sequence[User]:
    """All users with their roles and persons."""
    query = select(User).options(selectinload(User.roles), joinedload(User.person)).order_by(User.id)
    return db.scalars(query).all()


def _roles(db: Session, names: Iterable[RoleName]) -> list[Role]:
    return list(db.scalars(select(Role).where(Role.name.in_(set(names))).order_by(Role.id)))


def _keep_an_administrator(db: Session, user: User) -> None:
    """Refuse when `user` is the only active administrator; locks the others against a race."""
    administrators = (
        select(User)
        .join(User.roles)
        .where(Role.name == "administrator", User.active)
        .order_by(User.id)
        .with_for_update(of=User)
    )
    active = db.scalars(administrators).all()
    if [one.id for one in active] == [user.id]:
        raise LastAdministratorError(user_id=user.id)


def _facts(user: User) -> dict[str, object]:
    return {"active": user.active, "roles": sorted(user.role_names)}


def _audit(
    db: Session,
    verb: str,
    user: User,
    *,
    actor: str,
    now: datetime,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    audit.record(db, actor=actor, verb=verb, subject=f"user:{user.id}", before=before, after=after, now=now)
