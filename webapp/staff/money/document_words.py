"""Names of documents and of how it stands with them."""

from __future__ import annotations

from typing import Any

from webapp.i18n import lazy_gettext as _l

KINDS: dict[str, Any] = {
    "schet": _l("Invoice"),
    "act": _l("Acceptance certificate"),
    "credit_note": _l("Credit note"),
    "receipt": _l("Receipt"),
    "upd": _l("Universal transfer document"),
}
STANDINGS: dict[str, Any] = {
    "open": _l("to be paid"),
    "partly": _l("partly paid"),
    "paid": _l("paid in full"),
    "overdue": _l("overdue"),
    "void": _l("void"),
}
STANDING_TAGS = {"open": "wait", "partly": "wait", "paid": "ok", "overdue": "alarm", "void": "line"}
EDO_STATES: dict[str, Any] = {
    "none": _l("not sent"),
    "sent": _l("sent by e-document exchange"),
    "signed": _l("signed by the customer"),
    "rejected": _l("rejected there"),
}
EDO_TAGS = {"none": "line", "sent": "wait", "signed": "ok", "rejected": "alarm"}
ACT_FILTERS: dict[str, Any] = {
    "refused": _l("With objections"),
    "edo_none": _l("Not sent by EDO"),
    "edo_sent": _l("Waiting for a signature"),
    "credit_note": _l("Credit notes"),
}
VERBS: dict[str, Any] = {
    "document.issue": _l("issued"),
    "document.void": _l("voided"),
    "document.refuse": _l("the customer objected"),
    "document.send_again": _l("sent again"),
    "document.edo": _l("exchange of documents noted"),
    "document.credit": _l("credit note issued"),
}
