"""The SLA door: what it is, and a short enquiry."""

from webapp.contracts.views import mount

__all__ = ["mount"]
