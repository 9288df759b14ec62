"""Texts that the vendor edits, always in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

Locale = Literal["ru", "en"]
LOCALES: tuple[Locale, ...] = ("ru", "en")


@dataclass(frozen=True, slots=True)
class Texts:
    """One text in Russian and English; both are demanded by the database's CHECKs."""

    ru: str
    en: str

    def of(self, locale: str) -> str:
        """The text in `locale` ('ru' or 'en'; anything else reads Russian, the first language)."""
        return self.en if locale == "en" else self.ru

    def to_json(self) -> dict[str, str]:
        """The shape stored in jsonb: `{"ru": …, "en": …}`."""
        return {"ru": self.ru, "en": self.en}

    @classmethod
    def from_json(cls, value: dict[str, str]) -> Texts:
        """Read the stored shape back; both keys must be there."""
        return cls(ru=value["ru"], en=value["en"])


class TextsType(TypeDecorator[Texts]):
    """A column of `Texts`, stored as jsonb."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Texts | None, dialect: Dialect) -> dict[str, str] | None:
        """Write the JSON object."""
        del dialect
        return None if value is None else value.to_json()

    def process_result_value(self, value: Any, dialect: Dialect) -> Texts | None:
        """Read the JSON object."""
        del dialect
        return None if value is None else Texts.from_json(value)


class TextsListType(TypeDecorator[list[Texts]]):
    """A column of a list of `Texts` (points of a description), stored as a jsonb array."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: list[Texts] | None, dialect: Dialect) -> list[dict[str, str]]:
        """Write the JSON array."""
        del dialect
        return [text.to_json() for text in value or []]

    def process_result_value(self, value: Any, dialect: Dialect) -> list[Texts]:
        """Read the JSON array."""
        del dialect
        return [Texts.from_json(text) for text in cast("list[dict[str, str]]", value or [])]
