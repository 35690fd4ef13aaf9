"""Parse what a person typed (or plain YAML data) into a parameter's value, and write it back as typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from wizard.catalog import typed
from wizard.catalog.model import Parameter, Value
from wizard.catalog.typed import CredentialProblem, ValueProblem
from wizard.kube.credentials import holds_credential, is_credential, is_token
from wizard.kube.names import is_variable
from wizard.text import did_you_mean, shown

TEXT_LIMIT = 1024
_AWAY = "put it into a Secret and have it mounted: app.secret_files=mount, app.secret=NAME"
ITEM_LIMIT = 200
_TRUE = ("true", "yes", "on")
_FALSE = ("false", "no", "off")

_TEXTS: Mapping[str, Callable[[str], str]] = {
    "subdomain": typed.subdomain,
    "image": typed.image,
    "path": typed.path,
    "host": typed.host,
    "endpoint": typed.endpoint,
    "key": typed.config_key,
    "secret-name": typed.secret_name,
}
_AMOUNTS = ("quantity", "duration", "cron", "timezone")


def parse_value(parameter: Parameter, raw: object) -> Value:
    """The value of ``raw``: the text of a field or ``--set``, or plain YAML data.

    Nothing given (``None``, an empty text, list or mapping) is ``None``. Raises ``ValueProblem``.
    """
    kind = parameter.type
    _refuse_credentials(raw, is_token if kind == "url" else is_credential)  # an address has a message of its own
    if raw is None or raw == "" or (raw in ([], (), {}) and kind != "records"):
        return None
    if kind in ("list", "command"):
        return _list(raw, command=kind == "command") or None
    if kind == "map":
        return _map(raw) or None
    if kind == "records":
        from wizard.catalog.records import parse_records  # few answers hold one

        return parse_records(parameter, raw, parse_value, _split_items)
    text = _one_line(raw, quoted=kind == "text")
    if not text:
        return None
    value = _scalar(parameter, text)
    _check_bounds(parameter, value)
    return value


def format_value(parameter: Parameter, value: Value) -> str:
    """The text a person would type for a value; ``parse_value`` gives the same value back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, tuple):
        return str(value)
    if parameter.type == "command":
        import shlex

        return shlex.join(str(item) for item in value)
    if parameter.type == "records":
        from wizard.catalog.records import format_records

        return format_records(parameter, value, format_value, _quote_item)
    if parameter.type == "map":
        return ", ".join(_quote_item(f"{item[0]}={item[1]}") for item in value if isinstance(item, tuple))
    return ", ".join(_quote_item(str(item)) for item in value)


def _refuse_credentials(raw: object, looks_so: Callable[[str], bool]) -> None:
    """Refuse what has the shape of a credential, wherever it is in the value."""
    texts = [raw] if isinstance(raw, str) else list(raw) if isinstance(raw, list | tuple) else []
    texts += list(raw.values()) if isinstance(raw, Mapping) else []
    if any(isinstance(text, str) and looks_so(text) for text in texts):
        raise CredentialProblem("it looks like a secret: a key, a token, or an address with a password", hint=_AWAY)


# --- scalars -------------------------------------------------------------------------------------


