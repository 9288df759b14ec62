"""The store that flask-security reads and writes users through, and who is signed in now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import has_request_context
from flask_security import SQLAlchemySessionUserDatastore, current_user
from sqlalchemy import func, select
from werkzeug.local import LocalProxy

from webapp.auth.models import Role, User
from webapp.request import account_db

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Accounts(SQLAlchemySessionUserDatastore):
    """Users in the request's own transaction, which the request alone commits."""

    def __init__(self) -> None:
        """Bind to the session of whatever request is running."""
        # To the library's types a session is Flask-SQLAlchemy's and a model its own mixin's.
        session: Any = LocalProxy(account_db)
        models: tuple[Any, Any] = (User, Role)
        super().__init__(session, *models)

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002, the library's signature
        """Find one user by one attribute; by e-mail only who has proved that address."""
        if "email" in kwargs:
            return find_by_email(account_db(), email=kwargs["email"])
        return super().find_user(case_insensitive, **kwargs)

    def commit(self) -> None:
        """Write, but leave the commit to the end of the request."""
        self.db.session.flush()


def find_by_email(db: Session, *, email: str) -> User | None:
    """The user who has proved this address, whatever its capitals."""
    proved = User.confirmed_at.is_not(None)
    return db.scalar(select(User).where(func.lower(User.email) == email.lower(), proved))


def signed_in_user() -> User | None:
    """Who is signed in with this request, or None; costs one query when first asked."""
    if not has_request_context() or not current_user.is_authenticated:
        return None
    return cast("User", current_user._get_current_object())  # noqa: SLF001
