"""A page of the tests that takes large files, as forms of the free side do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template_string, request
from flask_wtf import FlaskForm
from wtforms import MultipleFileField

from webapp.large_forms import takes_large_files
from webapp.security import public
from webapp.support.uploads import find_sent, take_whole

if TYPE_CHECKING:
    from flask import Flask

PAGE = """{% extends "layouts/page.html" %}
{% from "components/upload.html" import upload %}{% from "components/form.html" import token %}
{% set title = "Files" %}{% set page = "files" %}{% set flow = "free" %}
{% block main %}<div class="wrap"><h1>Files</h1>
<form class="form" method="post" enctype="multipart/form-data">{{ token() }}
{{ upload(form.files, why="A picture helps most.") }}
<div class="send"><button class="btn">Send</button></div></form></div>
{% endblock %}"""


class _Form(FlaskForm):
    files = MultipleFileField("Base of the device")


def add_upload_form(app: Flask) -> None:
    """Serve `/upload-form`; sent, it says the states of its files."""
    blueprint = Blueprint("upload_form", __name__)

    @blueprint.get("/upload-form")
    @public
    def show() -> str:
        return render_template_string(PAGE, form=_Form())

    @blueprint.post("/upload-form")
    @public
    @takes_large_files
    def sent() -> str:
        whole = [take_whole(one) for one in request.files.getlist("files") if one.filename]
        found = [find_sent(key) for key in [*whole, *request.form.getlist("upload")]]
        return " ".join(one.state if one else "gone" for one in found)

    app.register_blueprint(blueprint)
