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
    raise RenderError(
        "values cannot be inserted into a file of this kind", hint=f"known: {', '.join(sorted(_ESCAPES))}"
    )


def yaml_value(value: Any) -> str:
    """Return a YAML scalar, or a collection in flow style; an empty collection is null, so that its key is dropped."""
    if value is None or (isinstance(value, (tuple, list, dict)) and not value):
        return "null"
    return _json(value)


def _json(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{quoted(str(k))}: {_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(_json, value)) + "]"
    raise RenderError(f"{type(value).__name__} is not a value that can be written")


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


def _hcl(value: Any) -> str:
    """Return the value for HCL 1 and 2, where a dollar or percent sign before a brace would start an interpolation."""
    if isinstance(value, str):
        text = _without_x(quoted(value))
        return text.replace("${", "\\u0024{").replace("%{", "\\u0025{")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_hcl(str(k))} = {_hcl(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(_hcl, value)) + "]"
    return _json(value)


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return _without_x(quoted(value))
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(str(k))} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if value is None:
        raise RenderError("TOML has no null", hint="put the line under an if")
    return _json(value)


def _without_x(text: str) -> str:
    return re.sub(r"(?<!\\)((?:\\\\)*)\\x([0-9a-f]{2})", r"\1\\u00\2", text)


def _shell(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "''"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (tuple, list)):
        return " ".join(map(_shell, value))
    if not isinstance(value, str):
        raise RenderError(f"{type(value).__name__} cannot be put into a shell script")
    if "\0" in value:
        raise RenderError("a shell word cannot hold a NUL character")
    return shlex.quote(value)


def _bare_line(value: Any) -> str:
    """Return the value for a format without quoting: printable text on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, (tuple, list)):
        return " ".join(map(_bare_line, value))
    if not isinstance(value, str):
        raise RenderError(f"{type(value).__name__} cannot be put into this file")
    if not value.isprintable():
        raise RenderError(f"{quoted(value)} holds a line break or a control character, which this file cannot hold")
    return value


def _python(value: Any) -> str:
    return repr(_known(value))


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
    "hcl": _hcl,
    "toml": _toml,
    "sh": _shell,
    "py": _python,
    "md": markdown,
    "conf": _bare_line,
    "ini": _bare_line,
    "cfg": _bare_line,
    "cnf": _bare_line,
    "properties": _bare_line,
    "env": _bare_line,
    "txt": _bare_line,
}
