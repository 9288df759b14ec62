"""I7, I8, I9: numbers without gaps, documents as they were issued, no credit beyond its act."""

from __future__ import annotations

from typing import Final

from billing.checks.findings import Check

CHECKS: Final = [
    Check(
        "I7",
        "numbers_with_gaps",
        """SELECT 'series:' || s.code || ' ' || c.kind || ' ' || c.year,
                jsonb_build_object('last', c.last, 'documents', count(d.id), 'highest', max(d.n))
            FROM billing.counter c JOIN billing.seller s ON s.id = c.seller_id
                LEFT JOIN billing.document d
                ON (d.seller_id, d.kind, d.year) = (c.seller_id, c.kind, c.year)
            GROUP BY s.code, c.seller_id, c.kind, c.year
            HAVING count(d.id) <> c.last OR count(DISTINCT d.n) <> c.last OR max(d.n) <> c.last""",
    ),
    Check(
        "I7",
        "number_without_a_series",
        """SELECT 'document:' || d.reference, jsonb_build_object('number', d.number)
            FROM billing.document d WHERE NOT EXISTS (SELECT FROM billing.counter c
                WHERE (c.seller_id, c.kind, c.year) = (d.seller_id, d.kind, d.year))""",
    ),
    Check(
        "I7",
        "dates_that_fall",
        """SELECT 'document:' || d.reference, jsonb_build_object('number', d.number)
            FROM (SELECT reference, number, issued_on, lag(issued_on)
                    OVER (PARTITION BY seller_id, kind, year ORDER BY n) AS before
                FROM billing.document) d
            WHERE d.issued_on < d.before""",
    ),
    Check(
        "I8",
        "content_changed",
        """SELECT 'document:' || d.reference, jsonb_build_object('number', d.number)
            FROM billing.document d
            WHERE d.content ->> 'number' <> d.number OR d.content ->> 'kind' <> d.kind
                OR (d.content ->> 'issued_on')::date <> d.issued_on
                OR d.content ->> 'currency' <> d.currency
                OR (SELECT coalesce(sum((line ->> 'gross')::bigint), 0)
                    FROM jsonb_array_elements(d.content -> 'lines') AS line) <> d.gross_minor""",
    ),
    Check(
        "I8",
        "file_changed",
        """SELECT 'document:' || d.reference, jsonb_build_object('number', d.number)
            FROM billing.document d JOIN billing.document_file f ON f.document_id = d.id
            WHERE encode(sha256(f.pdf), 'hex') <> f.sha256""",
    ),
    Check(
        "I9",
        "credited_beyond_the_act",
        """WITH said AS (
                SELECT coalesce(d.corrects_id, d.id) AS whole, d.kind, line ->> 'vat_rate' AS rate,
                    (line ->> 'net')::bigint AS net, (line ->> 'vat')::bigint AS vat
                FROM billing.document d, jsonb_array_elements(d.content -> 'lines') AS line
                WHERE d.corrects_id IS NOT NULL
                    OR d.id IN (SELECT corrects_id FROM billing.document)
            ), sums AS (
                SELECT whole, rate,
                    sum(CASE kind WHEN 'credit_note' THEN -net ELSE net END) AS net,
                    sum(CASE kind WHEN 'credit_note' THEN -vat ELSE vat END) AS vat
                FROM said GROUP BY whole, rate
            )
            SELECT 'document:' || d.reference, jsonb_build_object('number', d.number, 'rate', s.rate,
                'net', s.net, 'vat', s.vat)
            FROM sums s JOIN billing.document d ON d.id = s.whole WHERE s.net < 0 OR s.vat < 0""",
    ),
]
