"""Free support: how to ask, and a composer that writes the letter with the customer."""

from webapp.support.views import mount

__all__ = ["mount"]
