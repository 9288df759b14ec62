"""Each setting that the code reads has its row in docs/operations.md, and no row is about nothing."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
READERS = ("settings", "supervisor", "__main__", "worker", "wsgi", "cli")


def names_read() -> set[str]:
    found: set[str] = set()
    for reader in READERS:
        path = ROOT / "webapp" / f"{reader}.py"
        if path.exists():
            texts = (
                node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)
            )
            found |= {
                text for text in texts if isinstance(text, str) and re.fullmatch(r"[A-Z][A-Z_]{3,}", text)
            }
    return found


def names_documented() -> set[str]:
    text = (ROOT / "docs" / "operations.md").read_text()
    return set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))


def test_every_setting_is_documented_and_every_documented_one_read() -> None:
    assert names_read() == names_documented()
