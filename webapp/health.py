"""Whether this process and its database are well: for load balancers and supervisors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from webapp.request import db
from webapp.security import machine

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@machine
def check() -> ResponseReturnValue:
    """200 when the database answers, 503 when it doesn't."""
    try:
        db().execute(text("SELECT 1"))
    except DBAPIError:
        return jsonify(status="database away"), 503
    return jsonify(status="ok")


def mount(app: Flask) -> None:
    """Serve `/health`."""
    app.register_blueprint(blueprint)
