"""Judging a webhook: who signed it, when, and whether it is an event for us at all.

The scheme is Stripe's (`Stripe-Signature: t=…,v1=…`: HMAC-SHA-256 over time, dot and body).
Forty lines of our own: the library's check takes one secret, reads the system's clock and
accepts times in the future.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from billing.payments.reading import read_event
from services.core.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from billing.payments.provider import ProviderEvent

TOLERANCE = timedelta(seconds=300)
LARGEST = 512 * 1024
_FUTURE = timedelta(seconds=30)
API_VERSION = "2026-10-28.endive"


class WebhookRefusedError(InvalidError):
    """This is no event that we may believe; codes: size, signature, time, shape, mode, account, version."""


def read_webhook(
    body: bytes, signature: str, *, secrets: Sequence[str], livemode: bool, now: datetime
) -> ProviderEvent:
    """Return the event in a signed body; raises WebhookRefusedError.

    `secrets` are tried one after the other (two while they are exchanged). Clocks may differ by
    half a minute; anything signed later than that, or over 300 seconds ago, is refused.
    """
    if len(body) > LARGEST:
        raise WebhookRefusedError("size")
    _check_signature(body, signature, secrets, now=now)
    try:
        thing = json.loads(body.decode("utf-8"))
        if not isinstance(thing, dict) or thing.get("object") != "event":
            raise WebhookRefusedError("shape")
        event = read_event(thing)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise WebhookRefusedError("shape") from error
    _check_addressee(thing, event, livemode=livemode)
    return event


def _check_signature(body: bytes, signature: str, secrets: Sequence[str], *, now: datetime) -> None:
    pairs = [part.strip().partition("=") for part in signature.split(",")]
    times = [value for name, _, value in pairs if name == "t" and value.isascii() and value.isdecimal()]
    given = [value for name, _, value in pairs if name == "v1"]
    if len(times) != 1 or len(times[0]) > 12 or not given:
        raise WebhookRefusedError("signature")
    signed = f"{times[0]}.".encode() + body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets if secret]
    # All pairs are compared, so that the time taken tells nothing of which one fits.
    matches = [hmac.compare_digest(one.encode(), other.encode()) for one in expected for other in given]
    if not any(matches):
        raise WebhookRefusedError("signature")
    age = now.timestamp() - int(times[0])
    if age > TOLERANCE.total_seconds() or age < -_FUTURE.total_seconds():
        raise WebhookRefusedError("time")


def _check_addressee(thing: dict[str, Any], event: ProviderEvent, *, livemode: bool) -> None:
    if event.livemode != livemode:
        raise WebhookRefusedError("mode")
    if thing.get("account") or thing.get("context"):
        # Only platforms get events of other accounts; we have none that is not our own.
        raise WebhookRefusedError("account")
    if thing.get("api_version") != API_VERSION:
        raise WebhookRefusedError("version")
