"""Stripe's form encoding: brackets for members, numbers in brackets for list items."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl

from webapp.sandbox.errors import wrong

_PART = re.compile(r"\[([^\]]*)\]")


def decode(text: str) -> dict[str, Any]:
    """Turn `a[b][0][c]=v&…` into nested dicts and lists; every leaf is a string."""
    tree: dict[str, Any] = {}
    for key, value in parse_qsl(text, keep_blank_values=True, strict_parsing=False):
        head = key.split("[", 1)[0]
        _plant(tree, [head, *_PART.findall(key)], value)
    return {name: _with_lists(branch) for name, branch in tree.items()}


def _plant(tree: dict[str, Any], path: list[str], value: str) -> None:
    for step, following in pairwise(path):
        if following == "":
            break
        tree = tree.setdefault(step, {})
        if not isinstance(tree, dict):
            raise wrong("Invalid object", path[0])
    if path[-1] == "":
        items = tree.setdefault(path[-2], {})
        items[str(len(items))] = value
    else:
        tree[path[-1]] = value


def _with_lists(branch: Any) -> Any:
    if not isinstance(branch, dict):
        return branch
    settled = {name: _with_lists(inner) for name, inner in branch.items()}
    if settled and all(name.isdecimal() for name in settled):
        return [settled[name] for name in sorted(settled, key=int)]
    return settled


def integer(value: Any, param: str) -> int:
    """Return the whole number in a form's leaf; anything else is a 400."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}", value, re.ASCII):
        return int(value)
    raise wrong(f"Invalid integer: {value}", param, "parameter_invalid_integer")


def text(value: Any, param: str, longest: int = 5000) -> str:
    """Return the non-empty text in a form's leaf, at most `longest` characters."""
    if not isinstance(value, str):
        raise wrong("Invalid string", param)
    if not value:
        raise wrong(f"You passed an empty string for '{param}'.", param, "parameter_invalid_empty")
    if len(value) > longest:
        raise wrong(f"Invalid string: must be at most {longest} characters", param)
    return value


def metadata(value: Any, param: str = "metadata") -> dict[str, str]:
    """Return metadata that keeps Stripe's limits: 50 keys, names to 40, values to 500 characters."""
    if value in (None, ""):
        return {}
    if not isinstance(value, dict):
        raise wrong("Invalid metadata", param)
    if len(value) > 50:
        raise wrong("Metadata can have up to 50 keys.", param)
    for name, entry in value.items():
        if len(name) > 40:
            raise wrong("Metadata keys can be at most 40 characters.", f"{param}[{name}]")
        if not isinstance(entry, str) or len(entry) > 500:
            raise wrong("Metadata values can be at most 500 characters.", f"{param}[{name}]")
    return {name: entry for name, entry in value.items() if entry}
