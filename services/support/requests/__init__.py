"""A request, from its receipt to its end."""

from services.support.requests.classing import reclass
from services.support.requests.clocks import Face, clock_faces, read_clocks, refold
from services.support.requests.closing import (
    close_resolved,
    close_silent,
    is_closed_for_silence,
    last_moment,
    reopenable_until,
)
from services.support.requests.completeness import missing_fields, missing_items
from services.support.requests.conversing import (
    add_note,
    answer,
    ask_information,
    cannot_collect,
    customer_writes,
    lock_living,
    wants_reopening,
)
from services.support.requests.ended_rounds import check_ended
from services.support.requests.errors import (
    AlreadyAskedError,
    ClassError,
    ItemsError,
    ReopenLateError,
    RequestNotFoundError,
)
from services.support.requests.ledger import first_wrong, list_rows, note_event
from services.support.requests.losing import note_lost_mail
from services.support.requests.mentioning import (
    AlreadyMentionedError,
    decline_mention,
    find_mention,
    mention_session,
)
from services.support.requests.merging import MergeError, find_merged_into, merge, page_of
from services.support.requests.pausing import begin_pause, end_pause
from services.support.requests.queries import (
    find_open_info_request,
    find_request,
    get_request,
    list_info_requests,
    list_messages,
    list_notes,
    lock_request,
)
from services.support.requests.rating import GRADES, AlreadyRatedError, find_rating, rate
from services.support.requests.receiving import Asked, drop, receive, subject_of, write_down
from services.support.requests.reminders import remind, share_used
from services.support.requests.resolving import (
    find_follower,
    may_reopen,
    open_again,
    reopen,
    reopen_until,
    resolve,
)
from services.support.requests.rounds import begin_recompute, begin_refold, find_last_round, go_round
from services.support.requests.states import REOPENABLE, REQUEST, move

__all__ = [
    "GRADES",
    "REOPENABLE",
    "REQUEST",
    "AlreadyAskedError",
    "AlreadyMentionedError",
    "AlreadyRatedError",
    "Asked",
    "ClassError",
    "Face",
    "ItemsError",
    "MergeError",
    "ReopenLateError",
    "RequestNotFoundError",
    "add_note",
    "answer",
    "ask_information",
    "begin_pause",
    "begin_recompute",
    "begin_refold",
    "cannot_collect",
    "check_ended",
    "clock_faces",
    "close_resolved",
    "close_silent",
    "customer_writes",
    "decline_mention",
    "drop",
    "end_pause",
    "find_follower",
    "find_last_round",
    "find_mention",
    "find_merged_into",
    "find_open_info_request",
    "find_rating",
    "find_request",
    "first_wrong",
    "get_request",
    "go_round",
    "is_closed_for_silence",
    "last_moment",
    "list_info_requests",
    "list_messages",
    "list_notes",
    "list_rows",
    "lock_living",
    "lock_request",
    "may_reopen",
    "mention_session",
    "merge",
    "missing_fields",
    "missing_items",
    "move",
    "note_event",
    "note_lost_mail",
    "open_again",
    "page_of",
    "rate",
    "read_clocks",
    "receive",
    "reclass",
    "refold",
    "remind",
    "reopen",
    "reopen_until",
    "reopenable_until",
    "resolve",
    "share_used",
    "subject_of",
    "wants_reopening",
    "write_down",
]
