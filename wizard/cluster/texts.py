"""Server texts, cut to length and with secrets hidden."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wizard.kube.data import as_map

HIDDEN = "•••"
LONGEST = 500
"""The maximum number of characters shown of one text from a server."""
_SHORTEST_SECRET = 6


def secrets_of(objects: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield every value of the Secrets among the objects, encoded and decoded."""
    for each in objects:
        if each.get("kind") != "Secret":
            continue
        for section in ("data", "stringData"):
            for value in as_map(each.get(section)).values():
                text = str(value)
                yield text
                yield base64.b64encode(text.encode()).decode()
                try:
                    yield base64.b64decode(text, validate=True).decode()
                except (binascii.Error, ValueError):
                    continue


class Curtain:
    """A replacer of secrets in texts."""

    def __init__(self, secrets: Iterable[str], *, shortest: int = _SHORTEST_SECRET) -> None:
        self._shortest = shortest
        self._secrets: tuple[str, ...] = ()
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these secrets as well; very short ones are skipped, because they would hide ordinary text."""
        found = {each.strip() for each in (*self._secrets, *secrets)}
        long = [each for each in found if len(each) >= self._shortest]
        self._secrets = tuple(sorted(long, key=len, reverse=True))

    def hide(self, text: str) -> str:
        """Return the text with every secret replaced."""
        for each in self._secrets:
            if each in text:
                text = text.replace(each, HIDDEN)
        return text
