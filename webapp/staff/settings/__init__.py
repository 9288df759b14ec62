"""Sellers with their tax, price lists, SLA enquiries: what the paid side adds to the staff area."""

from webapp.staff.settings.mount import mount

__all__ = ["mount"]
