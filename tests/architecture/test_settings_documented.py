"""Each setting and each job by the clock has its row in docs/operations.md, and no row is about nothing."""

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


def jobs_by_the_clock() -> set[str]:
    return {
        node.name
        for path in (ROOT / "webapp" / "jobs").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and any("periodic" in ast.unparse(mark) for mark in node.decorator_list)
    }


def test_every_job_by_the_clock_is_documented_and_every_documented_one_runs() -> None:
    text = (ROOT / "docs" / "operations.md").read_text().split("## Jobs")[1].split("\n## ")[0]
    assert jobs_by_the_clock() == set(re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE))


def test_every_text_about_the_product_is_named_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [one.name for one in (ROOT / "docs").glob("*.md") if f"(docs/{one.name})" not in readme] == []


def test_every_test_that_a_text_names_is_there() -> None:
    texts = "".join(one.read_text() for one in (ROOT / "docs").glob("*.md"))
    named = re.findall(r"`(tests/[\w/]+\.py)`", texts)
    assert [name for name in named if not (ROOT / name).exists()] == []