def _one_line(raw: object, *, quoted: bool = False) -> str:
    """``raw`` as one line of visible text; what cannot be seen cannot be reviewed, so it is refused."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int):
        return str(raw) if abs(raw) < 10**18 else "a very large number"
    if not isinstance(raw, str):
        raise ValueProblem("one value is wanted here, not a list or mapping", hint="give one text")
    text = raw.strip(" ")
    if text.isprintable():
        return text
    if "\n" in text or "\r" in text:
        raise ValueProblem(f"{shown(text)}: several lines, and only one fits", hint="put it on one line")
    if "\t" in text and not quoted:
        raise ValueProblem(f"{shown(text)}: a tab in it", hint="leave it out")
    char = next(char for char in text if not char.isprintable())
    raise ValueProblem(f"{shown(text)}: an invisible character (U+{ord(char):04X})", hint="remove it, or type it again")


def _scalar(parameter: Parameter, text: str) -> Value:
    kind = parameter.type
    if kind == "url":
        return _fits(typed.url(text, parameter.schemes or typed.WEB), parameter.max_length or TEXT_LIMIT)
    if kind in _TEXTS:
        return _fits(_TEXTS[kind](text), parameter.max_length or TEXT_LIMIT)
    if kind in _AMOUNTS:
        from wizard.catalog import typed_amounts  # few answers hold one, and the import costs

        return _fits(typed_amounts.TEXTS[kind](text), parameter.max_length or TEXT_LIMIT)
    if kind == "name":
        return typed.label(text, min(parameter.max_length or 63, 63))
    if kind == "text":
        return _fits(_started(text, parameter.starts), parameter.max_length or TEXT_LIMIT)
    if kind == "port":
        return typed.port_number(text)
    if kind == "integer":
        return _integer(text)
    if kind == "boolean":
        return _boolean(text)
    return _choice(parameter, text)


def _started(text: str, start: str) -> str:
    if start and (not text.startswith(start) or text == start):
        hint = f"did you mean `{start}{shown(text.lstrip('/'))}`?" if text != start else f"go on after {start}"
        raise ValueProblem(f"{shown(text)}: it begins with {start}, and more follows", hint=hint)
    return text


def _fits(text: str, limit: int) -> str:
    if len(text) > limit:
        raise ValueProblem(
            f"{shown(text)}: {len(text)} characters, at most {limit} fit", hint=f"shorten it to {limit} characters"
        )
    return text


def _integer(text: str) -> int:
    digits = text[1:] if text[:1] in ("-", "+") else text
    if digits.isascii() and digits.isdigit() and len(digits) < 19:
        return int(text)
    bare = text.replace(",", "").replace("_", "").replace(" ", "").replace("'", "")
    plain = bare.isascii() and bare.isdigit() and len(bare) < 19
    hint = f"did you mean `{bare}`?" if plain else "digits only, such as 3"
    raise ValueProblem(f"{shown(text)}: not a whole number", hint=hint)


def _boolean(text: str) -> bool:
    word = text.lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueProblem(f"{shown(text)}: neither true nor false", hint="type true or false")


def _choice(parameter: Parameter, text: str) -> str:
    known = [option for option, _ in parameter.options]
    if text in known:
        return text
    hint = did_you_mean(text, known) or f"one of: {', '.join(known)}"
    raise ValueProblem(f"{shown(text)}: not one of the choices", hint=hint)


def _check_bounds(parameter: Parameter, value: Value) -> None:
    low, high = parameter.minimum, parameter.maximum
    if low is None and high is None:
        return
    if parameter.type in _AMOUNTS:
        from wizard.catalog.typed_amounts import SIZES

        size = SIZES[parameter.type]
        number = size(str(value))
        too_low = low is not None and number < size(str(low))
        too_high = high is not None and number > size(str(high))
    elif isinstance(value, int) and not isinstance(value, bool):
        too_low = isinstance(low, int) and value < low
        too_high = isinstance(high, int) and value > high
    else:
        return
    if too_low:
        raise ValueProblem(f"{value}: too small, the least is {low}", hint=f"type {low} or more")
    if too_high:
        raise ValueProblem(f"{value}: too large, the most is {high}", hint=f"type {high} or less")


# --- lists and maps ------------------------------------------------------------------------------


def _list(raw: object, *, command: bool) -> tuple[str, ...]:
    if isinstance(raw, str):
        line = _one_line(raw, quoted=True)
        items = _split_command(line) if command else _split_items(line)
    elif isinstance(raw, Sequence):
        items = [_item(item) for item in raw]
    else:
        raise ValueProblem("a list is wanted here", hint="items with commas between them")
    if len(items) > ITEM_LIMIT:
        raise ValueProblem(f"{len(items)} items, at most {ITEM_LIMIT} fit", hint="leave some out")
    return tuple(_fits(item, TEXT_LIMIT) for item in items)


def _item(raw: object) -> str:
    if raw is None:
        raise ValueProblem("an empty item", hint="write '' for an empty text")
    return _one_line(raw)


def _split_command(line: str) -> list[str]:
    import shlex  # commands are rare, and the import costs

    try:
        return shlex.split(line)
    except ValueError:
        raise ValueProblem(
            f"{shown(line)}: a quote is not closed", hint="close the quote, or put \\ before it"
        ) from None


def _split_items(line: str) -> list[str]:
    """Items with commas between them; one that holds a comma stands in double quotes."""
    items: list[str] = []
    rest = line.strip(" ")
    while rest:
        if rest[0] == '"':
            item, rest = _quoted(line, rest)
        else:
            item, comma, rest = rest.partition(",")
            item = item.strip(" ")
            if not item:
                raise ValueProblem(f"{shown(line)}: nothing between two commas", hint='write "" for an empty item')
            rest = rest.strip(" ") if comma else ""
            if comma and not rest:
                raise ValueProblem(f"{shown(line)}: a comma at the end", hint="leave it out")
        items.append(item)
    return items


def _quoted(line: str, rest: str) -> tuple[str, str]:
    """The item in double quotes at the start of ``rest``, and what follows its comma."""
    item: list[str] = []
    at = 1
    while at < len(rest) and rest[at] != '"':
        if rest[at] == "\\" and at + 1 < len(rest):
            at += 1
        item.append(rest[at])
        at += 1
    after = rest[at + 1 :].lstrip(" ")
    if at >= len(rest) or (after and after[0] != ","):
        raise ValueProblem(f"{shown(line)}: a quote is not closed, or text follows it", hint='write "a, b", c')
    if after and not after[1:].strip(" "):
        raise ValueProblem(f"{shown(line)}: a comma at the end", hint="leave it out")
    return "".join(item), after[1:].strip(" ")


def _quote_item(item: str) -> str:
    if item and "," not in item and '"' not in item and "\\" not in item and item == item.strip(" "):
        return item
    escaped = item.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _map(raw: object) -> tuple[tuple[str, Value], ...]:
    if isinstance(raw, Mapping):
        pairs = [(str(name), "" if value is None else _one_line(value)) for name, value in raw.items()]
    elif isinstance(raw, str):
        pairs = [_pair(item) for item in _split_items(_one_line(raw, quoted=True))]
    elif isinstance(raw, Sequence):
        pairs = [_entry(item) for item in raw]
    else:
        raise ValueProblem("names with values are wanted here", hint="for example LOG_LEVEL=info, MODE=fast")
    if len(pairs) > ITEM_LIMIT:
        raise ValueProblem(f"{len(pairs)} entries, at most {ITEM_LIMIT} fit", hint="leave some out")
    found: dict[str, Value] = {}
    for name, value in pairs:
        _check_env_name(name)
        if name in found:
            raise ValueProblem(f"{shown(name)}: given twice", hint="keep one of them")
        if holds_credential(name, value):
            raise CredentialProblem(f"the value of {shown(name)} looks like a secret", hint=_AWAY)
        found[name] = _fits(value, TEXT_LIMIT)
    return tuple(found.items())


def _entry(item: object) -> tuple[str, str]:
    """An entry of a value that is parsed already: a (name, value) pair."""
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str):
        return item[0], _one_line(item[1])
    return _pair(_one_line(item))


def _pair(item: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    if not equals:
        raise ValueProblem(f"{shown(item)}: no `=` in it", hint=f"write {shown(name)}=value")
    return name.strip(" "), value.strip(" ")


def _check_env_name(name: str) -> None:
    if is_variable(name) and len(name) <= 253:
        return
    fix = "a name starts with a letter" if name[:1].isdigit() else "only letters, digits and `_` may stand in a name"
    raise ValueProblem(f"{shown(name) or 'nothing'}: {fix}", hint="for example LOG_LEVEL=info")
