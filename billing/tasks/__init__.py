"""Work for people, about money that no rule may decide by itself."""

from billing.tasks.commands import close_about, close_task, open_task
from billing.tasks.queries import get_open_task, list_open_tasks

__all__ = ["close_about", "close_task", "get_open_task", "list_open_tasks", "open_task"]
