"""The reader of mappings in catalogue files, driven by the table of keys, which gives the type under each key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from wizard.catalog import declarations as declared
from wizard.catalog.keys import RECORDS, Key
from wizard.catalog.keys import known as keys_of
from wizard.catalog.model import Advisory, Image, Refusal
from wizard.catalog.notes import ApiNote, Append, Held, KindNote, Outside
from wizard.catalog.when import key_of, read_when
from wizard.kube.references import Made

if TYPE_CHECKING:
    from yaml.nodes import Node

    from wizard.catalog.yaml_source import Source


_CLASSES: Mapping[str, Any] = {
    "listener": declared.Listener,
    "connection": declared.Connection,
    "local": declared.Local,
    "demand": declared.Demand,
    "prerequisite": declared.Prerequisite,
    "times": declared.Times,
    "scrape": declared.Scrape,
    "provided": declared.Provided,
    "replicas": declared.Replicas,
    "pod": declared.Beside,
    "delivery": declared.Delivery,
    "output": declared.Sink,
    "privilege": declared.Privilege,
    "pull": declared.Pull,
    "address": declared.Address,
    "operated": declared.Operated,
    "shown": declared.ProductLine,
    "injected": declared.Injected,
    "sum": declared.Sum,
    "refusal": Refusal,
    "image": Image,
    "advisory": Advisory,
    "outside": Outside,
    "made": Made,
    "held": Held,
    "kind_note": KindNote,
    "append": Append,
    "api_note": ApiNote,
}
"""The records that are read into a class, whose fields are called like their keys, but ``of`` for ``in``."""


class RecordReader:
    """A reader of the records of one component, or of a file without a component (``app``)."""

    def __init__(self, source: Source, component: str = "app") -> None:
        self.source = source
        self.component = component

    def items(self, record: str, node: Node, what: str) -> tuple[Any, ...]:
        """Return each record in a list; one without a required key is left out."""
        found = [self.record(record, one, what) for one in self.source.items(node, what)]
        return tuple(one for one in found if one is not None)

    def record(self, record: str, node: Node, what: str, **more: Any) -> Any:
        """Return one record as its class or else as values by key, or ``None`` if a required key is missing.

        ``more`` are fields of the class that are not keys; ``position`` is the node's unless it is among them.
        """
        fields = self.source.fields(node, keys_of(record), what)
        if any(required and name not in fields for name, required in keys_of(record).items()):
            return None
        values = self.values(record, fields, what)
        if (kind := _CLASSES.get(record)) is None:
            return values
        if "position" in kind._fields:
            more.setdefault("position", self.source.at(node))
        return kind(**{"of" if key == "in" else key: value for key, value in values.items()}, **more)

    def values(self, record: str, fields: Mapping[str, Node], what: str) -> dict[str, Any]:
        """Return the values of the keys that are present; one that cannot be read is reported and left out."""
        keys = [key for key in RECORDS[record] if key.name in fields]
        found = ((key, self._value(key, fields[key.name], f"`{key.name}` of {what}")) for key in keys)
        return {key.name: value for key, value in found if key.required or value != ""}

    def _value(self, key: Key, node: Node, what: str) -> Any:
        shape, _, record = key.shape.partition(":")
        if not record:
            return _READ.get(shape, RecordReader._text)(self, key, node, what)
        if shape == "list":
            return self.items(record, node, what)
        if shape == "record":
            return self.record(record, node, what)
        named = ((name, self.record(record, one, f"{what}: '{name}'")) for name, one in self._named(node, what))
        return {name: values for name, values in named if values is not None}

    def _named(self, node: Node, what: str) -> Iterator[tuple[str, Node]]:
        return ((name, one) for name, (_, one) in self.source.entries(node, what).items())

    def _text(self, key: Key, node: Node, what: str) -> str:
        return self.source.choice(node, what, key.one_of) if key.one_of else self.source.text(node, what)

    def _texts(self, key: Key, node: Node, what: str) -> tuple[str, ...]:
        found = [(text, one) for text, one in self.source.texts(node, what) if text]
        for text, one in found:
            if key.one_of and text not in key.one_of:
                self.source.fault("bad-value", f"{what} cannot be '{text}'", one, f"one of: {', '.join(key.one_of)}")
        return tuple(text for text, _ in found)

    def _keys(self, key: Key, node: Node, what: str) -> tuple[str, ...]:
        return tuple(key_of(self.component, text) for text in self._texts(key, node, what))

    def _pairs(self, _key: Key, node: Node, what: str) -> tuple[tuple[str, str], ...]:
        return tuple((name, self.source.text(one, what)) for name, one in self._named(node, what))

    def _literal_or_key(self, key: Key, node: Node, what: str) -> str:
        """Return a literal, or the full key of a parameter: ``own.port`` becomes ``sidecar.mtls.port``."""
        text = self.source.text(node, what)
        if text.startswith(("own.", "app.")):
            return key_of(self.component, text)
        return text if text.startswith("item.") else self._text(key, node, what)


def steps(path: str) -> tuple[str, ...]:
    """Split the path of a mapping inside an object; ``.`` is the object itself."""
    return () if path == "." else tuple(path.split("."))


_READ: Mapping[str, Callable[[RecordReader, Key, Node, str], Any]] = {
    "flag": lambda reader, _, node, what: reader.source.flag(node, what),
    "globs": RecordReader._texts,
    "ids": RecordReader._texts,
    "integer": lambda reader, _, node, what: reader.source.integer(node, what),
    "map": RecordReader._pairs,
    "parameter-key": lambda reader, _, node, what: key_of(reader.component, reader.source.text(node, what)),
    "parameter-keys": RecordReader._keys,
    "prose": lambda reader, _, node, what: reader.source.prose(node, what),
    "steps": lambda reader, _, node, what: steps(reader.source.text(node, what)),
    "value": RecordReader._literal_or_key,
    "when": lambda reader, _, node, what: read_when(reader.source, node, reader.component, what),
}
"""By shape, the reader of the value under a key; any other shape is a text."""
