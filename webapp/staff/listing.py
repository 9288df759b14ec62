"""Pages of long lists: newest first, the page's number in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flask import request, url_for
from sqlalchemy import func, select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

Row = TypeVar("Row")
SIZE = 50


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """One page of rows: number `at` of `last`, of `total` rows."""

    rows: Sequence[Row]
    at: int
    last: int
    total: int

    def address(self, at: int) -> str:
        """The same list with the same filters at another page."""
        kept = {**request.args.to_dict(), **(request.view_args or {}), "page": str(at)}
        return url_for(str(request.endpoint), **kept)


def paginate(db: Session, query: Select[Any], *, at: int, size: int = SIZE) -> Listing[Any]:
    """Page number `at` of `query`, which selects one entity and is ordered; too far is the last."""
    total = db.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    last = max(1, -(-total // size))
    at = min(max(at, 1), last)
    rows = db.scalars(query.limit(size).offset((at - 1) * size)).unique().all()
    return Listing(rows=rows, at=at, last=last, total=total)


def page_number() -> int:
    """The page that the address asks for; anything that is no number is the first."""
    asked = request.args.get("page", "")
    return int(asked) if asked.isdecimal() and len(asked) < 7 else 1
