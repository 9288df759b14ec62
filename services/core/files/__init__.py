"""Files that people send: judged by content, kept sealed outside the web's reach."""

from services.core.files.judgement import FileRefusedError, judge
from services.core.files.models import StoredFile, Upload
from services.core.files.pieces import OffsetError
from services.core.files.storage import LARGEST, get_file, list_files, open_file, read, remove, store
from services.core.files.uploads import (
    JUDGED,
    LARGEST_UPLOAD,
    Announced,
    announce,
    claim,
    expire_uploads,
    get_upload,
    keep,
    list_uploads,
    note_arrival,
    offset_of,
    receive,
    refuse,
    withdraw,
)
from services.core.files.verdicts import examine, find_to_judge, judge_small, settle

__all__ = [
    "JUDGED",
    "LARGEST",
    "LARGEST_UPLOAD",
    "Announced",
    "FileRefusedError",
    "OffsetError",
    "StoredFile",
    "Upload",
    "announce",
    "claim",
    "examine",
    "expire_uploads",
    "find_to_judge",
    "get_file",
    "get_upload",
    "judge",
    "judge_small",
    "keep",
    "list_files",
    "list_uploads",
    "note_arrival",
    "offset_of",
    "open_file",
    "read",
    "receive",
    "refuse",
    "remove",
    "settle",
    "store",
    "withdraw",
]
