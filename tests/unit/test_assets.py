"""Styles, scripts and pictures as they are served."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from webapp.assets import STATIC, STYLES, UnknownAssetError, load_assets, style_sheets

TEMPLATES = Path(__file__).parents[2] / "templates"


def test_another_content_has_another_address_and_the_same_content_the_same(tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "tokens.css").write_text("")
    sheet = tmp_path / "x.txt"
    addresses = []
    for text in ("one", "two", "one"):
        sheet.write_text(text)
        addresses.append(_bare(tmp_path).url("x.txt"))
    assert addresses[0] == addresses[2] != addresses[1]


def _bare(root):
    from webapp.assets import Assets

    return Assets(root)


def test_style_sheets_point_to_hashed_fonts_and_pictures_that_exist():
    assets = load_assets()
    pointed = re.findall(r'url\("([^"]+)"\)', assets.asset(STYLES).body.decode())
    assert len(pointed) >= 4
    assert all(address in assets.by_address for address in pointed)


def test_modules_import_hashed_modules_that_exist():
    assets = load_assets()
    imported = re.findall(r'import\("([^"]+)"\)', assets.asset("js/app.js").body.decode())
    assert len(imported) >= 8
    assert all(address in assets.by_address for address in imported)


@pytest.mark.parametrize("name", ["../settings.py", "nothing.css", "css", "/etc/passwd"])
def test_nothing_outside_the_folder_is_served(name):
    with pytest.raises(UnknownAssetError):
        load_assets().url(name)


def test_every_style_sheet_is_part_of_the_one_that_is_served():
    served = {path.resolve() for path in style_sheets(STATIC / "css")}
    assert served == {path.resolve() for path in (STATIC / "css").rglob("*.css")}


def test_templates_carry_no_style_attributes_and_use_only_classes_that_exist():
    css = " ".join(path.read_text("utf-8") for path in style_sheets(STATIC / "css"))
    known = set(re.findall(r"\.([a-z][\w-]*)", css))
    hooks = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
    for path in sorted(TEMPLATES.rglob("*.html")):
        if path.relative_to(TEMPLATES).parts[0] in {"emails", "sandbox"}:
            continue
        text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        plain = hooks.sub(" ", text)
        assert not re.search(r"\sstyle=", plain), path
        for names in re.findall(r'class="([^"]*)"', plain):
            unknown = {n for n in names.split() if n not in known and not n.endswith("-")}
            assert not unknown, f"{path}: {unknown}"
