"""The remote session: held, booked, prepared, done or called off."""

from services.scheduling.errors import HoldLapsedError
from services.sessions.booking import can_cancel, cancel, confirm, deliver, miss, start
from services.sessions.describing import describe
from services.sessions.errors import (
    ConsentNeededError,
    HoldLimitError,
    NobodyDescribedError,
    PreparationClosedError,
    PreparationError,
    SessionNotFoundError,
    TooEarlyError,
)
from services.sessions.holds import (
    change_hold,
    expire,
    expire_hold,
    extend_hold,
    hold,
    hold_again,
)
from services.sessions.preparation import (
    POINTS,
    consent,
    own_connection_id,
    set_checklist,
    set_connection,
    show_connection_id,
    wipe_connection_ids,
)
from services.sessions.promises import (
    compare_promises,
    list_moved_promises,
    note_zone_data,
    settle_moved_promise,
    unknown_zones,
)
from services.sessions.queries import (
    find_hold,
    get_session,
    get_session_by_id,
    held_until,
    is_held,
    list_sessions,
    specialist_name,
    specialist_of,
)
from services.sessions.seats import Holder, forget_addresses
from services.sessions.situations import SITUATIONS, situation_name
from services.sessions.states import SESSION

__all__ = [
    "POINTS",
    "SESSION",
    "SITUATIONS",
    "ConsentNeededError",
    "HoldLapsedError",
    "HoldLimitError",
    "Holder",
    "NobodyDescribedError",
    "PreparationClosedError",
    "PreparationError",
    "SessionNotFoundError",
    "TooEarlyError",
    "can_cancel",
    "cancel",
    "change_hold",
    "compare_promises",
    "confirm",
    "consent",
    "deliver",
    "describe",
    "expire",
    "expire_hold",
    "extend_hold",
    "find_hold",
    "forget_addresses",
    "get_session",
    "get_session_by_id",
    "held_until",
    "hold",
    "hold_again",
    "is_held",
    "list_moved_promises",
    "list_sessions",
    "miss",
    "note_zone_data",
    "own_connection_id",
    "set_checklist",
    "set_connection",
    "settle_moved_promise",
    "show_connection_id",
    "situation_name",
    "specialist_name",
    "specialist_of",
    "start",
    "unknown_zones",
    "wipe_connection_ids",
]
