"""Every model of every domain, imported once: for migrations and for the mapper."""

from __future__ import annotations

import importlib
import pkgutil

import billing
import services
import webapp.auth
from services.core.db import Base

__all__ = ["Base"]


def _import_models() -> None:
    importlib.import_module("services.core.job_log")
    for package in (services, billing, webapp.auth):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if found.name.endswith("models"):
                importlib.import_module(found.name)


_import_models()
