"""Addresses of pages behind secret links: the one place that writes them into mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from services.core.references import link_token

if TYPE_CHECKING:
    from services.core.settings import CoreSettings

LinkKind = Literal["s", "o", "w", "b", "r", "d", "f", "k"]
"""`s`: a session's page; `o`: the steps of an order; `w`: a wish for a time; `b`: a bill with its invoice.

Of free support: `r`: a request; `d`: a draft of one; `f`: a colleague's request to be sent on or dropped;
`k`: the contact person's own page.

The web's routes match these.
"""


def secret_path(core: CoreSettings, kind: LinkKind, reference: str, version: int) -> str:
    """The path `/{kind}/{reference}/{token}`; raising `version` revokes all earlier ones."""
    return f"/{kind}/{reference}/{link_token(core.keys, kind, reference, version)}"


def secret_link(core: CoreSettings, kind: LinkKind, reference: str, version: int) -> str:
    """The absolute address of `secret_path`, under the installation's public URL."""
    return core.public_url + secret_path(core, kind, reference, version)
