"""The command of a user's ``exec`` entry: a form of it that is safe to show, and the words that must be hidden.

The arguments and variables of a credential helper may contain secrets, and nothing marks them. So an argument is shown
only if it is known to be harmless: a flag, a subcommand that many helpers share, or the value of a flag such as
``--cluster-name``. The helper's own output may repeat its command line, so every value is hidden there.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

_SHORTEST = 4
_SHORTEST_PIECE = 6
_LONGEST_SHOWN = 160
_WORDS = """
access-token auth authorization bearer config config-helper credential credentials default echo exec exec-credential
execcredential false generate-token get-credentials get-token http https json kind kube kubectl kubernetes localhost
login null oidc-login print-access-token status table text token true v1 v1beta1 yaml
"""
_COMMON = frozenset(_WORDS.split())
_HARMLESS_FLAG = re.compile(
    r"-+(.*-)?(cluster|cluster-(name|id)|region|profile|role|role-arn|server-id|client-id|tenant|tenant-id|issuer-url|"
    r"environment|namespace|context|project|zone|location|version|output|format|login)"
)
_SECRET_WORD = re.compile(r"(?i)token|secret|pass|key|credential")
_NO_SECRET = re.compile(r"[\w./:@-]+")
_SEPARATORS = re.compile(r"[\s\"'`,;=&|<>(){}\[\]:@/\\]+")


def shown_command(plugin: Mapping[str, Any]) -> str:
    """Return the command line for the user to confirm; ``…`` replaces anything that may be a secret."""
    shown = [shlex.quote(str(plugin.get("command") or ""))]
    flag = ""
    for word in _arguments(plugin):
        name, equals, value = word.partition("=")
        if word.startswith("-"):
            shown.append(f"{shlex.quote(name)}=" + _covered(value, name) if equals else _flag(word))
        else:
            shown.append(f"{name}=…" if equals and name.isidentifier() else _covered(word, flag))
        flag = word if word.startswith("-") and not equals else ""
    text = " ".join(shown)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def hidden_words(plugin: Mapping[str, Any]) -> Iterator[str]:
    """Yield every argument and variable value that could be a secret, in all forms in which it may be printed."""
    for word in _arguments(plugin):
        name, _, value = word.partition("=")
        values = (value, "" if _flag(name) == name else name[2:]) if word.startswith("-") else (word, value)
        yield from (form for each in values if each.lower() not in _COMMON for form in _forms(each))
    for entry in plugin.get("env") or ():
        if entry:
            yield from _forms(str(entry.get("value") or ""))


def _arguments(plugin: Mapping[str, Any]) -> list[str]:
    return [str(word) for word in plugin.get("args") or ()]


def _flag(word: str) -> str:
    """Return a flag without any attached value, as in ``-pVALUE``."""
    if re.fullmatch(r"--[\w.-]*|-[\w]?|-[a-z][a-z_-]*", word):
        return word
    return "--…" if word.startswith("--") else f"{word[:2]}…"


def _covered(value: str, flag: str) -> str:
    harmless = value.lower() in _COMMON or len(value) < _SHORTEST
    if _HARMLESS_FLAG.fullmatch(flag) and _NO_SECRET.fullmatch(value):
        harmless = harmless or not _SECRET_WORD.search(value)
    if flag and _SECRET_WORD.search(flag):
        harmless = False
    return shlex.quote(value) if harmless else "…"


def _forms(value: str) -> Iterator[str]:
    """Yield a value and its longer pieces on one line each, as programs print them: plain, quoted or encoded."""
    pieces = [piece for piece in _SEPARATORS.split(value) if len(piece) >= _SHORTEST_PIECE]
    is_path = value.startswith(("/", "./", "~/"))
    for text in (value, *(piece for piece in pieces if not is_path and piece.lower() not in _COMMON)):
        if len(text) < _SHORTEST:
            continue
        raw = text.encode(errors="surrogateescape")
        quoted = (
            json.dumps(text)[1:-1],
            json.dumps(text, ensure_ascii=False)[1:-1],
            repr(text)[1:-1],
            shlex.quote(text).removeprefix("'").removesuffix("'"),
            quote(raw, safe=""),
            base64.b64encode(raw).decode(),
        )
        yield from (" ".join(form.split()) for form in dict.fromkeys((text, *quoted)))
