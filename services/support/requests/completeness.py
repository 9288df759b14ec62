"""What a request lacks of what its product's form demands; the same check for forms, letters and calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from services.catalogue.models import RequestField
    from services.support.requests.models import Request
    from services.support.terms import Terms

# Facts of a request that the catalogue may list as fields, too: they are asked once.
_OWN: Final = frozenset({"subject", "author", "name", "contacts", "phone", "email", "impact", "employees"})
_BY_KIND: Final = {"file": "database", "link": "archive"}


def missing_fields(request: Request) -> list[RequestField]:
    """The demanded fields of the product that were answered with nothing, in their order."""
    return [
        field
        for field in request.product.fields
        if field.required and field.key not in _OWN and not request.answers.get(field.key)
    ]


def missing_items(request: Request, terms: Terms) -> list[dict[str, str]]:
    """The same as items of an information request; none for who said that he can't collect the data.

    A field that the regulation has no item for is asked for as part of the description.
    """
    if request.cannot_collect:
        return []
    known = {item.code for item in terms.items}
    locale = request.author.locale
    return [
        {"code": _item_of(field, known), "detail": field.label.of(locale)}
        for field in missing_fields(request)
    ]


def _item_of(field: RequestField, known: set[str]) -> str:
    return field.key if field.key in known else _BY_KIND.get(field.kind, "description")
