"""An optional virus scanner: clamd, over its socket (INSTREAM, see its manual page).

It only adds suspicion: what it has not seen is kept apart, what it finds is refused.
"""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from services.core.files.unpacking import FileRefusedError

if TYPE_CHECKING:
    from services.core.files.judgement import Judged
    from services.core.settings import CoreSettings

_PART = 64 * 1024
_PATIENCE_SECONDS = 30
_LONGEST_ANSWER = 4_096


def scanned(core: CoreSettings, file: IO[bytes], judged: Judged, *, name: str) -> Judged:
    """Give `judged` again, quarantined when the scanner didn't see the file.

    Raises FileRefusedError `file_virus` (fact `kind`: the scanner's name for it). Without a scanner
    in the settings nothing is asked.
    """
    if core.clamd is None:
        return judged
    try:
        answer = _ask(core.clamd, file)
    except (OSError, ValueError):
        answer = ""
    if answer.endswith(" FOUND"):
        found = answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise FileRefusedError("file_virus", field="files", kind=found, name=name)
    if answer == "stream: OK":
        return judged
    return replace(judged, verdict="quarantined", reason=judged.reason or "unscanned")


def _ask(address: str, file: IO[bytes]) -> str:
    """Stream the file and give the scanner's answer without its final NUL."""
    with _connect(address) as line:
        line.settimeout(_PATIENCE_SECONDS)
        file.seek(0)
        try:
            line.sendall(b"zINSTREAM\0")
            while part := file.read(_PART):
                line.sendall(len(part).to_bytes(4, "big") + part)
            line.sendall(bytes(4))
        except (BrokenPipeError, ConnectionResetError):
            pass  # too large for it: the answer may stand there already
        return _answer(line)


def _connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "tcp":
        return socket.create_connection((parts.hostname or "", parts.port or 3310), _PATIENCE_SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(_PATIENCE_SECONDS)
    try:
        line.connect(parts.path)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> str:
    said = b""
    while len(said) < _LONGEST_ANSWER and not said.endswith(b"\0") and (part := line.recv(_LONGEST_ANSWER)):
        said += part
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
