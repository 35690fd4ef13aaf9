"""The reader of `patterns` and `families` in decision_table.yaml."""

from __future__ import annotations

from collections.abc import Mapping

from yaml.nodes import MappingNode, Node

from wizard.catalog.keys import INHERITED, known
from wizard.catalog.model import Pattern
from wizard.catalog.table import good_id
from wizard.catalog.yaml_source import Fields, Source
from wizard.text import did_you_mean, shown

ONLY = "default"
"""The implementation id of a pattern with a plain `folder`."""


class PatternReader:
    """A reader of the patterns; a member of a family inherits the texts that it does not have itself."""

    def __init__(self, source: Source, families: Node | None) -> None:
        self.source = source
        self.families: dict[str, Mapping[str, str]] = {}
        self.places: dict[str, Node] = {}
        for name, (key, node) in source.entries(families, "`families`").items() if families is not None else ():
            if not good_id(name):
                source.fault("bad-id", f"a family cannot be called '{shown(name)}'", key, "letters, digits and `-`")
            self.families[name] = _texts(source.fields(node, known("family"), f"family '{name}'"))
            self.places[name] = key

    def read(self, places: Mapping[str, tuple[Node, Node]]) -> dict[str, Pattern]:
        """Read all patterns, in the order of the table."""
        found = {name: self._pattern(name, key, node) for name, (key, node) in places.items()}
        for name, key in self.places.items():
            if not any(pattern.family == name for pattern in found.values()):
                hint = f"write `family: {name}` in a pattern, or remove it"
                self.source.fault("unused-family", f"no pattern has the family '{name}'", key, hint)
        return found

    def _pattern(self, name: str, key: Node, node: Node) -> Pattern:
        source, what = self.source, f"pattern '{name}'"
        if not good_id(name, dots=True) or name == "app":
            hint = "letters, digits and `-`, with one dot between family and name"
            source.fault("bad-id", f"a pattern cannot be called '{shown(name)}'", key, hint)
        fields = source.fields(node, known("pattern"), what)
        if "folder" in fields and "implementations" in fields:
            source.fault("bad-value", f"{what} has both a folder and implementations", fields["folder"], "keep one")
        family = self._family(name, fields)
        texts = {**dict.fromkeys(("title", "short", *INHERITED), ""), **self.families.get(family, {}), **_texts(fields)}
        for word in INHERITED if isinstance(node, MappingNode) and "family" not in fields else ():
            if word not in fields:
                source.fault("missing-key", f"{what} has no '{word}'", node, f"add '{word}:'")
        return Pattern(
            id=name,
            position=source.at(key),
            implementations=tuple((one, source.text(at, what)) for one, at in self._folders(fields)),
            family=family,
            was=fields.names("was"),
            products=fields.flag("products"),
            **texts,
        )

    def _family(self, name: str, fields: Fields) -> str:
        """Read a pattern's family; the id must begin with it, so that `ambassador.*` matches the whole family."""
        family = fields.text("family")
        if family and family not in self.families:
            hint = did_you_mean(family, self.families) or "declare it in `families`"
            message = f"pattern '{name}' has the unknown family '{shown(family)}'"
            self.source.fault("unknown-family", message, fields["family"], hint)
        elif family and name.partition(".")[0] != family:
            message = f"pattern '{name}' is in the family '{family}', but its id does not begin with it"
            hint = f"call it '{family}.{name.rpartition('.')[2]}'"
            self.source.fault("bad-id", message, fields["family"], hint)
        return family

    def _folders(self, fields: Fields) -> list[tuple[str, Node]]:
        if "folder" in fields:
            return [(ONLY, fields["folder"])]
        entries = fields.entries("implementations")
        if isinstance(node := fields.get("implementations"), MappingNode) and not entries:
            self.source.fault("bad-value", f"{fields.what} has no implementation", node, "name one, or leave it out")
        return [(name, at) for name, (_, at) in entries.items()]


def _texts(fields: Fields) -> dict[str, str]:
    return {word: fields.prose(word) for word in ("title", "short", *INHERITED) if word in fields}
