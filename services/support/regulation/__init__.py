"""The regulation: versions of its terms and text."""

from services.support.regulation.commands import RegulationError, drop_draft, publish, save_draft
from services.support.regulation.queries import (
    Regulation,
    find_draft,
    find_regulation,
    get_regulation,
    get_regulation_by_id,
    get_version,
    list_versions,
    regulation_date,
)

__all__ = [
    "Regulation",
    "RegulationError",
    "drop_draft",
    "find_draft",
    "find_regulation",
    "get_regulation",
    "get_regulation_by_id",
    "get_version",
    "list_versions",
    "publish",
    "regulation_date",
    "save_draft",
]
