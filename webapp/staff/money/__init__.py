"""Orders, bills, payments, refunds and the questions they raise; part of the paid side."""

from webapp.staff.money.mount import mount

__all__ = ["mount"]
