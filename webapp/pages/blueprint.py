"""The blueprint that the pages of texts share."""

from flask import Blueprint

blueprint = Blueprint("pages", __name__)
