"""The checklist before a session, its consent, and the warning about an odd ID."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services import documents, sessions
from webapp.i18n import gettext
from webapp.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.documents.models import Version
    from services.sessions.models import RemoteSession

CHECKLIST = {
    "admin_stays": (_l("Somebody with administrator rights stays to the end"), ""),
    "backup": (
        _l("A backup has been made"),
        _l("Without a copy we change nothing in the database until you agree to it."),
    ),
    "tool_ready": (_l("The program was downloaded from this page"), ""),
    "documents_closed": (_l("Private and unrelated documents are closed"), ""),
    "questions_written": (_l("The questions are written down"), ""),
}
"""Points to get ready, by code: the sentence and a remark."""


def without_consent(db: Session, *, session: RemoteSession, now: datetime) -> Version | None:
    """The consent to the connection that is still to be given, in its version in force."""
    prepared = session.preparation
    if prepared is not None and prepared.consent_version_id is not None:
        return None
    today = now.astimezone(ZoneInfo(session.promised_zone)).date()
    return documents.find_current(db, kind="consent_remote", on=today)


def warn_of(db: Session, *, session: RemoteSession) -> str:
    """A remark when the ID doesn't look like one of its program; it never blocks."""
    prepared = session.preparation
    connection_id = sessions.own_connection_id(db, session=session)
    tool = prepared.tool if prepared else None
    if not connection_id or tool is None or not tool.id_pattern:
        return ""
    bare = re.sub(r"[\s\u00a0-]", "", connection_id)
    if re.fullmatch(tool.id_pattern, bare):
        return ""
    return gettext("This doesn’t look like an ID of this program. Check it; if it is right, leave it.")
