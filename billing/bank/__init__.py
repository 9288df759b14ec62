"""Bank statements: read, matched, reviewed."""

from billing.bank.matching import REASONS, Incoming, Invoice, Judge, Put, Verdict
from billing.bank.models import BankLine, BankStatement, Mapping, StatementFile
from billing.bank.sorting import Seen, sort_lines

__all__ = [
    "REASONS",
    "BankLine",
    "BankStatement",
    "Incoming",
    "Invoice",
    "Judge",
    "Mapping",
    "Put",
    "Seen",
    "StatementFile",
    "Verdict",
    "sort_lines",
]
