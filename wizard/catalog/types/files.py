r"""The type whose values are text files, each with a name and a text of any number of lines.

On one line, ``\n`` in a text ends a line, and ``@`` starts the path of a file that holds the text. Parsing does not
open files: ``wizard.session.attached`` replaces a path by the file's text beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from wizard.catalog.model import Parameter, ParameterType, Value
from wizard.catalog.typed import AWAY, CredentialProblem, ValueProblem, one_line, quote_item, split_items
from wizard.kube.credentials import credential_line
from wizard.kube.names import parse_config_key
from wizard.kube.reason import Reason
from wizard.text import shown

LARGEST = 256 * 1024
"""The limit for all texts of one value, in bytes of UTF-8; a ConfigMap and an answers file hold at most 1 MiB."""
FROM_FILE = "@"
_MOST = 50
_ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"))


class Files(ParameterType):
    name = "files"
    takes = (
        "names of files with their texts, at most 256 KiB in all; a text that begins with `@` is the path of the file "
        "that holds it (`@@` is an `@`), and on one line `\\n` ends a line of it"
    )
    widget = "files"
    plural = loops = True

    def parse(self, _parameter: Parameter, raw: object) -> Value:
        found: dict[str, Value] = {}
        given = list(pairs(raw))
        if len(given) > _MOST:
            raise ValueProblem(f"{len(given)} files, at most {_MOST} are allowed", hint="leave some out")
        size = sum(len(text.encode("utf-8", "surrogatepass")) for _, text in given)
        if size > LARGEST:
            raise ValueProblem(
                f"the files have {size // 1024 + 1} KiB, at most 256 are allowed", hint="mount a volume instead"
            )
        for name, text in given:
            key = parse_config_key(name)
            if isinstance(key, Reason):
                raise ValueProblem(f"{shown(name)}: {key.message}", hint=key.hint or "for example app.yaml")
            if name in found:
                raise ValueProblem(f"{shown(name)}: given twice", hint="keep one of them")
            found[name] = _checked(name, text)
        return tuple(found.items()) or None

    def format(self, _parameter: Parameter, value: Value) -> str:
        return ", ".join(quote_item(f"{name}={_escaped(text)}") for name, text in _items(value))

    def sentinel(self, _parameter: Parameter, number: int, value: Value) -> Value:
        return tuple((name, f"zq{number:04d}zq") for name, _ in _items(value)) or None

    def plain(self, value: Value) -> object:
        return {name: FROM_FILE + text if text.startswith(FROM_FILE) else text for name, text in _items(value)}

    def for_templates(self, value: Value) -> object:
        return dict(_items(value))


def pairs(raw: object) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of each file, with the texts as they were given.

    Raises:
        ValueProblem: the data does not consist of names with texts.
    """
    if isinstance(raw, str):
        for item in split_items(one_line(raw, tabs=True)):
            name, equals, text = item.partition("=")
            if not equals:
                raise ValueProblem(f"{shown(item)}: `=` is missing", hint=f"write {shown(name)}=@PATH")
            yield name.strip(" "), _unescaped(text)
    elif isinstance(raw, Mapping):
        yield from ((str(name), _text(str(name), text)) for name, text in raw.items())
    elif isinstance(raw, Sequence):
        for item in raw:
            if not (isinstance(item, tuple) and len(item) == 2):
                raise ValueProblem("expected names with texts", hint="for example app.yaml=@app.yaml")
            text = str(item[1])
            yield str(item[0]), FROM_FILE + text if text.startswith(FROM_FILE) else text
    else:
        raise ValueProblem("expected names with texts", hint="for example app.yaml=@app.yaml")


def _text(name: str, raw: object) -> str:
    if isinstance(raw, str):
        return raw
    raise ValueProblem(f"{shown(name)}: its value is not text", hint="write it after `|`, each line indented")


def _checked(name: str, text: str) -> str:
    if text.startswith(FROM_FILE * 2):
        text = text[1:]
    elif text.startswith(FROM_FILE):
        message = f"{shown(name)}: there is no text file {shown(text[1:])} of at most 256 KiB here"
        raise ValueProblem(message, hint="a path from this folder; in an answers file, one below the file's folder")
    text = text.replace("\r\n", "\n")
    odd = next((char for char in text if not (char.isprintable() or char in "\n\t")), "")
    if odd:
        message = f"{shown(name)}: an invisible character (U+{ord(odd):04X})"
        raise ValueProblem(message, hint="only text is allowed; put other files into the image or a volume")
    if line := credential_line(text):
        raise CredentialProblem(f"line {line} of {shown(name)} looks like a secret", hint=AWAY)
    return text


def _items(value: Value) -> tuple[tuple[str, str], ...]:
    return tuple((str(item[0]), str(item[1])) for item in value) if isinstance(value, tuple) else ()  # type: ignore[index]


def _escaped(text: str) -> str:
    for char, written in _ESCAPES:
        text = text.replace(char, written)
    return FROM_FILE + text if text.startswith(FROM_FILE) else text


def _unescaped(text: str) -> str:
    parts, rest = [], text
    while "\\" in rest:
        head, _, rest = rest.partition("\\")
        char = {"n": "\n", "t": "\t", "\\": "\\"}.get(rest[:1])
        parts.append(head + ("\\" if char is None else char))
        rest = rest if char is None else rest[1:]
    return "".join((*parts, rest))
