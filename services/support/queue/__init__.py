"""What is next: the order of the queue, and the journal of who took what."""

from services.support.queue.canned import (
    add_canned_text,
    edit_canned_text,
    get_canned_text,
    list_canned_texts,
    list_canned_versions,
)
from services.support.queue.errors import CannedTextError, PickedAlreadyError, PickReasonError
from services.support.queue.order import (
    Line,
    WaitingLine,
    count_open,
    list_queue,
    list_waiting,
    queue_query,
)
from services.support.queue.picking import (
    REASONS,
    check_picks,
    count_out_of_order,
    find_head,
    first_wrong_pick,
    hand_over,
    list_picks,
    pick,
)

__all__ = [
    "REASONS",
    "CannedTextError",
    "Line",
    "PickReasonError",
    "PickedAlreadyError",
    "WaitingLine",
    "add_canned_text",
    "check_picks",
    "count_open",
    "count_out_of_order",
    "edit_canned_text",
    "find_head",
    "first_wrong_pick",
    "get_canned_text",
    "hand_over",
    "list_canned_texts",
    "list_canned_versions",
    "list_picks",
    "list_queue",
    "list_waiting",
    "pick",
    "queue_query",
]
