"""What is installed is pinned by hash and named by no host; what is imported is asked for."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_is_exact_hashed_and_hostless(name: str) -> None:
    text = (ROOT / name).read_text()
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

    assert pins
    assert not re.findall(r"://|^--|\bfile:|==[^ ;]*\+", text, re.MULTILINE)
    for pin in pins:
        assert re.match(r"[a-z0-9.\[\]-]+==[0-9a-z.]+( ;.*)? \\$", pin), pin
    assert text.count("==") - text.count("python_full_version ==") >= len(pins)
    for block in re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in block, block


def test_tests_use_the_versions_that_run() -> None:
    def pins(name: str) -> dict[str, str]:
        found = re.findall(r"^([a-z0-9.-]+)(?:\[\S+\])?==(\S+)", (ROOT / name).read_text(), re.MULTILINE)
        return dict(found)

    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


def test_lock_of_the_front_end_names_no_host() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if name and "integrity" not in package]
