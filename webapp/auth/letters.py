"""The three letters of sign-in, put into our own outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import url_for
from flask_security import MailUtil

from services.core import mail
from services.core.db import core_of
from webapp.request import db, now

if TYPE_CHECKING:
    from services.core.texts import Locale
    from webapp.auth.models import User

_EVENTS = {
    "security/email/reset_instructions": "password_link",
    "security/email/reset_notice": "password_set",
    "security/email/change_notice": "password_set",
}


class OutboxMail(MailUtil):
    """Queues a letter in the transaction of the request instead of sending it."""

    def send_mail(  # noqa: PLR0917, the library's signature
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        """Queue the event that stands behind `template`, in the language of its reader."""
        del subject, recipient, sender, body, html
        user: User = kwargs["user"]
        mail.queue(
            db(),
            event=_EVENTS[template],
            to=mail.Recipient(name=user.person.name, email=user.email),
            locale=cast("Locale", user.person.locale),
            facts={"link": _link(kwargs.get("reset_token"))},
            subject_ref=f"user:{user.id}",
            now=now(),
        )


def _link(token: str | None) -> str:
    """The page behind `token` at our own address, never at the one the request claims."""
    if token is None:
        return ""
    return core_of(db()).public_url + url_for("security.reset_password", token=token)
