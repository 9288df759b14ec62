"""From an event and its facts to subject, text and HTML in the reader's language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.core.mail.events import check_facts
from services.core.mail.letter import one_line
from services.core.mail.phrases import keep_whole, phrases
from services.core.wording import FILTERS, catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from services.core.mail.parts import Recipient
    from services.core.settings import CoreSettings
    from services.core.texts import Locale
    from services.core.vendor import VendorProfile

_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Rendered:
    """The words of one mail; the subject is one line, the text ends its lines with LF."""

    subject: str
    text: str
    html: str


@lru_cache(maxsize=8)
def environment(templates: Path, translations: Path, locale: Locale) -> Environment:
    """Make the environment of mails in `locale`; what is missing in it raises."""
    made = Environment(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default_for_string=False),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # jinja2.ext.i18n adds this method, which its types don't tell.
    install: Any = made.install_gettext_translations  # type: ignore[attr-defined]
    install(catalogue(locale, translations), newstyle=True)
    made.filters.update(FILTERS, keep_whole=keep_whole)
    # A global, since macros are imported without the context of the mail.
    made.globals["locale"] = locale
    made.globals.update(phrases(locale))
    return made


def render(
    core: CoreSettings,
    *,
    event: str,
    to: Recipient,
    locale: Locale,
    vendor: VendorProfile,
    facts: Mapping[str, object],
) -> Rendered:
    """Write the mail of `event` to `to`; raises ValueError on missing or unknown facts."""
    check_facts(event, facts)
    made = environment(core.templates_dir, core.translations_dir, locale)
    given = {**facts, "to": to, "vendor": vendor, "home": core.public_url}

    def part(name: str) -> str:
        return made.get_template(f"emails/{event}/{name}").render(given)

    text = _BLANK_LINES.sub("\n\n", part("body.txt")).strip() + "\n"
    return Rendered(one_line(part("subject.txt")), text, part("body.html"))
