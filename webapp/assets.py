"""Styles, scripts, fonts and pictures: read once at start, served under addresses that change with them.

Nothing is built beforehand. The style sheets are joined in the order of the cascade, `url(...)` in
them and `import` in the modules are rewritten to hashed addresses, and every file may be cached
for ever, because another content has another address.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, abort, current_app, request

from webapp.security import public

if TYPE_CHECKING:
    from flask import Flask

STATIC = Path(__file__).parent / "static"
PREFIX = "/assets/"
STYLES = "app.css"

# The order of the cascade: later rules of equal weight win, so layout stands first.
COMPONENTS = (
    *("layout", "header", "footer", "signal", "line", "turn", "tag", "buttons", "form", "flash"),
    *("facts", "when", "status", "hold", "slots", "copyable", "carry", "price", "ladder", "rows"),
    *("check", "clock", "talk", "log", "ask", "more", "chart", "desk"),
)
LAST = "space"

_URL = re.compile(r"""url\(\s*["']?(?!data:)([^"')]+)["']?\s*\)""")
_IMPORT = re.compile(r"""((?:\bfrom|\bimport)\s*\(?\s*["'])\./([\w.-]+\.js)(["'])""")
_TEXT = frozenset({"text/css", "text/javascript", "image/svg+xml", "text/plain"})
_MEDIA = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}


_A_YEAR = 365 * 24 * 3600
_KEY = "priyom.assets"

blueprint = Blueprint("assets", __name__)


class UnknownAssetError(LookupError):
    """A template, style sheet or module asks for a file that is not there."""


@dataclass(frozen=True)
class Asset:
    """One file as it is served: `address` begins with `/assets/`, `packed` is gzip or None."""

    name: str
    address: str
    media: str
    body: bytes
    packed: bytes | None


@dataclass
class Assets:
    """All files of the folder `root`, by name (`js/app.js`) and by address."""

    root: Path
    by_name: dict[str, Asset] = field(default_factory=dict)
    by_address: dict[str, Asset] = field(default_factory=dict)

    def url(self, name: str) -> str:
        """Give the hashed address of a file named relative to the static folder.

        `app.css` is all style sheets joined. Raises UnknownAssetError for a file that is not there.
        """
        return self.asset(name).address

    def asset(self, name: str) -> Asset:
        """Give the file `name`, reading it at the first call; raises UnknownAssetError."""
        found = self.by_name.get(name)
        if found is None:
            found = _made(name, self._content(name))
            self.by_name[name] = found
            self.by_address[found.address] = found
        return found

    def _content(self, name: str) -> bytes:
        if name == STYLES:
            joined = "\n".join(path.read_text("utf-8") for path in style_sheets(self.root / "css"))
            return _URL.sub(lambda m: f'url("{self.url(m[1])}")', joined).encode()
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root.resolve()) or not path.is_file():
            raise UnknownAssetError(name)
        if path.suffix == ".js" and "vendor" not in path.parts:
            folder = name.rpartition("/")[0]
            return _IMPORT.sub(
                lambda m: f"{m[1]}{self.url(f'{folder}/{m[2]}')}{m[3]}", path.read_text("utf-8")
            ).encode()
        return path.read_bytes()


def load_assets(root: Path = STATIC) -> Assets:
    """Read everything below `root`, so that a missing file fails at start and not on a page."""
    assets = Assets(root)
    assets.asset(STYLES)
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != ".css":
            assets.asset(path.relative_to(root).as_posix())
    for path in sorted((root / "vendor").rglob("*.css")):
        assets.asset(path.relative_to(root).as_posix())
    return assets


def style_sheets(css: Path) -> list[Path]:
    """List the style sheets in the order of the cascade: tokens, base, components, pages, spaces."""
    folder = css / "components"
    named = [folder / f"{name}.css" for name in COMPONENTS]
    last = folder / f"{LAST}.css"
    others = [path for path in sorted(folder.glob("*.css")) if path not in named and path != last]
    pages = sorted((css / "pages").glob("*.css"))
    return [css / "tokens.css", css / "base.css", *named, *others, *pages, last]


def _made(name: str, body: bytes) -> Asset:
    stem, dot, ending = name.rpartition(".")
    digest = hashlib.sha256(body).hexdigest()[:12]
    media = _MEDIA.get(dot + ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 9, mtime=0) if media in _TEXT and len(body) > 1024 else None
    return Asset(name, f"{PREFIX}{stem}-{digest}{dot}{ending}", media, body, packed)


@blueprint.get(PREFIX + "<path:file>")
@public
def serve(file: str) -> Response:
    """Serve one file; its address never means another content."""
    assets = cast("Assets", current_app.extensions[_KEY])
    asset = assets.by_address.get(PREFIX + file)
    if asset is None:
        abort(404)
    packed = asset.packed is not None and request.accept_encodings["gzip"] > 0
    response = Response(asset.packed if packed else asset.body, mimetype=asset.media)
    response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable"
    if asset.packed is not None:
        response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def init_assets(app: Flask) -> None:
    """Read the files, serve them, and let templates ask `asset_url(name)`."""
    assets = load_assets()
    app.extensions[_KEY] = assets
    app.jinja_env.globals["asset_url"] = assets.url
    app.register_blueprint(blueprint)
