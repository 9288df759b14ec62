"""The processes of an embedded PostgreSQL: which live, and whose a process number really is.

PostgreSQL leaves `postmaster.pid` behind when it crashes. The number in it may be gone, a zombie
nobody has collected (usual in containers), or somebody else's process by now.
"""

import subprocess
from pathlib import Path

_PROC = Path("/proc")  # Linux; elsewhere `ps` is asked


def pid_lines(data: Path) -> list[str]:
    """Read `postmaster.pid`: number, folder, start, port, socket folder, address, memory, state."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def find_postmaster(data: Path) -> int | None:
    """Find the process number of the live server of `data`, ready or not."""
    lines = pid_lines(data)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    # A server stands in its cluster's folder; one that can't be seen is better refused than swept away.
    return pid if _is_postgres(pid) and _folder_of(pid) in {data, None} else None


def is_ready(data: Path) -> bool:
    """Tell whether the server of `data` lives and accepts connections."""
    lines = pid_lines(data)
    return len(lines) > 7 and lines[7].strip() == "ready" and find_postmaster(data) is not None


def _is_postgres(pid: int) -> bool:
    """Tell a living PostgreSQL from a number that is gone, a zombie, or somebody else's by now."""
    if not _PROC.is_dir():
        asked = ["ps", "-o", "stat=,args=", "-p", str(pid)]
        ps = subprocess.run(asked, capture_output=True, text=True, check=False)
        return "postgres" in ps.stdout and not ps.stdout.startswith("Z")
    try:
        command = (_PROC / str(pid) / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return b"postgres" in command.split(b"\0")[0]  # a zombie has no command line any more


def _folder_of(pid: int) -> Path | None:
    """The folder a process stands in, followed wherever it was moved; None when it can't be seen."""
    try:
        return (_PROC / str(pid) / "cwd").readlink()
    except OSError:
        return None


def list_orphans(data: Path) -> list[int]:
    """List the backends that outlived their postmaster; those of other users can't be ours."""
    numbers = [int(process.name) for process in _PROC.glob("[0-9]*")]
    return [pid for pid in numbers if _is_postgres(pid) and _folder_of(pid) == data]
