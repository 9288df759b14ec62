"""Somebody who keeps times without ever ordering: he can't keep them all."""

from __future__ import annotations

from webapp.booking.access import ORDERS

BOOK = "/book/remote-session?day=2026-11-26"


def take(visitor):
    """Choose the last time of the day as a new browser; the answer's status."""
    page = visitor.get(BOOK)
    token = str(page.one("form#times [name=csrf_token]")["value"])
    start = str(page.all("input[name=start]")[-1]["value"])
    origin = {"REMOTE_ADDR": visitor.address}
    fields = {"csrf_token": token, "start": start}
    return visitor.client.post(BOOK, data=fields, environ_base=origin).status_code


def test_a_network_begins_a_limited_number_of_orders_in_an_hour(visit, clock, monkeypatch):
    monkeypatch.setattr("webapp.booking.access.ORDERS", type(ORDERS)(ORDERS.kind, 3, ORDERS.period))
    assert [take(visit()) for _ in range(4)] == [303, 303, 303, 429]
    assert take(visit(address="198.51.100.9")) == 303
    clock.at += ORDERS.period * 1.01
    assert take(visit()) == 303


def test_changing_the_time_of_an_order_begins_none(visitor, monkeypatch):
    monkeypatch.setattr("webapp.booking.access.ORDERS", type(ORDERS)(ORDERS.kind, 1, ORDERS.period))
    assert [take(visitor) for _ in range(3)] == [303, 303, 303]
