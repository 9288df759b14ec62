"""Pages that a browser keeps and asks again about: a tag of everything that the page is made of.

A page may be kept if nothing in it is random: scripts stand in files of their own, so no policy
has a nonce, and a CSRF token stays good as long as the browser's session does.
"""

from __future__ import annotations

import hashlib
import json
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import make_response, request, session

from webapp.i18n import current_locale
from webapp.request import ZONE_COOKIE, database, now

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

_ROOT = Path(__file__).parent.parent
_SOURCES = {
    "services": {".py"},
    "billing": {".py"},
    "templates": {".html"},
    "webapp": {".py", ".mo", ".css", ".js", ".svg", ".woff2"},
}
_FLASHES = "_flashes"
_MINUTE = 60


def fresh_page(revision: str, make: Callable[[], str]) -> Response:
    """Answer with the page that `make` renders, or tell the browser that it has this page already.

    `revision` is that of everything stored that the page shows, read before. A page that holds what
    is said only once is never kept.
    """
    if _FLASHES in session:
        return make_response(make())
    if _tag(revision) in request.if_none_match.as_set(include_weak=True):
        return _tagged(make_response("", 304), revision)
    return _tagged(make_response(make()), revision)


def _tagged(response: Response, revision: str) -> Response:
    # Weak: two renderings mean the same, but their CSRF tokens are signed at different times. Made
    # after rendering, which may have begun the session that the tokens belong to.
    response.set_etag(_tag(revision), weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Cookie", "Accept-Language"))
    return response


def _tag(revision: str) -> str:
    """What the page is made of: what is stored, who asks for what, when, and the program.

    Time counts by the minute, and an instant that is a whole minute counts for itself: starts and
    notice are whole minutes, so no start is over between two instants of one tag.
    """
    minutes = now().timestamp() / _MINUTE
    facts = (
        revision,
        math.floor(minutes),
        math.ceil(minutes),
        request.full_path,
        current_locale(),
        request.cookies.get(ZONE_COOKIE),
        json.dumps(dict(session), sort_keys=True, default=str),
        database().core.is_demo,
        _program(),
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


@cache
def _program() -> str:
    """What makes pages: another release makes other pages of the same facts."""
    digest = hashlib.sha256()
    for folder, endings in _SOURCES.items():
        for path in sorted((_ROOT / folder).rglob("*")):
            if path.suffix in endings:
                digest.update(path.read_bytes())
    return digest.hexdigest()
