"""Invoice numbers within what a payer wrote: pure, and fast for many lines and many invoices.

People retype numbers: in other alphabets, with other dashes or none. What must never happen is
that a number is found inside a longer one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LOOK_ALIKE: Final = str.maketrans("ABCEHKMOPTXYЁ", "АВСЕНКМОРТХУЕ")
_SIGN: Final = re.compile(r"№|\bN[OО]?(?![A-ZА-Я])")
_DASHES: Final = re.compile(r"[‐‑‒–—―−_/\\-]+")
_GROUP: Final = re.compile(r"[0-9A-ZА-Я]+")
# Groups hold together by a hyphen between them, and numerals by a point.
_WORD: Final = re.compile(r"[0-9A-ZА-Я]+(?:(?:-|(?<=[0-9])\.(?=[0-9]))[0-9A-ZА-Я]+)*")


def normalise(text: str) -> str:
    """Bring a purpose or a number to one form: capitals, Е for Ё, Cyrillic for its look-alikes.

    Number signs (`№`, `N`, `No`) become a blank, every run of dashes, slashes and underscores one
    hyphen, every run of blanks one blank.
    """
    plain = _SIGN.sub(" ", text.upper()).translate(_LOOK_ALIKE)
    return " ".join(_DASHES.sub("-", plain).split())


def joined(number: str) -> str:
    """A number without all that people leave out; two that agree in it can't be told apart."""
    return "".join(_GROUP.findall(normalise(number)))


class Numbers:
    """The numbers of invoices, each with its key, to be found in purposes."""

    def __init__(self, numbers: Iterable[tuple[str, int]]) -> None:
        """Take pairs of a number as it was issued and the invoice's id."""
        self._joined: dict[str, list[int]] = defaultdict(list)
        self._parted: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._longest = 1
        for number, key in numbers:
            groups = tuple(_GROUP.findall(normalise(number)))
            self._joined["".join(groups)].append(key)
            self._parted[groups].append(key)
            self._longest = max(self._longest, len(groups))

    def find(self, purpose: str) -> list[int]:
        """The invoices whose numbers stand in `purpose`, on borders of words, in order of places.

        A number may be written with other dashes, with none, or with blanks where its hyphens
        are; a word that goes on after a hyphen or a point is another number.
        """
        found: dict[int, None] = {}
        for phrase in _phrases(normalise(purpose)):
            for at, word in enumerate(phrase):
                found.update(dict.fromkeys(self._joined.get(word.replace("-", ""), ())))
                for until in range(at + 2, min(at + self._longest, len(phrase)) + 1):
                    groups = tuple(part for one in phrase[at:until] for part in one.split("-"))
                    found.update(dict.fromkeys(self._parted.get(groups, ())))
        return list(found)


def _phrases(text: str) -> Iterator[list[str]]:
    """Runs of words with nothing but blanks and lonely hyphens between them."""
    phrase: list[str] = []
    end = 0
    for word in _WORD.finditer(text):
        if text[end : word.start()].strip(" -") and phrase:
            yield phrase
            phrase = []
        phrase.append(word[0])
        end = word.end()
    if phrase:
        yield phrase
