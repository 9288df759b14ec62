"""How often something may be asked of free support."""

from __future__ import annotations

from datetime import timedelta

from webapp.auth.throttle import Limit

REQUESTS = Limit("free requests", 20, timedelta(hours=1))
TO_ADDRESS = Limit("free requests of an address", 10, timedelta(hours=1))
"""Whatever network they come from: nobody fills a stranger's mailbox with receipts."""
MESSAGES = Limit("request messages", 60, timedelta(hours=1))
