"""Editing a product and a service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from wtforms.validators import ValidationError

from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.staff.boxes import radios
from webapp.staff.forms import (
    StaffForm,
    area,
    both,
    both_or_none,
    line,
    number,
    same_points,
    spread,
    spread_lines,
    tick,
)

if TYPE_CHECKING:
    from services.catalogue.models import Product, Service
    from services.core.texts import Texts

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODES = re.compile(r"[a-z0-9_-]+")


class ProductForm(StaffForm):
    """A product: its texts, how customers name their installation, its knowledge base."""

    groups: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = (
        (_l("The product"), ("name", "position", "active")),
        (_l("How customers name their installation"), ("identifier_kind", "identifier_hint")),
        (_l("Free support"), ("preparation", "kb_url")),
    )

    name_ru, name_en = both(line, _l("Name"))
    position = number(_l("Place in lists"), least=0, most=999)
    active = tick(_l("Shown to customers"))
    identifier_kind = radios(
        _l("They name it by"),
        {
            "project_name": _l("the name of the project"),
            "project_code": _l("the code of the project"),
            "none": _l("nothing: the product's name is enough"),
        },
    )
    identifier_hint_ru, identifier_hint_en = both(line, _l("Where to find it"), required=False)
    preparation_ru, preparation_en = both(
        line, _l("What a request needs"), hint=_l("In a few words, shown before the form")
    )
    kb_url = line(
        _l("Address of the knowledge base"),
        hint=_l("Leave it empty when there is none: then no link is shown"),
        required=False,
    )

    def validate_identifier_hint_en(self, field: Any) -> None:
        """Both languages, and a hint exactly when there is something to find."""
        both_or_none(self, field)
        if (self.identifier_kind.data == "none") == bool(field.data):
            raise ValidationError(
                _("Leave this empty: there is nothing to find.")
                if field.data
                else _("Say where customers find it.")
            )

    def validate_kb_url(self, field: Any) -> None:
        """Only addresses that a browser opens safely."""
        if field.data and not field.data.startswith("https://"):
            raise ValidationError(_("Enter an address that starts with https://."))

    def changes(self) -> dict[str, Any]:
        """The attributes of a product as they were typed."""
        return {
            "name": self.texts("name"),
            "position": self.whole("position"),
            "active": self.ticked("active"),
            "identifier_kind": self.text("identifier_kind"),
            "identifier_hint": self.texts_if_any("identifier_hint"),
            "preparation": self.texts("preparation"),
            "kb_url": self.text("kb_url") or None,
        }


def show_product(product: Product) -> dict[str, Any]:
    """A product as its form shows it."""
    return {
        **spread("name", product.name),
        **spread("identifier_hint", product.identifier_hint),
        **spread("preparation", product.preparation),
        "position": product.position,
        "active": product.active,
        "identifier_kind": product.identifier_kind,
        "kb_url": product.kb_url,
    }


class ServiceForm(StaffForm):
    """A service: texts, lists, length and the rules by which it can be booked."""

    groups: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = (
        (_l("What it is"), ("name", "summary", "lead", "position", "active")),
        (_l("What customers read before they order"), ("included", "excluded", "needs")),
        (
            _l("When it can be booked"),
            ("minutes", "grid_minutes", "buffer_before", "buffer_after", "notice_minutes", "horizon_days"),
        ),
        (_l("Who does it"), ("skills", "mode")),
    )

    name_ru, name_en = both(line, _l("Name"))
    summary_ru, summary_en = both(line, _l("In one line"), hint=_l("In the list of services"))
    lead_ru, lead_en = both(area, _l("In a few sentences"), hint=_l("On top of its own page"))
    position = number(_l("Place in lists"), least=0, most=999)
    active = tick(_l("Can be booked"))
    included_ru, included_en = both(area, _l("Included"), hint=_l("One point a line"), required=False)
    excluded_ru, excluded_en = both(area, _l("Not included"), hint=_l("One point a line"), required=False)
    needs_ru, needs_en = both(area, _l("What we need"), hint=_l("One point a line"), required=False)
    minutes = number(_l("Length, minutes"), least=5, most=1440)
    grid_minutes = number(
        _l("Starts every … minutes"),
        least=5,
        most=1440,
        hint=_l("Counted from midnight on the specialist's clock"),
    )
    buffer_before = number(_l("Kept free before, minutes"), least=0, most=480)
    buffer_after = number(_l("Kept free after, minutes"), least=0, most=480)
    notice_minutes = number(
        _l("Notice, minutes"), least=0, most=43_200, hint=_l("At least this long before the start")
    )
    horizon_days = number(_l("Days ahead"), least=0, most=366)
    skills = line(_l("Skills a specialist must have"), hint=_l("Codes, separated by commas"), required=False)
    mode = radios(
        _l("How many specialists"),
        {
            "any": _l("one of those who have the skills"),
            "all": _l("all of them together"),
        },
    )

    validate_included_en = same_points
    validate_excluded_en = same_points
    validate_needs_en = same_points

    def validate_grid_minutes(self, field: Any) -> None:
        """The grid restarts at midnight, so a day must hold a whole number of steps."""
        if field.data and 1440 % field.data:
            raise ValidationError(_("Choose a step that divides a day: 15, 20, 30 or 60, for example."))

    def validate_skills(self, field: Any) -> None:
        """Codes only: they are compared letter by letter."""
        del field
        wrong = [code for code in self._skills() if not _CODES.fullmatch(code)]
        if wrong:
            raise ValidationError(_("Write codes in small Latin letters: “%(code)s” is none.", code=wrong[0]))

    def _skills(self) -> list[str]:
        return [code.strip() for code in self.text("skills").split(",") if code.strip()]

    def changes(self) -> dict[str, Any]:
        """The attributes of a service as they were typed."""
        texts: dict[str, Texts] = {name: self.texts(name) for name in ("name", "summary", "lead")}
        lists = {name: self.lines(name) for name in ("included", "excluded", "needs")}
        numbers = {name: self.whole(name) for name in _NUMBERS}
        return {
            **texts,
            **lists,
            **numbers,
            "active": self.ticked("active"),
            "skills": self._skills(),
            "mode": self.text("mode"),
        }


_NUMBERS = (
    "position",
    "minutes",
    "grid_minutes",
    "buffer_before",
    "buffer_after",
    "notice_minutes",
    "horizon_days",
)


def show_service(service: Service) -> dict[str, Any]:
    """A service as its form shows it."""
    shown: dict[str, Any] = {name: getattr(service, name) for name in (*_NUMBERS, "active", "mode")}
    for name in ("name", "summary", "lead"):
        shown |= spread(name, getattr(service, name))
    for name in ("included", "excluded", "needs"):
        shown |= spread_lines(name, getattr(service, name))
    return {**shown, "skills": ", ".join(service.skills)}


class SlugForm(StaffForm):
    """The short name of something new, which stands in addresses and never changes."""

    slug = line(
        _l("Short name in addresses"),
        hint=_l("Small Latin letters, figures and hyphens; it never changes"),
        longest=60,
    )

    def validate_slug(self, field: Any) -> None:
        """The shape that the database demands as well."""
        if not _SLUG.fullmatch(field.data or ""):
            raise ValidationError(_("Use small Latin letters, figures and hyphens, like remote-hour."))


class NewProductForm(SlugForm, ProductForm):
    """A product that is not in the catalogue yet."""

    groups = ((_l("Address"), ("slug",)), *ProductForm.groups)


class NewServiceForm(SlugForm, ServiceForm):
    """A service that is not in the catalogue yet."""

    groups = ((_l("Address"), ("slug",)), *ServiceForm.groups)
