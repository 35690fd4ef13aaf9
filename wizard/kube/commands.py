"""Variables in the words of a command: Kubernetes expands some, and a shell, if there is one, expands the others.

In a container's ``command`` and ``args``, the kubelet expands ``$(NAME)`` for each variable that the manifest defines
for the container, and replaces ``$$`` with ``$``. In the command of a probe or hook it expands nothing.
Source: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Sequence

_NAME = "[A-Z][A-Z0-9_]*"
"""The usual spelling of environment variables; ``$gt`` or ``$1`` more likely belongs to another language."""
_OPERATORS = ("&&", "||", "|")
_SCRIPT = re.compile(r"-[A-Za-z]*[cerE]|--(?:eval|execute|exec|command)")
"""Options whose value another program interprets, such as ``-c`` of a shell."""
_FOR_SHELL = re.compile(rf"(?<!\$)\$(?:\{{{_NAME}\}}|{_NAME}\b)")
_IN_PROBE = re.compile(rf"\$(?:\{{{_NAME}\}}|\({_NAME}\)|{_NAME}\b)")
_REPLACED = re.compile(rf"(?<!\$)\$\(({_NAME})\)")


def for_a_shell(words: Sequence[str], *, probe: bool) -> str:
    """Return the first variable or operator that only a shell would interpret; empty if there is none.

    Args:
        words: a command, or its arguments.
        probe: the command belongs to a probe or hook, where not even ``$(NAME)`` is expanded.
    """
    for before, word in zip(("", *words), words, strict=False):
        if _SCRIPT.fullmatch(before):
            continue
        found = (_IN_PROBE if probe else _FOR_SHELL).search(word)
        if found or word in _OPERATORS:
            return found[0] if found else word
    return ""


def in_a_shell(words: Sequence[str]) -> str:
    """Return a command line that runs the command in a shell, so that its variables are expanded."""
    inner = " ".join(_quoted(re.sub(rf"\$\(({_NAME})\)", r"$\1", word)) for word in words)
    return shlex.join(["sh", "-c", inner])


def _quoted(word: str) -> str:
    """Quote a word for a shell, in double quotes if it contains a variable to expand."""
    if word in _OPERATORS:
        return word
    if not _IN_PROBE.search(word):
        return shlex.quote(word)
    return '"' + re.sub(r'(["\\`])', r"\\\1", word) + '"'


def unset_variables(words: Sequence[str], known: Collection[str]) -> list[str]:
    """Return the names in ``$(NAME)`` that the container does not define, and that therefore stay unexpanded."""
    return [name for word in words for name in _REPLACED.findall(word) if name not in known]
