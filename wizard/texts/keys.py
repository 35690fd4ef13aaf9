"""The keys that mean the same in both faces, and their line in the help of both."""

from __future__ import annotations

from typing import NamedTuple


class SharedKey(NamedTuple):
    """A key and its line of help; a page or a prompt has its own short label for it."""

    key: str
    more: str


LEAVE = SharedKey("q", "quit, and choose what to do with the answers")
NONE = SharedKey("n", "none of these, and continue")
QUICK = SharedKey("r", "quick: ask only what decides the workload, and assume the rest")
ASK_ALL = SharedKey("r", "ask every question that counts again")
BUNDLE = SharedKey("b", "the bundle, once it is complete")
BACK = SharedKey("<", "one step back; no answer is lost")
"""The key is for lines; the screens have Esc and the left arrow."""
ANSWERS = SharedKey("a", "all answers, to view or change")
CLUSTER = SharedKey("v", "inspect a cluster (read-only) and take answers from it")
FIND = SharedKey("/", "find a pattern, an answer or a field, and set the answers it implies")
WHY = SharedKey("w", "why it is asked, and what depends on it")


NONE_WORDS = (NONE.key, "-", "none")
"""The texts that answer a question of several answers with "none"."""
