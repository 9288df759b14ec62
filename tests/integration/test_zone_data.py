"""Zones are ours, not the machine's; and nothing starts with zone data that are wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tzdata

STARTS = {
    "web": ["-c", "import webapp.wsgi"],
    "web server": ["-m", "webapp", "serve"],
    "worker": ["-m", "webapp", "worker"],
    "make run": ["-m", "webapp", "run"],
}
MODULES = ("webapp.settings", "webapp.worker", "webapp.__main__", "webapp.sandbox.__main__", "billing.prices")


@pytest.fixture
def other_zones(tmp_path) -> Path:
    """A copy of the package of zone data that stands before the installed one."""
    package = tmp_path / "other" / "tzdata"
    shutil.copytree(Path(tzdata.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    return package / "zoneinfo"


def run(arguments, home, **more):
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    settings = {"PRIYOM_DATA": str(home), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    return subprocess.run(
        [sys.executable, *arguments],
        env=kept | settings | more,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("module", MODULES)
def test_zones_come_from_the_package_whatever_the_machine_has(module, tmp_path):
    asked = f"import {module}, zoneinfo; print(zoneinfo.TZPATH, len(zoneinfo.available_timezones()) > 500)"
    answer = run(["-c", asked], tmp_path, PYTHONTZPATH="/usr/share/zoneinfo")
    assert answer.stdout.strip() == "() True", answer.stderr


def test_a_machine_with_a_wrong_zone_starts_and_reads_the_right_one(other_zones, tmp_path):
    shutil.copy(other_zones / "Europe" / "Berlin", other_zones / "Europe" / "Moscow")
    asked = (
        "import webapp.settings as s; s.check_zones(); from zoneinfo import ZoneInfo; import datetime;"
        " print(datetime.datetime(2026, 7, 1, tzinfo=ZoneInfo('Europe/Moscow')).utcoffset())"
    )
    answer = run(["-c", asked], tmp_path, PYTHONTZPATH=str(other_zones))
    assert answer.stdout.strip() == "3:00:00", answer.stderr


@pytest.mark.parametrize("start", STARTS)
def test_a_wrong_zone_stops_the_start_and_is_named(start, other_zones, tmp_path):
    shutil.copy(other_zones / "Europe" / "Samara", other_zones / "Europe" / "Moscow")
    answer = run(STARTS[start], tmp_path, PYTHONPATH=str(other_zones.parents[1]))
    assert answer.returncode in {1, 2}
    assert "Europe/Moscow is UTC+4:00 at 2026-01-15T12:00 UTC, and has to be UTC+3:00." in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stderr.count("tzdata:") == 1


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda file: file.unlink(), "Asia/Kamchatka can't be read (ZoneInfoNotFoundError)."),
        (lambda file: file.write_bytes(b""), "Asia/Kamchatka can't be read"),
        (lambda file: file.write_bytes(file.read_bytes()[:60]), "Asia/Kamchatka can't be read"),
    ],
    ids=["missing", "empty", "cut off"],
)
def test_a_damaged_zone_stops_the_start_and_is_named(damage, said, other_zones, tmp_path):
    damage(other_zones / "Asia" / "Kamchatka")
    answer = run(STARTS["worker"], tmp_path, PYTHONPATH=str(other_zones.parents[1]))
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
