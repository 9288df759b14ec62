"""Extract the texts, bring the Russian catalogue up to date, check it, compile it.

`python -m webapp.translations.build` fails when a text has no Russian, or one that was
guessed; `--update` also writes what was found into the catalogue. Compiled files are made
where they are needed and are not part of the repository.
"""

from __future__ import annotations

import re
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

ROOT = Path(__file__).resolve().parents[2]
RUSSIAN = Path(__file__).parent / "ru" / "LC_MESSAGES" / "messages.po"
_METHODS = [
    ("services/**.py", "python"),
    ("billing/**.py", "python"),
    ("webapp/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
_OPTIONS = {
    "templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"},
    "templates/**.txt": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"},
}
_PLACES = re.compile(r"%\((\w+)\)")
_LETTERS = re.compile(r"[A-Za-z]{2}")


def extracted() -> Catalog:
    """Every text of code and templates, without a translation."""
    found = Catalog(charset="utf-8")
    for folder in ("services", "billing", "webapp", "templates"):
        rows = extract_from_dir(
            ROOT / folder,
            method_map=[(_below(p, folder), m) for p, m in _METHODS if p.startswith(folder)],
            options_map={_below(p, folder): o for p, o in _OPTIONS.items() if p.startswith(folder)},
            keywords=_KEYWORDS,
        )
        for name, line, message, comments, context in rows:
            place = [(f"{folder}/{name}", line)]
            found.add(message, None, place, auto_comments=comments, context=context)
    return found


def _below(pattern: str, folder: str) -> str:
    return pattern.removeprefix(f"{folder}/")


def read(path: Path = RUSSIAN) -> Catalog:
    """The Russian catalogue as it stands."""
    if not path.exists():
        return Catalog(locale="ru")
    with path.open("rb") as file:
        return read_po(file, locale="ru")


def up_to_date() -> Catalog:
    """The Russian catalogue with exactly the texts that are in use."""
    catalogue = read()
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def problems(catalogue: Catalog) -> Iterator[str]:
    """Name every text that has no Russian, a guessed one, or one that lost a placeholder."""
    for message in catalogue:
        if not message.id:
            continue
        where = ", ".join(f"{name}:{line}" for name, line in message.locations[:2])
        for wrong in _wrongs(message):
            yield f"{where}: {wrong}: {message.id!r}"


def _wrongs(message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield "guessed"
    sources = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    targets = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    if not all(targets) or (len(sources) > 1 and len(targets) != 3):
        yield "no Russian"
        return
    wanted = set(_PLACES.findall(sources[-1]))
    for target in map(str, targets):
        if set(_PLACES.findall(target)) - wanted:
            yield "unknown placeholder in the Russian"
        if wanted - set(_PLACES.findall(target)) - {"num"}:
            yield "lost placeholder in the Russian"


def write(catalogue: Catalog) -> None:
    """Write the catalogue in its one form: sorted, without dates, so that nothing changes by itself."""
    buffer = BytesIO()
    write_po(
        buffer,
        catalogue,
        width=100,
        sort_output=True,
        omit_header=True,
        no_location=True,
        ignore_obsolete=True,
    )
    head = (
        'msgid ""\nmsgstr ""\n"Language: ru\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && '
        '(n%100<10 || n%100>=20) ? 1 : 2);\\n"\n\n'
    )
    RUSSIAN.parent.mkdir(parents=True, exist_ok=True)
    RUSSIAN.write_text(head + buffer.getvalue().decode(), encoding="utf-8")


def compile_if_stale() -> None:
    """Make the compiled catalogue when there is none or it is older than its source."""
    target = RUSSIAN.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns >= RUSSIAN.stat().st_mtime_ns:
        return
    buffer = BytesIO()
    write_mo(buffer, read())
    beside = target.with_suffix(".new")
    beside.write_bytes(buffer.getvalue())
    beside.replace(target)


def main(arguments: list[str]) -> int:
    """Check, with `--update` also write, and compile; 1 when something is missing."""
    catalogue = up_to_date()
    if "--update" in arguments:
        write(catalogue)
    wrong = sorted(problems(catalogue))
    compile_if_stale()
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    sys.stderr.write(f"{len(wrong)} of {len(catalogue)} texts have no good Russian\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
