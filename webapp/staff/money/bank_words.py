"""Names of what the bank's pages show: ways, states, reasons, and why a file is refused."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from services.core.money import Money
from services.core.wording import format_day, format_money
from webapp.i18n import current_locale
from webapp.i18n import lazy_gettext as _l
from webapp.staff.refusals import sentence

if TYPE_CHECKING:
    from services.core.errors import InvalidError

FORMATS: dict[str, Any] = {
    "1c": "1CClientBankExchange",
    "camt053": "camt.053",
    "mt940": "MT940",
    "csv": _l("table"),
}
DIRECTIONS: dict[str, Any] = {
    "in": _l("incoming"),
    "out": _l("outgoing"),
    "own": _l("between own accounts"),
    "fee": _l("bank’s fee"),
}
STATES: dict[str, Any] = {
    "waiting": _l("waits for you"),
    "partly": _l("partly applied"),
    "applied": _l("applied"),
    "refunded": _l("sent back"),
    "set_aside": _l("set aside"),
}
KINDS = {"waiting": "wait", "partly": "wait", "applied": "ok", "refunded": "line", "set_aside": "line"}
"""How a state's label is drawn; its word says the same."""

REFUND_STATES: dict[str, Any] = {
    "requested": _l("waits for approval"),
    "approved": _l("to be paid"),
    "submitted": _l("given to the bank"),
    "pending": _l("given to the bank"),
}

REASONS: dict[str, Any] = {
    "no_number": _l("The purpose names no invoice of ours"),
    "payer_unknown": _l("The bank doesn’t give the payer’s tax number"),
    "buyer_unknown": _l("The invoice has no tax number of its buyer"),
    "other_payer": _l("Somebody else than the buyer has paid"),
    "other_currency": _l("The invoice is in another currency"),
    "ambiguous": _l("Two invoices have numbers that read alike"),
    "covered": _l("The invoice is paid already"),
    "void": _l("The invoice is void: the money came late, or for an old number"),
    "attention": _l("The order waits for a person’s decision"),
    "several_sums": _l("Several invoices are named, and the sum isn’t theirs"),
    "overpaid": _l("More came than was due"),
    "time_gone": _l("The time of the session was taken meanwhile"),
    "order_ended": _l("The order was cancelled"),
    "taken_back": _l("The match was taken back"),
}
_REFUSED: dict[str, Any] = {
    "no_lines": _l("There is no account in this file that it is a statement of."),
    "unknown_account": _l(
        "Account %(account)s is none of ours. Add it to the seller’s bank accounts, or choose another file."
    ),
    "foreign_line": _l(
        "Document %(number)s of %(on)s moves none of our accounts. Export the statement anew, please."
    ),
    "future_line": _l(
        "Document %(number)s is of %(on)s, which is still to come. In a table day and month may be "
        "exchanged: look at how its dates are read."
    ),
    "line_currency": _l("Document %(number)s of %(on)s is in %(currency)s, its account isn’t."),
    "balance_broken": _l(
        "The balances of account %(account)s don’t add up: %(sum)s differ. The file is cut, or was edited: "
        "export it anew."
    ),
    "twin": _l(
        "%(sum)s of %(on)s were loaded already from a file in another format: loaded again, they would count "
        "twice. Export these days in the format of then, or begin with the day after."
    ),
    "turnover_differs": _l(
        "The documents of account %(account)s don’t add up to its turnover: %(sum)s differ. Export the "
        "statement anew, for whole days and without a filter."
    ),
}


def refusal(error: InvalidError) -> str:
    """Why a file as a whole is refused; nothing of it was taken."""
    known = _REFUSED.get(error.code)
    if known is None:
        return sentence(error)
    facts = {name: value for name, value in error.facts.items() if name != "code"}
    locale = current_locale()
    minor, currency = facts.get("minor"), facts.get("currency")
    if isinstance(minor, int) and isinstance(currency, str):
        facts["sum"] = format_money(Money(minor, currency), locale, cents="always")
    on = facts.get("on")
    if isinstance(on, date):
        facts["on"] = format_day(on, locale, year=True)
    return str(known) % facts


def reason(code: str | None) -> Any:
    """Why a line waits."""
    return REASONS.get(code or "", code or "")
