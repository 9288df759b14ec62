"""Reading: one object with expanded members, or a page of a list, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.sandbox import forms
from webapp.sandbox.errors import ApiError, missing, wrong

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.sandbox.keys import Account
    from webapp.sandbox.state import State, Thing

_BY_PREFIX = {"pi": "payment_intent", "ch": "charge", "txn": "balance_transaction", "re": "refund"}
_PAGING = frozenset({"limit", "starting_after", "ending_before", "expand", "created"})
_FILTERS = {
    "checkout.session": frozenset({"payment_intent", "status"}),
    "payment_intent": frozenset[str](),
    "charge": frozenset({"payment_intent"}),
    "refund": frozenset({"charge", "payment_intent"}),
    "event": frozenset({"type", "types"}),
    "balance_transaction": frozenset({"source", "type", "currency"}),
}


def expanded(state: State, thing: Thing, paths: Any) -> Thing:
    """Return a copy in which the named members are whole objects instead of ids."""
    copy = dict(thing)
    for path in paths if isinstance(paths, list) else []:
        _expand(state, copy, str(path).split("."))
    return copy


def _expand(state: State, thing: Thing, path: list[str]) -> None:
    name, rest = path[0], path[1:]
    if name == "line_items" and thing["object"] == "checkout.session":
        url = f"/v1/checkout/sessions/{thing['id']}/line_items"
        thing[name] = page(state.line_items[thing["id"]], {}, url)
        return
    value = thing.get(name)
    if name not in thing:
        raise ApiError(400, f"This property cannot be expanded ({name}).", param="expand[0]")
    if isinstance(value, str) and value.split("_")[0] in _BY_PREFIX:
        value = state.things[_BY_PREFIX[value.split("_")[0]]][value]
    if isinstance(value, dict):
        thing[name] = dict(value)
        if rest:
            _expand(state, thing[name], rest)


def listed(state: State, account: Account, kind: str, params: Thing, url: str) -> Thing:
    """Return a page of the account's objects of a kind in the key's mode."""
    for name in params:
        if name not in _PAGING | _FILTERS[kind]:
            message = f"Received unknown parameter: {name}"
            raise ApiError(400, message, code="parameter_unknown", param=name)
    mine = [
        thing
        for thing in state.things[kind].values()
        if state.owners[thing["id"]] == account.account
        and thing.get("livemode", account.livemode) == account.livemode
        and _fits(thing, params)
    ]
    found = page(reversed(mine), params, url)
    # "data." is what lists prefix to the members of their items.
    paths = [str(path).removeprefix("data.") for path in params.get("expand", [])]
    found["data"] = [expanded(state, thing, paths) for thing in found["data"]]
    return found


def page(things: Iterable[Thing], params: Thing, url: str) -> Thing:
    """Cut one page out of a list: 1 to 100 items, 10 by default, after or before a known one."""
    rows = list(things)
    limit = forms.integer(params.get("limit", "10"), "limit")
    if not 1 <= limit <= 100:
        raise wrong("Limit must be between 1 and 100", "limit", "parameter_invalid_integer")
    places = {thing["id"]: place for place, thing in enumerate(rows)}
    if "starting_after" in params:
        rows = rows[_place(places, params, "starting_after") + 1 :]
    elif "ending_before" in params:
        rows = rows[: _place(places, params, "ending_before")]
        return {"object": "list", "data": rows[-limit:], "has_more": len(rows) > limit, "url": url}
    return {"object": "list", "data": rows[:limit], "has_more": len(rows) > limit, "url": url}


def _place(places: dict[str, int], params: Thing, name: str) -> int:
    if params[name] not in places:
        raise missing("object", params[name], name)
    return places[params[name]]


def _fits(thing: Thing, params: Thing) -> bool:
    for name in ("payment_intent", "status", "charge", "source", "currency", "type"):
        if name in params and thing.get(name) != params[name]:
            return False
    if "types" in params and thing.get("type") not in params["types"]:
        return False
    return _in_time(thing["created"], params.get("created"))


def _in_time(created: int, asked: Any) -> bool:
    if asked is None:
        return True
    if isinstance(asked, str):
        return created == forms.integer(asked, "created")
    checks = {"gt": created.__gt__, "gte": created.__ge__, "lt": created.__lt__, "lte": created.__le__}
    return all(checks[name](forms.integer(value, f"created[{name}]")) for name, value in asked.items())
