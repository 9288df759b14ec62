"""The desk: today, the week, one session. `mount` also mounts the other areas of the free side."""

from webapp.staff.desk.mount import mount

__all__ = ["mount"]
