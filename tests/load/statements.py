"""Statements as the server itself logs them: whatever process, library or driver sends them."""

from __future__ import annotations

import re
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.load.sites import Ground, Seeded

_LINE = re.compile(r"^(\S+) LOG:  (?:statement|execute [^:]*): (.*)$")
_CONTROL = re.compile(r"\s*(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|;|$)", re.IGNORECASE)


@dataclass
class Statements:
    """What was asked of one database; `control` counts begins, commits and savepoints."""

    texts: list[str] = field(default_factory=list)
    control: int = 0

    def __len__(self) -> int:
        return len(self.texts)

    def repeated(self, more_than: int = 1) -> dict[str, int]:
        """Texts that came more often than that."""
        return {text: n for text, n in Counter(self.texts).items() if n > more_than}


def read(log: str, database: str) -> Statements:
    """Statements of one database out of a server's log whose lines begin with `%d`."""
    found = Statements()
    current: list[str] | None = None
    for line in [*log.splitlines(), ""]:
        if line.startswith("\t") and current is not None:
            current.append(line)
            continue
        if current is not None:
            text = " ".join(" ".join(current).split())
            if _CONTROL.match(text):
                found.control += 1
            else:
                found.texts.append(text)
            current = None
        matched = _LINE.match(line)
        if matched and matched[1] == database:
            current = [matched[2]]
    return found


class Recorder:
    """Reads what the server writes down; `step` gives what one step asked for."""

    def __init__(self, log: Path, seeded: Seeded) -> None:
        self._log = log
        self._seeded = seeded
        self._marks = 0

    @contextmanager
    def step(self) -> Iterator[Statements]:
        since = self._log.stat().st_size
        found = Statements()
        yield found
        self._wait_for_mark()
        with self._log.open(encoding="utf-8", errors="replace") as file:
            file.seek(since)
            seen = read(file.read(), self._seeded.database.name)
        found.texts, found.control = seen.texts, seen.control

    def _wait_for_mark(self) -> None:
        """What was asked before a mark stands in the log before it."""
        self._marks += 1
        mark = f"mark {self._seeded.database.name} {self._marks}"
        with psycopg.connect(self._seeded.admin_url.replace(self._seeded.database.name, "postgres")) as db:
            db.execute("SET log_statement = 'all'")
            db.execute(f"SELECT '{mark}'".encode())
        while mark not in self._log.read_text("utf-8", "replace")[-20_000:]:
            time.sleep(0.01)


@contextmanager
def recording(ground: Ground, seeded: Seeded) -> Iterator[Recorder]:
    """Let the server write down every statement meanwhile."""
    with psycopg.connect(seeded.admin_url, autocommit=True) as db:
        db.execute("ALTER SYSTEM SET log_statement = 'all'")
        db.execute("SELECT pg_reload_conf()")
        time.sleep(0.3)  # idle connections hear of it at once, but not before
        try:
            yield Recorder(ground.log, seeded)
        finally:
            db.execute("ALTER SYSTEM RESET log_statement")
            db.execute("SELECT pg_reload_conf()")
