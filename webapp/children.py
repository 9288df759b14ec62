"""The processes of an installation on one machine, and their common end.

Each child is asked to leave when its parent dies, however that happens; none is started again
silently: who supervises them decides.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

# Longer than a web request and a job may take, shorter than a service manager's patience.
_PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Child:
    """One running process, under the name a person knows it by."""

    name: str
    process: subprocess.Popen[bytes]


class Children:
    """Started in order, stopped in the same order: first who takes work, last who serves others."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Nothing starts yet; `environment` is what every child will see."""
        self._environment = dict(environment)
        self._children: list[Child] = []

    def start(self, name: str, arguments: Sequence[str]) -> Child:
        """Start `python <arguments>` in a session of its own, so that Ctrl-C reaches the parent alone."""
        process = subprocess.Popen(
            [sys.executable, "-m", "webapp.leash", *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        child = Child(name, process)
        self._children.append(child)
        return child

    def find_dead(self) -> Child | None:
        """Find a child that has ended, if one has."""
        return next((child for child in self._children if child.process.poll() is not None), None)

    def stop(self) -> None:
        """Ask all to finish what they do, and end those that don't within 30 seconds."""
        for child in self._children:
            if child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for child in self._children:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        self._children.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def web(host: str, port: int, *, processes: int = 2, threads: int = 4) -> list[str]:
    """Arguments of the web server: gunicorn's threads, imported once before the fork."""
    memory = "/dev/shm"  # noqa: S108 - the heartbeat's file, made safely by gunicorn
    return [
        *("-m", "gunicorn", "webapp.wsgi:app", "--worker-class", "gthread", "--preload"),
        *("--workers", str(processes), "--threads", str(threads)),
        *("--bind", f"{bracketed(host)}:{port}", "--graceful-timeout", str(_PATIENCE_SECONDS - 5)),
        *("--log-level", "warning", "--no-control-socket"),
        *(("--worker-tmp-dir", memory) if os.access(memory, os.W_OK) else ()),
    ]


def worker() -> list[str]:
    """Arguments of the process that does the jobs."""
    return ["-m", "webapp", "worker"]


def sandbox(port: int, *, host: str, folder: str, webhook: str, public_url: str) -> list[str]:
    """Arguments of the payment sandbox; its keys and state live in `folder`."""
    return [
        *("-m", "webapp.sandbox", "--host", host, "--port", str(port), "--public-url", public_url),
        *("--data", folder, "--webhook", webhook),
    ]


def bracketed(host: str) -> str:
    """Write a host as addresses want it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host
