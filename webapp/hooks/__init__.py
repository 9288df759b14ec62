"""What other programs call: the payment provider's webhook. Part of the paid side."""

from webapp.hooks.views import mount

__all__ = ["mount"]
