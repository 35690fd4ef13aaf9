"""Escaping of values for each file format, so that no value can break out of its place."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from string import digits
from typing import Any

from wizard.errors import RenderError
from wizard.text import visible
from wizard.yamlio.quoting import quoted

Escape = Callable[[Any], str]
_MARKDOWN = r"[\\`*\[\]<>|~&$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"
_STARTS = r"^(\s*)([-+]|#+|\d+[.)])(?=\s|$)|^(\s*)([-=])(?=[-=\s]*$)"

_MARKS, _LEADS = frozenset("\\`*[]<>|~&$_"), frozenset("-+#=.)")
"""Characters with a meaning in Markdown anywhere, and at the start; most texts have none, which saves a search."""


class Raw(str):
    """Text that one of our filters has already escaped."""

    __slots__ = ()


def format_of(path: str) -> str:
    """Return the format of a template: its file extension, with ``yml`` as ``yaml``."""
    name = path.rpartition("/")[2]
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    return "yaml" if extension == "yml" else extension


def escape_for(fmt: str) -> Escape:
    """Return the function that escapes a value for this format; an unknown format refuses every value."""
    return _ESCAPES.get(fmt, _no_value)


def knows(fmt: str) -> bool:
    """Return whether values can be inserted into files of this format."""
    return fmt in _ESCAPES


def _no_value(value: Any) -> str:
    if isinstance(value, Raw):
        return value
    known = ", ".join(sorted(_ESCAPES))
    raise RenderError("values cannot be inserted into a file of this kind", hint=f"known: {known}")


def yaml_value(value: Any) -> str:
    """Return a YAML scalar, or a collection in flow style; an empty collection is null, so that its key is dropped."""
    return "null" if isinstance(value, (tuple, list, dict)) and not value else _flow(value)


def _notation(text: Callable[[str], str] = quoted, pair: str = ": ", pad: str = "", null: str = "null") -> Escape:
    """Return the function that writes data with JSON's brackets; a format with an empty ``null`` has no null."""

    def write(value: Any) -> str:
        if isinstance(value, str):
            return text(value)
        if value is None and not null:
            raise RenderError("TOML has no null", hint="put the line under an if")
        if value is None or isinstance(value, bool):
            return {None: null, True: "true", False: "false"}[value]
        if isinstance(value, (int, float)):
            return repr(value)
        if isinstance(value, Mapping):
            pairs = ", ".join(f"{text(str(k))}{pair}{write(v)}" for k, v in value.items())
            return f"{{{pad}{pairs}{pad}}}"
        if isinstance(value, (tuple, list)):
            return f"[{', '.join(map(write, value))}]"
        raise RenderError(f"{type(value).__name__} is not a value that can be written")

    return write


_flow = _notation()


def _json_file(value: Any) -> str:
    """Return the value as ASCII JSON; characters beyond U+FFFF become surrogate pairs."""
    import json

    return json.dumps(_known(value), ensure_ascii=True)


def _known(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(k): _known(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [_known(item) for item in value]
    raise RenderError(f"{type(value).__name__} is not a value that can be written")


def _toml_text(text: str) -> str:
    return re.sub(r"(?<!\\)((?:\\\\)*)\\x([0-9a-f]{2})", r"\1\\u00\2", quoted(text))


def _hcl_text(text: str) -> str:
    """Return the text for HCL 1 and 2, where a dollar or percent sign before a brace would start an interpolation."""
    return _toml_text(text).replace("${", "\\u0024{").replace("%{", "\\u0025{")


def _words(text: Callable[[str], str], null: str, file: str) -> Escape:
    """Return the function that writes values as words separated by spaces."""

    def write(value: Any) -> str:
        if isinstance(value, str):
            return text(value)
        if value is None or isinstance(value, bool):
            return {None: null, True: "true", False: "false"}[value]
        if isinstance(value, int):
            return str(value)
        if isinstance(value, (tuple, list)):
            return " ".join(map(write, value))
        raise RenderError(f"{type(value).__name__} cannot be put into {file}")

    return write


def _shell_word(text: str) -> str:
    if "\0" in text:
        raise RenderError("a shell word cannot hold a NUL character")
    return shlex.quote(text)


def _bare_line(text: str) -> str:
    """Return the text for a format without quoting: printable text on one line."""
    if not text.isprintable():
        raise RenderError(f"{quoted(text)} holds a line break or a control character, which this file cannot hold")
    return text


def markdown(value: Any) -> str:
    """Escape a text so that it shows literally in a Markdown paragraph, list item or table cell."""
    if isinstance(value, Raw):
        return value
    if value is None:
        return ""
    if isinstance(value, (tuple, list)):
        return ", ".join(map(markdown, value))
    text = visible(str(value))
    if not _MARKS.isdisjoint(text):
        text = re.sub(_MARKDOWN, _entity, text)
    rest = text.lstrip().lstrip(digits)
    begins = rest[:1] in _LEADS and (rest[0] not in ".)" or not rest[1:2].strip())
    return re.sub(_STARTS, _escaped_start, text) if begins else text


def _escaped_start(found: re.Match[str]) -> str:
    blank, mark = (found[1], found[2]) if found[2] else (found[3], found[4])
    return f"{blank}{mark[:-1]}\\{mark[-1]}"


def _entity(found: re.Match[str]) -> str:
    char = found[0]
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(char, f"\\{char}")


def code(value: Any) -> Raw:
    """Return a Markdown code span that also works in a table cell."""
    text = visible("" if value is None else str(value)).replace("|", "\\|")
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0) if "`" in text else 0
    ticks = "`" * (longest + 1)
    pad = " " if not text or text[0] in "` " or text[-1] in "` " else ""
    return Raw(f"{ticks}{pad}{text}{pad}{ticks}")


def prose(value: Any) -> Raw:
    """Escape Markdown, except that `` `words in backticks` `` become code spans."""
    if isinstance(value, Raw):
        return value
    parts = ("" if value is None else str(value)).split("`")
    if len(parts) % 2 == 0 or not all(parts[1::2]):  # an unpaired backtick is shown literally
        return Raw(markdown(value))
    return Raw("".join(code(part) if number % 2 else markdown(part) for number, part in enumerate(parts)))


def fenced(value: Any) -> Raw:
    """Return a value for a fenced code block: one line that cannot close the fence."""
    return Raw(visible("" if value is None else str(value)).replace("```", "'''"))


_ESCAPES: dict[str, Escape] = {
    "yaml": yaml_value,
    "json": _json_file,
    "hcl": _notation(_hcl_text, " = "),
    "toml": _notation(_toml_text, " = ", " ", null=""),
    "sh": _words(_shell_word, "''", "a shell script"),
    "py": lambda value: repr(_known(value)),
    "md": markdown,
    **dict.fromkeys(("conf", "ini", "cfg", "cnf", "properties", "env", "txt"), _words(_bare_line, "", "this file")),
}
