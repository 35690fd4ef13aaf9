"""Types whose values have several items: lists, commands, and maps such as variables and labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from wizard.catalog.model import Parameter, ParameterType, Value
from wizard.catalog.typed import (
    AWAY,
    JSON_IN_QUOTES,
    NOTHING,
    TEXT_LIMIT,
    CredentialProblem,
    ValueProblem,
    fits,
    is_like_json,
    one_line,
    quote_item,
    split_items,
)
from wizard.catalog.types.addresses import Path
from wizard.catalog.types.names import read_variable
from wizard.kube.credentials import holds_credential
from wizard.kube.names import is_label_key, is_label_value
from wizard.kube.reason import Reason
from wizard.text import shown

ITEM_LIMIT = 200
_SECOND = re.compile(r" ([A-Z_][A-Z0-9_]*)=")
"""The name of a second variable inside a value."""
_PATH = Path()


class List(ParameterType):
    name = "list"
    takes = "a list of lines"
    widget = "list"
    plural = loops = True

    def parse(self, _parameter: Parameter, raw: object) -> Value:
        if isinstance(raw, str):
            line = one_line(raw, tabs=True)
            items = _in_brackets(line) or self.split(line)
        elif isinstance(raw, Sequence):
            items = [_item(item) for item in raw]
        else:
            raise ValueProblem("expected a list", hint="separate items with commas")
        if len(items) > ITEM_LIMIT:
            raise ValueProblem(f"{len(items)} items, at most {ITEM_LIMIT} are allowed", hint="leave some out")
        return tuple(fits(item, TEXT_LIMIT) for item in items) or None

    def split(self, line: str) -> list[str]:
        """Split a line into the items of the list."""
        return split_items(line)

    def format(self, _parameter: Parameter, value: Value) -> str:
        return ", ".join(quote_item(str(item)) for item in _items(value))

    def sentinel(self, _parameter: Parameter, number: int, value: Value) -> Value:
        """Return one sentinel per item, so that each can be found in the output; ``None`` for an empty list."""
        marks = range(len(_items(value)) - 1, -1, -1)  # the last sentinel is the plain one, which all others contain
        return tuple(f"zq{number:04d}zq{at or ''}" for at in marks) or None


class Paths(List):
    name = "paths"
    takes = "a list of absolute paths, without `..`"

    def parse(self, parameter: Parameter, raw: object) -> Value:
        items = _items(super().parse(parameter, raw))
        if "" in items:
            raise ValueProblem("an empty item", hint="write a path, or leave it out")
        return tuple(str(_PATH.parse(parameter, item)) for item in items) or None

    def sentinel(self, parameter: Parameter, number: int, value: Value) -> Value:
        return tuple(f"/{mark}" for mark in _items(super().sentinel(parameter, number, value))) or None


class PathsOrNothing(Paths):
    name = "paths-or-nothing"
    takes = "a list of absolute paths, without `..`, or `nothing`"
    empty = True

    def parse(self, parameter: Parameter, raw: object) -> Value:
        return () if raw in (NOTHING, (), []) else super().parse(parameter, raw)

    def format(self, parameter: Parameter, value: Value) -> str:
        return super().format(parameter, value) or NOTHING


class Command(List):
    name = "command"
    takes = "a list of words, or one line as a shell would split it; Kubernetes replaces `$(NAME)` in it"
    loops = False
    probe: ClassVar[bool] = False
    """True for the command of a health check, in which Kubernetes replaces nothing."""

    def parse(self, parameter: Parameter, raw: object) -> Value:
        value = super().parse(parameter, raw)
        words = [str(word) for word in _items(value)]
        if any("$" in word or "&" in word or "|" in word for word in words):
            _check_shell(words, probe=self.probe)
        return value

    def split(self, line: str) -> list[str]:
        import shlex  # commands are rare, and the import is slow

        if line.startswith("[") and line.endswith("]") and not line.startswith("[ "):  # `[ -f x ]` is a test in a shell
            hint = 'write the words as in a shell, such as bin/app migrate, or ["bin/app", "migrate"]'
            raise ValueProblem(f"{shown(line)}: in brackets, each word needs double quotes", hint=hint)
        try:
            return shlex.split(line)
        except ValueError:
            hint = "close the quote, or put \\ before it"
            raise ValueProblem(f"{shown(line)}: a quote is not closed", hint=hint) from None

    def format(self, _parameter: Parameter, value: Value) -> str:
        import shlex

        return shlex.join(str(item) for item in _items(value))


class HealthCommand(Command):
    name = "health-command"
    takes = "a command that Kubernetes runs periodically in a container, without replacing anything in it"
    probe = True


def _in_brackets(line: str) -> list[str]:
    """Return the items of a list that is written as in a manifest, ``["a", "b"]``; empty for any other line."""
    if not (line.startswith('["') and line.endswith('"]')):
        return []
    import json

    try:
        items = json.loads(line)
    except ValueError:
        return []
    return items if all(isinstance(item, str) for item in items) else []


def _check_shell(words: list[str], *, probe: bool) -> None:
    """Refuse syntax that only a shell understands in a command that no shell reads."""
    from wizard.kube.commands import for_a_shell, in_a_shell  # such words are rare, and the import is slow

    found = for_a_shell(words, probe=probe)
    if not found:
        return
    hint = f"write {in_a_shell(words)}, if the image has a shell"
    if found.startswith("$") and not probe:
        name = found.strip("${}")
        hint = f"write $({name}) for a variable that is given here, or ${found} for one that the program itself reads"
    raise ValueProblem(f"{shown(found)} stays as it is, since no shell reads this", hint=hint)


class Map(ParameterType):
    name = "map"
    takes = "variable names, each with one line of text"
    widget = "map"
    plural = loops = True

    def parse(self, _parameter: Parameter, raw: object) -> Value:
        return _map(raw, self.check) or None

    def check(self, name: str, value: str) -> None:  # noqa: ARG002 - other maps use it
        """Check one name and its value.

        Raises:
            ValueProblem: one of them is not valid.
        """
        _check_env_name(name)

    def format(self, _parameter: Parameter, value: Value) -> str:
        texts = (f"{item[0]}={item[1]}" for item in _items(value) if isinstance(item, tuple))
        return ", ".join(quote_item(text, always=bool(_SECOND.search(text))) for text in texts)

    def sentinel(self, _parameter: Parameter, number: int, value: Value) -> Value:
        """Return one sentinel per entry, so that each can be found in the output; ``None`` for an empty map."""
        last = len(_items(value)) - 1
        marks = range(last, -1, -1)  # the last sentinel is the plain one, which all others contain
        return tuple((f"ZQ{number:04d}ZQ{at or ''}", f"zq{number:04d}zq{at or ''}") for at in marks) or None

    def plain(self, value: Value) -> object:
        return None if value is None else self.for_templates(value)

    def for_templates(self, value: Value) -> object:
        return {str(pair[0]): pair[1] for pair in _items(value) if isinstance(pair, tuple)}


class Labels(Map):
    name = "labels"
    own_names: ClassVar[bool] = True
    """True if labels that belong to Kubernetes are refused."""
    takes = "Kubernetes labels with their values, such as `release=prometheus`"

    def check(self, name: str, value: str) -> None:
        """Refuse invalid labels, and names that belong to Kubernetes."""
        if not is_label_key(name):
            raise ValueProblem(f"{shown(name) or 'nothing'}: not a valid label name", hint="for example release")
        owner = name.rpartition("/")[0]
        if self.own_names and any(
            owner == taken or owner.endswith(f".{taken}") for taken in ("kubernetes.io", "k8s.io")
        ):
            raise ValueProblem(f"{shown(name)}: Kubernetes' own labels are set elsewhere", hint="leave it out")
        if holds_credential(name, value):
            raise CredentialProblem(f"the value of {shown(name)} looks like a secret", hint="leave it out")
        if not is_label_value(value):
            hint = "at most 63 letters, digits, `-`, `_` and `.`"
            raise ValueProblem(f"{shown(value)}: not a valid label value", hint=hint)
        if holds_credential(name.rpartition("/")[2], value):
            raise CredentialProblem(f"the value of {shown(name)} looks like a secret", hint=AWAY)

    def sentinel(self, _parameter: Parameter, number: int, value: Value) -> Value:
        """Return the same names, with sentinels as values."""
        pairs = (item for item in _items(value) if isinstance(item, tuple))
        return tuple((name, f"zq{number:04d}zq") for name, *_ in pairs) or None


class NodeLabels(Labels):
    name = "node-labels"
    own_names = False
    takes = "node labels with their values, such as `kubernetes.io/arch=arm64`"


class Annotations(Labels):
    name = "annotations"
    takes = "Kubernetes annotations, each with one line of text, such as `haproxy.org/server-ssl=true`"

    def check(self, name: str, value: str) -> None:
        """Refuse invalid annotation names; a controller's own annotations may end in ``kubernetes.io``."""
        if not is_label_key(name):
            hint = "for example haproxy.org/server-ssl"
            raise ValueProblem(f"{shown(name) or 'nothing'}: not a valid annotation name", hint=hint)
        if holds_credential(name.rpartition("/")[2], value):
            raise CredentialProblem(f"the value of {shown(name)} looks like a secret", hint=AWAY)


