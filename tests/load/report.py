"""What a bench has found: aims with their ratios, wrong answers, raw samples; as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.load.clients import Samples

_PACKAGES = ("flask", "gunicorn", "jinja2", "numpy", "psycopg", "sqlalchemy")
_HEAD = ("aim", "what", "ours", "against", "ratio", "limit", "holds")


@dataclass(frozen=True)
class Line:
    """One line of the table; a fact without a limit has no verdict."""

    aim: str
    what: str
    ours: str
    against: str = ""
    ratio: float | None = None
    limit: str = ""
    holds: bool | None = None

    def cells(self) -> tuple[str, ...]:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        verdict = {None: "", True: "yes", False: "MISSED"}[self.holds]
        return (self.aim, self.what, self.ours, self.against, ratio, self.limit, verdict)


@dataclass
class Report:
    """Collects lines; `wrong` are answers that were not true: with one of them no figure counts."""

    lines: list[Line] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    samples: dict[str, object] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)
    load_before: tuple[float, float, float] = field(default_factory=os.getloadavg)

    def at_most(self, aim: str, what: str, ours: Samples, other: Samples, *, limit: float, of: str) -> None:
        """Ours may take `limit` times as long as the other, by the medians of rounds."""
        ratio = ours.median / other.median
        texts = _ms(ours), f"{_ms(other)} {of}"
        self._add(Line(aim, what, *texts, ratio, f"≤ {limit:g}", ratio <= limit))
        self.samples[f"{aim} {what}"] = {"ours": ours.rounds, of: other.rounds}

    def at_least(self, aim: str, what: str, ours: Samples, other: Samples, *, limit: float, of: str) -> None:
        """Ours must do `limit` of what the other does a second."""
        ratio = ours.median / other.median
        texts = _per_second(ours), f"{_per_second(other)} {of}"
        self._add(Line(aim, what, *texts, ratio, f"≥ {limit:g}", ratio >= limit))
        self.samples[f"{aim} {what}"] = {"ours": ours.rounds, of: other.rounds}

    def under(self, aim: str, what: str, ours: float, *, limit: float, unit: str = "") -> None:
        """A figure of its own that may be no larger."""
        self._add(Line(aim, what, f"{ours:,.4g}{unit}", "", None, f"≤ {limit:g}{unit}", ours <= limit))

    def ratio(self, aim: str, what: str, ours: float, other: float, *, limit: float, of: str) -> None:
        """Two moments in seconds, one at most so many times the other."""
        ratio = ours / other
        texts = f"{ours * 1000:.1f} ms", f"{other * 1000:.1f} ms {of}"
        self._add(Line(aim, what, *texts, ratio, f"≤ {limit:g}", ratio <= limit))

    def fact(self, aim: str, what: str, ours: str, against: str = "") -> None:
        """A figure that nothing is asked of."""
        self._add(Line(aim, what, ours, against))

    def expect(self, condition: bool, sentence: str) -> None:  # noqa: FBT001 - an assertion that goes on
        """Note a wrong answer."""
        if not condition:
            self.wrong.append(sentence)
            print(f"  WRONG: {sentence}", flush=True)

    def missed(self) -> list[Line]:
        return [line for line in self.lines if line.holds is False]

    def _add(self, line: Line) -> None:
        self.lines.append(line)
        print("  " + " · ".join(cell for cell in line.cells() if cell), flush=True)

    def table(self) -> str:
        """The lines as Markdown, columns of one width."""
        rows = [_HEAD, *(line.cells() for line in self.lines)]
        widths = [max(len(row[n]) for row in rows) for n in range(len(_HEAD))]
        texts = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
        return "\n".join([texts[0], "| " + " | ".join("-" * width for width in widths) + " |", *texts[1:]])

    def write(self, path: Path, *, settings: dict[str, object]) -> None:
        """Write everything, raw samples included."""
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "load_average": {"before": self.load_before, "after": os.getloadavg()},
            "versions": {name: version(name) for name in _PACKAGES},
            "settings": settings,
            "seconds": round(time.perf_counter() - self.began, 1),
            "parts": {name: round(seconds, 1) for name, seconds in self.took.items()},
            "lines": [asdict(line) for line in self.lines],
            "wrong": self.wrong,
            "samples": self.samples,
        }
        path.write_text(json.dumps(whole, ensure_ascii=False, indent=1), "utf-8")


def machine() -> dict[str, object]:
    """What was measured on."""
    cores = len(os.sched_getaffinity(0))
    return {"system": platform.platform(), "python": platform.python_version(), "cores": cores}


def _ms(samples: Samples) -> str:
    low, high = min(samples.medians), max(samples.medians)
    return f"{samples.median * 1000:.1f} ms ({low * 1000:.1f}–{high * 1000:.1f})"


def _per_second(samples: Samples) -> str:
    return f"{samples.median:.0f}/s ({min(samples.medians):.0f}–{max(samples.medians):.0f})"
