"""The payment provider's webhook: judged, kept, and answered at once; the work is the worker's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from flask import Blueprint, jsonify, request
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from billing import inbox
from billing.inbox.signature import LARGEST
from billing.settings import billing_of
from webapp.request import database, db, now
from webapp.security import machine

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from billing.settings import ProviderSettings

blueprint = Blueprint("hooks", __name__)
_log = structlog.get_logger()


@blueprint.post("/hooks/stripe")
@machine
def stripe() -> ResponseReturnValue:
    """200 once an event is kept (or was before), 400 for what is none, 503 to be asked again.

    Commits in here: the answer says "kept", so nothing may fail after it.
    """
    provider = billing_of(db()).provider
    if provider is None:
        return jsonify(error="no_provider"), 404
    body = _body()
    if body is None:
        return jsonify(error="size"), 400
    try:
        event = _event(body, provider)
    except inbox.WebhookRefusedError as refusal:
        _log.warning("webhook_refused", code=refusal.code, size=len(body))
        return jsonify(error=refusal.code), 400
    try:
        with database().app_sessions.begin() as own:
            new = inbox.receive_event(own, event=event, now=now())
    except (DBAPIError, SQLAlchemyError) as trouble:
        _log.error("webhook_not_kept", reference=event.reference, why=type(trouble).__name__)
        return jsonify(error="try_again"), 503
    return jsonify(kept=True, new=new)


def _body() -> bytes | None:
    if (request.content_length or 0) > LARGEST:
        return None
    body = request.stream.read(LARGEST + 1)
    return body if len(body) <= LARGEST else None


def _event(body: bytes, provider: ProviderSettings) -> inbox.ProviderEvent:
    return inbox.read_webhook(
        body,
        request.headers.get("Stripe-Signature", ""),
        secrets=provider.webhook_secrets,
        livemode=provider.livemode,
        now=now(),
    )


def mount(app: Flask) -> None:
    """Serve the webhook; the signature takes the place of a CSRF token."""
    app.extensions["csrf"].exempt(blueprint)
    app.register_blueprint(blueprint)