def _items(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()


def _item(raw: object) -> str:
    if raw is None:
        raise ValueProblem("an empty item", hint="write '' for an empty text")
    return one_line(raw)


def _map(raw: object, check: Callable[[str, str], None]) -> tuple[tuple[str, Value], ...]:
    if isinstance(raw, Mapping):
        pairs = [(str(name), "" if value is None else one_line(value)) for name, value in raw.items()]
    elif isinstance(raw, str):
        pairs = _pairs(one_line(raw, tabs=True))
    elif isinstance(raw, Sequence):
        pairs = [_entry(item) for item in raw]
    else:
        raise ValueProblem("expected names with values", hint="for example LOG_LEVEL=info, MODE=fast")
    if len(pairs) > ITEM_LIMIT:
        raise ValueProblem(f"{len(pairs)} entries, at most {ITEM_LIMIT} are allowed", hint="leave some out")
    found: dict[str, Value] = {}
    for name, value in pairs:
        check(name, value)
        if holds_credential(name, value):
            raise CredentialProblem(f"the value of {shown(name)} looks like a secret", hint=AWAY)
        if name in found:
            raise ValueProblem(f"{shown(name)}: given twice", hint="keep one of them")
        found[name] = fits(value, TEXT_LIMIT)
    return tuple(found.items())


def _pairs(line: str) -> list[tuple[str, str]]:
    """Read names with values, separated by commas; a value that seems to contain a second name must be quoted."""
    pairs = [_pair(item) for item in split_items(line)]
    for name, value in pairs:
        if '"' not in line and (second := _SECOND.search(value)):
            hint = f'write a comma before {second[1]}, or put all of it in quotes: "{name}=..."'
            raise ValueProblem(f"{shown(value)}: no comma before {second[1]}", hint=hint)
    return pairs


def _entry(item: object) -> tuple[str, str]:
    """Read an entry of an already parsed value, a (name, value) pair, or the text of one."""
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str):
        return item[0], one_line(item[1])
    return _pair(one_line(item))


def _pair(item: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    if not equals:
        if is_like_json(item):
            raise ValueProblem(f"{shown(item)}: `=` is missing", hint=JSON_IN_QUOTES)
        first, _, rest = item.partition(" ")
        value = shown(rest.strip(" ")) or "value"
        raise ValueProblem(f"{shown(item)}: `=` is missing", hint=f"write {shown(first)}={value}")
    return name.strip(" "), value.strip(" ")


def _check_env_name(name: str) -> None:
    if isinstance(wrong := read_variable(name), Reason):
        raise ValueProblem(f"{shown(name) or 'nothing'}: {wrong.message}", hint="for example LOG_LEVEL=info")


LISTS: tuple[ParameterType, ...] = (
    List(),
    Paths(),
    PathsOrNothing(),
    Command(),
    HealthCommand(),
    Map(),
    Labels(),
    NodeLabels(),
    Annotations(),
)
