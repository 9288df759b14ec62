"""The demonstration's mailbox: every mail that would have been sent, with its invitation."""

from webapp.mailbox.views import mount

__all__ = ["mount"]
