"""The terms of a regulation as values. Pure."""

from services.support.terms.classes import (
    Band,
    Classes,
    ClassRule,
    SupportClass,
    Targets,
    bands,
    class_for,
)
from services.support.terms.differences import Difference, differences
from services.support.terms.terms import IMPACTS, ITEMS, SCHEMA, Impact, Item, Terms

__all__ = [
    "IMPACTS",
    "ITEMS",
    "SCHEMA",
    "Band",
    "ClassRule",
    "Classes",
    "Difference",
    "Impact",
    "Item",
    "SupportClass",
    "Targets",
    "Terms",
    "bands",
    "class_for",
    "differences",
]
