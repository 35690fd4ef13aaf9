"""Field errors parsed from the messages of a decoder, whose responses have no causes."""

from __future__ import annotations

import re

from wizard.cluster.model import Cause
from wizard.cluster.texts import LONGEST
from wizard.text import cut, one_line

_UNKNOWN = re.compile(r'(unknown|duplicate) field "([^"]+)"')
_GO_TYPE = re.compile(
    r"json: cannot unmarshal (?P<got>\w+) into Go (?:struct field \w+\.(?P<field>[\w.\[\]]+)|value)"
    r" of type (?P<want>\S+)"
)
_TYPED = re.compile(r": (\.[^\s:]+|\.[^:]*\]): (field not declared in schema|expected .*|duplicate entries for .*)")
_KEY_SET = re.compile(r'line (\d+): key "([^"]+)" already set in map')
_GOT_VALUE = re.compile(r", got &value\.valueUnstructured\{.*\}|, got \"?[^,]*$")
_WORDS = {"int32": "a whole number", "int64": "a whole number", "string": "text", "bool": "true or false"}
_QUANTITY = "quantities must match the regular expression"


def decoding_causes(message: str) -> tuple[Cause, ...]:
    """Return one cause for each field in a decoder's message; the whole message if no field can be recognized."""
    causes = [Cause(path, f"{word} field", f"{word} field") for word, path in _UNKNOWN.findall(message)]
    causes += [Cause(key, f"duplicate key (line {line})", "duplicate field") for line, key in _KEY_SET.findall(message)]
    causes += [
        Cause(
            found["field"] or "", f"has to be {_WORDS.get(found['want'], found['want'])}, not a {found['got']}", "type"
        )
        for found in _GO_TYPE.finditer(message)
    ]
    if found := _TYPED.search(message):
        text = "unknown field" if found[2].startswith("field not") else _GOT_VALUE.sub("", found[2])
        causes.append(Cause(found[1].removeprefix("."), one_line(text), "type"))
    if _QUANTITY in message:
        causes.append(Cause("", "a value is not a valid quantity, such as 128Mi or 500m", "quantity"))
    if causes:
        return tuple(dict.fromkeys(causes))
    text = one_line(message)
    _, found_, rest = text.partition("cannot be handled as a ")
    return (Cause("", cut(rest.partition(": ")[2] if found_ and ": " in rest else text, LONGEST)),)
