"""Files that people send: judged by content, kept sealed outside the web's reach."""

from services.core.files.judgement import FileRefusedError, judge
from services.core.files.models import StoredFile
from services.core.files.storage import LARGEST, get_file, list_files, read, remove, store

__all__ = [
    "LARGEST",
    "FileRefusedError",
    "StoredFile",
    "get_file",
    "judge",
    "list_files",
    "read",
    "remove",
    "store",
]
