"""What the demo vendor makes and offers: products, services, tools, documents, questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services import catalogue, documents
from services.catalogue.models import Product, RequestField, Service, Tool
from webapp.demo.source import Table, document, read, texts

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

ACTOR = "system"


def add_catalogue(db: Session, source: Table, *, now: datetime) -> dict[str, Service]:
    """Write products, services and tools; gives the services by slug."""
    for position, row in enumerate(source["product"], 1):
        catalogue.add(db, entry=_product(row, position), actor=ACTOR, now=now)
    for position, row in enumerate(source["tool"], 1):
        catalogue.add(db, entry=_tool(row, position), actor=ACTOR, now=now)
    services = [_service(row, position) for position, row in enumerate(source["service"], 1)]
    for service in services:
        catalogue.add(db, entry=service, actor=ACTOR, now=now)
    return {service.slug: service for service in services}


def add_documents(db: Session, source: Table, *, valid_from_on: date, now: datetime) -> None:
    """Publish every document in its first version, and the frequent questions."""
    for position, row in enumerate(source["document"], 1):
        entry = documents.add_document(db, kind=row["kind"], title=texts(row["title"]), position=position)
        documents.publish(
            db,
            document=entry,
            body=document(row["kind"]),
            valid_from_on=valid_from_on,
            is_demo=True,
            actor=ACTOR,
            now=now,
        )
    for position, row in enumerate(read("faq.toml")["question"], 1):
        documents.save_question(
            db,
            slug=row["slug"],
            position=position,
            question=texts(row["question"]),
            answer=texts(row["answer"]),
            leads_to=row["leads_to"],
            actor=ACTOR,
            now=now,
        )


def _product(row: Table, position: int) -> Product:
    hint = row.get("identifier_hint")
    return Product(
        slug=row["slug"],
        position=position,
        name=texts(row["name"]),
        identifier_kind=row["identifier_kind"],
        identifier_hint=None if hint is None else texts(hint),
        preparation=texts(row["preparation"]),
        kb_url=row.get("kb_url"),
        fields=[_field(field, place) for place, field in enumerate(row["field"], 1)],
    )


def _field(row: Table, position: int) -> RequestField:
    return RequestField(
        key=row["key"],
        position=position,
        kind=row["kind"],
        required=row["required"],
        label=texts(row["label"]),
        hint=texts(row["hint"]),
        reason=texts(row["reason"]),
    )


def _tool(row: Table, position: int) -> Tool:
    return Tool(
        slug=row["slug"],
        position=position,
        name=texts(row["name"]),
        id_hint=texts(row["id_hint"]),
        id_pattern=row["id_pattern"],
        download_url=row.get("download_url"),
    )


def _service(row: Table, position: int) -> Service:
    points = {name: [texts(point) for point in row[name]] for name in ("included", "excluded", "needs")}
    plain = {
        name: row[name]
        for name in (
            "slug",
            "minutes",
            "grid_minutes",
            "buffer_after",
            "notice_minutes",
            "horizon_days",
            "skills",
        )
    }
    return Service(
        position=position,
        name=texts(row["name"]),
        summary=texts(row["summary"]),
        lead=texts(row["lead"]),
        **points,
        **plain,
    )
