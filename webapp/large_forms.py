"""Forms that bring large files along, for browsers without a script: their files go to the disk.

A view is marked by `takes_large_files`; everywhere else a request stays as small as it was.
"""

from __future__ import annotations

import tempfile
from typing import IO, TYPE_CHECKING, Any, TypeVar

from flask import Request, current_app, request

from services.core import files
from webapp.request import database

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

View = TypeVar("View", bound="Callable[..., object]")
_FIELDS = 2 * 2**20


class LargeFormRequest(Request):
    """A request whose files are kept in the data folder while it lasts, without a name.

    The usual place for that is often in memory.
    """

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if not _is_large(self.endpoint):
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        return tempfile.TemporaryFile(dir=database().core.data_dir)


def takes_large_files(view: View) -> View:
    """Let the forms that `view` takes bring files of 2 GiB together."""
    view.takes_large_files = True  # type: ignore[attr-defined]
    return view


def _is_large(endpoint: str | None) -> bool:
    view: Any = current_app.view_functions.get(endpoint or "")
    return getattr(view, "takes_large_files", False)


def _make_room() -> None:
    if request.mimetype == "application/x-www-form-urlencoded":
        # Brings no files, and is read into memory as a whole.
        request.max_content_length = _FIELDS
    elif _is_large(request.endpoint):
        request.max_content_length = files.LARGEST_UPLOAD + _FIELDS


def init_large_forms(app: Flask) -> None:
    """Let views of `app` take large files; call it before whatever reads forms."""
    app.request_class = LargeFormRequest
    app.before_request(_make_room)
