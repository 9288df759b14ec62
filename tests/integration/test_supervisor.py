"""`make run` from nothing to an open page, and how it ends: by request, and when a part of it dies."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from services.core import embedded
from tests import cluster
from tests.fakes.mail_server import free_port
from webapp import supervisor
from webapp.supervisor import StartError, place_of


@pytest.fixture
def home() -> Iterator[Path]:
    folder = cluster.folder()
    yield folder
    embedded.stop(folder / "postgres")
    cluster.stop(folder)


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    return kept | ports | {"PRIYOM_DATA": str(home), "PYTHONUNBUFFERED": "1"} | more


def start(home: Path, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "webapp", "run"],
        env=environment(home, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    pytest.fail(f"It ended without saying {words!r}:\n{said}")


def children_of(process: subprocess.Popen[str]) -> dict[str, int]:
    """Numbers of the supervised processes by what they run."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().decode() for pid in listed}
    kinds = ("gunicorn", "webapp.sandbox", "worker")
    return {kind: int(pid) for kind in kinds for pid, command in commands.items() if kind in command}


def test_first_start_fills_serves_and_ends_second_keeps_what_was_there(home: Path) -> None:
    first = start(home)
    said = read_until(first, "Everything here is a demonstration")
    address = re.search(r"serves at (\S+)", said)
    assert address is not None
    assert "administrator" in said
    with urlopen(address[1], timeout=10) as answer:
        assert answer.status == 200
    first.send_signal(signal.SIGINT)
    ended, _ = first.communicate(timeout=40)
    assert first.returncode == 0, ended
    assert "Your data are kept" in ended
    assert not embedded.is_running(home / "postgres")

    second = start(home)
    again = read_until(second, "Everything here is a demonstration")
    assert "once" not in again
    assert set(re.findall(r"\S+@\S+ +\S+", said)) == set(re.findall(r"\S+@\S+ +\S+", again))
    refused = start(home)
    assert "already serves" in refused.communicate(timeout=20)[0]
    assert refused.returncode == 1
    # A part that dies takes all with it.
    os.kill(children_of(second)["worker"], signal.SIGKILL)
    told, _ = second.communicate(timeout=40)
    assert second.returncode == 1
    assert "the worker ended by itself (signal 9)" in told
    assert not embedded.is_running(home / "postgres")


def test_taken_port_is_told_in_a_sentence(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start(home, PORT=str(port))
        said, _ = process.communicate(timeout=20)

    assert process.returncode == 1
    assert f"port {port} on 127.0.0.1 can't be used" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("text", ["eighty", "0", "70000"])
def test_no_port_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(StartError, match=f"PORT={text} is no port number"):
        place_of({"PORT": text})


def test_production_is_not_served_by_make_run() -> None:
    with pytest.raises(StartError, match=r"operations\.md"):
        place_of({"PRIYOM_ENV": "production"})


def test_addresses_are_those_a_browser_can_use() -> None:
    everywhere = place_of({"HOST": "0.0.0.0", "PORT": "9000"})
    assert everywhere.public_url == "http://127.0.0.1:9000"
    assert everywhere.sandbox_url == "http://127.0.0.1:9001"
    six = place_of({"HOST": "::1"})
    assert (six.public_url, six.sandbox_url) == ("http://[::1]:8000", "http://[::1]:8001")
    named = place_of({"HOST": "0.0.0.0", "PUBLIC_URL": "http://desk.example:8000/"})
    assert named.sandbox_url == "http://desk.example:8001"


def test_database_of_ones_own_needs_its_owner() -> None:
    with (
        pytest.raises(StartError, match="DATABASE_OWNER_URL"),
        supervisor.opened_database(place_of({}), {"DATABASE_URL": "postgresql://priyom_app@/priyom"}),
    ):
        pass
