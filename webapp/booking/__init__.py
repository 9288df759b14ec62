"""Ordering a session, and the session's own page. Part of the paid side."""

from webapp.booking.mounting import mount

__all__ = ["mount"]
