"""The provider's events: taken in at once, worked on later; over payments and refunds."""

from billing.inbox.commands import follow_event, follow_waiting_events, receive_event, sweep_events
from billing.inbox.signature import WebhookRefusedError, read_webhook
from billing.payments.provider import ProviderEvent

__all__ = [
    "ProviderEvent",
    "WebhookRefusedError",
    "follow_event",
    "follow_waiting_events",
    "read_webhook",
    "receive_event",
    "sweep_events",
]
