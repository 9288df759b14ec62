"""Bank statements: read, matched, reviewed; money that goes back by transfer."""

from billing.bank.applying import apply_line, put_by_rule, set_aside, take_back, take_up
from billing.bank.errors import (
    BankLineNotFoundError,
    LineMovedOnError,
    NoPayerAccountError,
    NothingToExportError,
    StatementError,
    StatementNotFoundError,
    StatementRefusedError,
)
from billing.bank.exporting import EXPORTED, export_transfers, note_sent, purpose_of
from billing.bank.importing import find_imported, get_file, import_statement, upload
from billing.bank.mappings import MappingNameTakenError, get_mapping, remove_mapping, save_mapping
from billing.bank.matching import REASONS, Incoming, Invoice, Judge, Put, Verdict
from billing.bank.models import BankLine, BankStatement, Mapping, StatementFile
from billing.bank.paying_out import (
    candidates_for,
    list_refunds_of,
    list_transfers,
    refund_line,
    settle_by_hand,
)
from billing.bank.previewing import Judged, Preview, preview
from billing.bank.queries import (
    WAITING,
    Kind,
    Progress,
    count_by_state,
    count_waiting,
    free_of,
    get_line,
    get_payment,
    get_statement,
    list_lines,
    list_mappings,
    list_statements,
    progress_of,
)
from billing.bank.suggesting import Candidate, list_candidates, list_matches
from billing.bank.taking import match_statement

__all__ = [
    "EXPORTED",
    "REASONS",
    "WAITING",
    "BankLine",
    "BankLineNotFoundError",
    "BankStatement",
    "Candidate",
    "Incoming",
    "Invoice",
    "Judge",
    "Judged",
    "Kind",
    "LineMovedOnError",
    "Mapping",
    "MappingNameTakenError",
    "NoPayerAccountError",
    "NothingToExportError",
    "Preview",
    "Progress",
    "Put",
    "StatementError",
    "StatementFile",
    "StatementNotFoundError",
    "StatementRefusedError",
    "Verdict",
    "apply_line",
    "candidates_for",
    "count_by_state",
    "count_waiting",
    "export_transfers",
    "find_imported",
    "free_of",
    "get_file",
    "get_line",
    "get_mapping",
    "get_payment",
    "get_statement",
    "import_statement",
    "list_candidates",
    "list_lines",
    "list_mappings",
    "list_matches",
    "list_refunds_of",
    "list_statements",
    "list_transfers",
    "match_statement",
    "note_sent",
    "preview",
    "progress_of",
    "purpose_of",
    "put_by_rule",
    "refund_line",
    "remove_mapping",
    "save_mapping",
    "set_aside",
    "settle_by_hand",
    "take_back",
    "take_up",
    "upload",
]
