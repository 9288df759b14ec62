"""Issued documents: invoices (счета), acts, credit notes; numbers, frozen content, PDF, mails."""

from billing.invoices.correcting import (
    issue_credit_note,
    left_to_credit,
    note_edo,
    refusable_until,
    refuse_act,
)
from billing.invoices.errors import (
    BillNotOpenError,
    CreditError,
    DocumentNotFoundError,
    NotStandingError,
    NumberPatternError,
    PaidInvoiceError,
    RefusalLateError,
)
from billing.invoices.issuing import issue_act, issue_invoice, reissue_invoice, void_document
from billing.invoices.models import Document
from billing.invoices.numbering import write_number
from billing.invoices.queries import (
    Standing,
    Wanted,
    find_by_number,
    find_standing,
    get_document,
    get_document_by_id,
    list_credit_notes,
    list_documents,
    list_of_bill,
    list_of_order,
    list_open_invoices,
    standing_of,
)
from billing.invoices.transfer import due_on, find_transfer, submit_by_transfer

__all__ = [
    "BillNotOpenError",
    "CreditError",
    "Document",
    "DocumentNotFoundError",
    "NotStandingError",
    "NumberPatternError",
    "PaidInvoiceError",
    "RefusalLateError",
    "Standing",
    "Wanted",
    "due_on",
    "find_by_number",
    "find_standing",
    "find_transfer",
    "get_document",
    "get_document_by_id",
    "issue_act",
    "issue_credit_note",
    "issue_invoice",
    "left_to_credit",
    "list_credit_notes",
    "list_documents",
    "list_of_bill",
    "list_of_order",
    "list_open_invoices",
    "note_edo",
    "refusable_until",
    "refuse_act",
    "reissue_invoice",
    "standing_of",
    "submit_by_transfer",
    "void_document",
    "write_number",
]
