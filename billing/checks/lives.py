"""I3, I10: nobody is sold twice at a time, and nothing is left without an end."""

from __future__ import annotations

from typing import Final

from billing.checks.findings import Check

CHECKS: Final = [
    Check(
        "I3",
        "sold_twice",
        """SELECT 'occupancy:' || o.id, jsonb_build_object('specialist', o.specialist_id)
            FROM (SELECT id, specialist_id, lower(footprint) AS begins, max(upper(footprint)) OVER (
                    PARTITION BY specialist_id ORDER BY lower(footprint), id
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
                FROM scheduling.occupancy WHERE released_at IS NULL AND kind <> 'overbooked') o
            WHERE o.begins < o.busy_until""",
    ),
    Check(
        "I10",
        "attempt_without_an_end",
        """SELECT 'attempt:' || a.reference, jsonb_build_object('state', a.state)
            FROM billing.attempt a
            WHERE (a.state IN ('created', 'open') AND a.expires_at < :ended_before)
                OR (a.state = 'processing' AND a.created_at < :settled_before)""",
    ),
]
