"""Whether all sums are as they must be: looked at every night, each difference becomes a task."""

from billing.checks.findings import Finding
from billing.checks.runs import check_money, is_check_overdue, last_green_at, list_findings

__all__ = ["Finding", "check_money", "is_check_overdue", "last_green_at", "list_findings"]
