"""The registry of documents: versions in two languages, and who agreed to which."""

from services.documents.commands import accept, accept_all, add_document, publish, save_question
from services.documents.queries import (
    find_current,
    get_current,
    get_document,
    get_question,
    get_version,
    list_acceptances,
    list_current,
    list_documents,
    list_questions,
    list_versions,
)

__all__ = [
    "accept",
    "accept_all",
    "add_document",
    "find_current",
    "get_current",
    "get_document",
    "get_question",
    "get_version",
    "list_acceptances",
    "list_current",
    "list_documents",
    "list_questions",
    "list_versions",
    "publish",
    "save_question",
]
