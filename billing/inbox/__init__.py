"""The provider's events: taken in at once, worked on later; over payments and refunds."""

from billing.inbox.commands import process_event, process_inbox, receive_event, sweep_events
from billing.inbox.signature import WebhookRefusedError, read_webhook
from billing.payments.provider import ProviderEvent

__all__ = [
    "ProviderEvent",
    "WebhookRefusedError",
    "process_event",
    "process_inbox",
    "read_webhook",
    "receive_event",
    "sweep_events",
]
