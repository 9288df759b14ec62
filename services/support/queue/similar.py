"""Earlier requests that may be about the same thing: of the same product, by project or by words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select, text

from services.support.requests.models import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

# Only the newest are looked through: the page must open as quickly after years.
_SIMILAR: Final = text("""
    WITH newest AS (
        SELECT id, number, answers, subject FROM support.request
        WHERE product_id = :product AND id <> :id AND received_at IS NOT NULL
        ORDER BY number DESC LIMIT 500
    ), asked AS (
        SELECT CAST(replace(CAST(plainto_tsquery('russian', :subject) AS text), ' & ', ' | ') AS tsquery)
            AS words
    )
    SELECT id FROM newest, asked
    WHERE answers ->> 'project' = :project OR to_tsvector('russian', subject) @@ words
    ORDER BY ts_rank(to_tsvector('russian', subject), words) DESC, number DESC
    LIMIT :limit
""")


def list_similar(db: Session, *, request: Request, limit: int) -> Sequence[Request]:
    """The likeliest of the product's newest 500, best first; whose they are makes no difference."""
    given = {
        "product": request.product_id,
        "id": request.id,
        "subject": request.subject,
        "project": str(request.answers.get("project") or "") or None,
        "limit": limit,
    }
    ids = list(db.scalars(_SIMILAR, given))
    found = {one.id: one for one in db.scalars(select(Request).where(Request.id.in_(ids)))}
    return [found[one] for one in ids]
