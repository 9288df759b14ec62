"""What is on offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from services.catalogue.models import Product, Service, Tool
from services.core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def list_products(db: Session, *, active_only: bool = True, fields: bool = True) -> Sequence[Product]:
    """The products in their order, with the fields of their request forms unless only named."""
    query = select(Product).order_by(Product.position)
    if fields:
        query = query.options(selectinload(Product.fields))
    return db.scalars(query.where(Product.active) if active_only else query).all()


def get_product(db: Session, *, slug: str) -> Product:
    """The product with this slug; raises NotFoundError."""
    product = db.scalar(select(Product).options(selectinload(Product.fields)).where(Product.slug == slug))
    if product is None:
        raise NotFoundError(kind="product")
    return product


def list_services(db: Session, *, active_only: bool = True) -> Sequence[Service]:
    """The services in their order."""
    query = select(Service).order_by(Service.position)
    return db.scalars(query.where(Service.active) if active_only else query).all()


def get_service(db: Session, *, slug: str, active_only: bool = True) -> Service:
    """The service with this slug, if it can be booked; raises NotFoundError."""
    query = select(Service).where(Service.slug == slug)
    service = db.scalar(query.where(Service.active) if active_only else query)
    if service is None:
        raise NotFoundError(kind="service")
    return service


def list_tools(db: Session, *, active_only: bool = True) -> Sequence[Tool]:
    """The programs for connecting, in their order."""
    query = select(Tool).order_by(Tool.position)
    return db.scalars(query.where(Tool.active) if active_only else query).all()


def find_tool(db: Session, *, slug: str) -> Tool | None:
    """The program with this slug, if there is one."""
    return db.scalar(select(Tool).where(Tool.slug == slug))
