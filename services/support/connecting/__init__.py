"""Free remote connections within a request."""

from services.support.connecting.commands import (
    ACCESS,
    arrange,
    cancel_connection,
    move_connection,
    note_start,
)
from services.support.connecting.errors import AlreadyArrangedError, ConnectionNotFoundError
from services.support.connecting.letters import connection_path
from services.support.connecting.queries import (
    find_connection,
    find_request_of,
    get_connection,
    get_connection_of,
    initiator,
    list_connections,
)

__all__ = [
    "ACCESS",
    "AlreadyArrangedError",
    "ConnectionNotFoundError",
    "arrange",
    "cancel_connection",
    "connection_path",
    "find_connection",
    "find_request_of",
    "get_connection",
    "get_connection_of",
    "initiator",
    "list_connections",
    "move_connection",
    "note_start",
]
