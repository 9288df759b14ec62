"""The picture in docs/architecture.md shows the contracts, no more and no less."""

import re
import tomllib
from itertools import pairwise, product
from pathlib import Path

ROOT = Path(__file__).parents[2]


def contracted() -> set[tuple[str, str]]:
    """Arrows from each layer to the one below it, by the contracts of kind "layers"."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    arrows: set[tuple[str, str]] = set()
    for contract in linter["contracts"]:
        if contract["type"] != "layers":
            continue
        inside = f"{contract['containers'][0]}." if "containers" in contract else ""
        layers = [[inside + name.strip(" ()") for name in layer.split("|")] for layer in contract["layers"]]
        for upper, lower in pairwise(layers):
            arrows |= set(product(upper, lower))
    return arrows


def drawn() -> set[tuple[str, str]]:
    text = (ROOT / "docs" / "architecture.md").read_text()
    picture = re.search(r"```mermaid\n(.*?)```", text, re.DOTALL)
    assert picture is not None
    return set(re.findall(r"^\s*([\w.]+) --> ([\w.]+)$", picture[1], re.MULTILINE))


def test_picture_of_the_layers_shows_what_the_contracts_allow() -> None:
    assert drawn() == contracted()
