"""What we say of a deadline that we missed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.core.db import Base, Id
from services.core.texts import Texts
from services.support.requests.models import Request


class Explanation(Base):
    """Why a target of a request was missed, for everybody; the last one counts."""

    __tablename__ = "explanation"
    __table_args__ = {"schema": "support"}

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey(Request.id))
    target: Mapped[str]
    words: Mapped[Texts]
    at: Mapped[datetime]
    by: Mapped[str]
