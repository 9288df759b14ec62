"""Issued documents: invoices (счета), acts, credit notes; numbers, frozen content, PDF, mails."""

from billing.invoices.correcting import (
    can_credit_invoice,
    credit_invoice,
    issue_credit_note,
    left_to_credit,
    note_edo,
    refusable_until,
    refuse_act,
)
from billing.invoices.ending import expire_invoiced, find_invoice, give_up_invoiced
from billing.invoices.errors import (
    BillNotOpenError,
    CreditError,
    DocumentNotFoundError,
    NotStandingError,
    NumberPatternError,
    PaidInvoiceError,
    RefusalLateError,
)
from billing.invoices.files import read_pdf, set_transfer_document
from billing.invoices.issuing import (
    issue_act,
    issue_invoice,
    issue_receipt,
    reissue_invoice,
    void_document,
)
from billing.invoices.letters import bill_url, file_name, goes_elsewhere, payer_of
from billing.invoices.models import Document
from billing.invoices.notices import left_to_pay, send_partly_paid
from billing.invoices.numbering import write_number
from billing.invoices.queries import (
    Listed,
    Standing,
    Wanted,
    find_by_number,
    find_receipt,
    find_standing,
    get_document,
    get_document_by_id,
    get_listed,
    list_credit_notes,
    list_documents,
    list_of_bill,
    list_of_order,
    list_open_invoices,
)
from billing.invoices.reminders import list_near_due, list_reminders, remind
from billing.invoices.sending import send_again, set_and_mail
from billing.invoices.transfer import due_on, find_transfer, issue_for_order, submit_by_transfer

__all__ = [
    "BillNotOpenError",
    "CreditError",
    "Document",
    "DocumentNotFoundError",
    "Listed",
    "NotStandingError",
    "NumberPatternError",
    "PaidInvoiceError",
    "RefusalLateError",
    "Standing",
    "Wanted",
    "bill_url",
    "can_credit_invoice",
    "credit_invoice",
    "due_on",
    "expire_invoiced",
    "file_name",
    "find_by_number",
    "find_invoice",
    "find_receipt",
    "find_standing",
    "find_transfer",
    "get_document",
    "get_document_by_id",
    "get_listed",
    "give_up_invoiced",
    "goes_elsewhere",
    "issue_act",
    "issue_credit_note",
    "issue_for_order",
    "issue_invoice",
    "issue_receipt",
    "left_to_credit",
    "left_to_pay",
    "list_credit_notes",
    "list_documents",
    "list_near_due",
    "list_of_bill",
    "list_of_order",
    "list_open_invoices",
    "list_reminders",
    "note_edo",
    "payer_of",
    "read_pdf",
    "refusable_until",
    "refuse_act",
    "reissue_invoice",
    "remind",
    "send_again",
    "send_partly_paid",
    "set_and_mail",
    "set_transfer_document",
    "submit_by_transfer",
    "void_document",
    "write_number",
]
