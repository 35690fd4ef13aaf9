"""Variables in the words of a command: Kubernetes replaces some, and a shell the others, where there is one.

Of a container's ``command`` and ``args`` the kubelet replaces ``$(NAME)`` for each variable that the manifest gives the
container, and makes one ``$`` of two. Of the command of a probe or hook it replaces nothing.
Source: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Sequence

_NAME = "[A-Z][A-Z0-9_]*"
"""Variables of the environment are written so; ``$gt`` or ``$1`` is a sign of another language."""
_OPERATORS = ("&&", "||", "|")
_SCRIPT = re.compile(r"-[A-Za-z]*[cerE]|--(?:eval|execute|exec|command)")
"""Options whose value another program reads, such as a shell after ``-c``."""
_FOR_SHELL = re.compile(rf"(?<!\$)\$(?:\{{{_NAME}\}}|{_NAME}\b)")
_IN_PROBE = re.compile(rf"\$(?:\{{{_NAME}\}}|\({_NAME}\)|{_NAME}\b)")
_REPLACED = re.compile(rf"(?<!\$)\$\(({_NAME})\)")


def for_a_shell(words: Sequence[str], *, probe: bool) -> str:
    """Give the first variable or operator that stays as it is because no shell reads it; empty where there is none.

    Args:
        words: a command, or the arguments of one.
        probe: it is the command of a probe or hook, in which not even ``$(NAME)`` is replaced.
    """
    for before, word in zip(("", *words), words, strict=False):
        if _SCRIPT.fullmatch(before):
            continue
        found = (_IN_PROBE if probe else _FOR_SHELL).search(word)
        if found or word in _OPERATORS:
            return found[0] if found else word
    return ""


def in_a_shell(words: Sequence[str]) -> str:
    """Write a command on one line so that a shell runs it, and replaces its variables."""
    inner = " ".join(_quoted(re.sub(rf"\$\(({_NAME})\)", r"$\1", word)) for word in words)
    return shlex.join(["sh", "-c", inner])


def _quoted(word: str) -> str:
    """A word for a shell; in double quotes where a variable in it must be replaced."""
    if word in _OPERATORS:
        return word
    if not _IN_PROBE.search(word):
        return shlex.quote(word)
    return '"' + re.sub(r'(["\\`])', r"\\\1", word) + '"'


def unset_variables(words: Sequence[str], known: Collection[str]) -> list[str]:
    """The names in ``$(NAME)`` that a container is not given, and which stay as they are."""
    return [name for word in words for name in _REPLACED.findall(word) if name not in known]
