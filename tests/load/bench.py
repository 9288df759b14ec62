"""What all parts of a bench share: its databases, its sites, its report."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.load.sites import serve, serve_floor
from tests.load.workload import Workload, tomorrow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.load.report import Report
    from tests.load.sites import Ground, Seeded

RACE_DAYS = 160


@dataclass
class Bench:
    """Databases are made when a part first asks for them."""

    ground: Ground
    report: Report
    options: Any
    _made: dict[str, Seeded] = field(default_factory=dict)

    def seeded(self, name: str) -> Seeded:
        if name not in self._made:
            self._made[name] = self.ground.seeded(
                f"bench_{name}", self._workload(name), with_floor=name == "small"
            )
            seconds = self._made[name].seconds
            self.report.fact("", f"seeding {name}", f"{seconds:.1f} s")
        return self._made[name]

    def _workload(self, name: str) -> Workload:
        small = Workload(10, 30, tomorrow(datetime.now(UTC)))
        return {
            "small": small,
            "past": replace(small, past=self.options.past),
            "strangers": replace(small, strangers=190),
            "big": replace(small, specialists=200, days=90),
            "race": replace(
                small, specialists=1, days=RACE_DAYS, booked_of_six=0, past=self.options.race_past
            ),
        }[name]

    @contextmanager
    def served(self, *names: str, sandbox: bool = False) -> Iterator[list[int]]:
        """Sites on these databases; `floor` is the floor on the small one."""
        with ExitStack() as stack:
            yield [
                stack.enter_context(
                    serve_floor(self.seeded("small"))
                    if name == "floor"
                    else serve(self.ground, self.seeded(name), sandbox=sandbox)
                )
                for name in names
            ]
