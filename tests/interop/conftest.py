"""Servers of other makers, for all tests of this folder."""

from __future__ import annotations

from tests.fakes.mail_server import box, smtp_server

__all__ = ["box", "smtp_server"]
