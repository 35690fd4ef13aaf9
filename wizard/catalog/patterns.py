"""The reader of `patterns` and `families` in decision_table.yaml."""

from __future__ import annotations

from collections.abc import Mapping

from yaml.nodes import MappingNode, Node

from wizard.catalog.keys import INHERITED, known
from wizard.catalog.model import Pattern
from wizard.catalog.table import good_id, paragraphs
from wizard.catalog.yaml_source import Source
from wizard.text import did_you_mean, shown

_PATTERN, _FAMILY = known("pattern"), known("family")
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
            self.families[name] = self._texts(source.fields(node, _FAMILY, f"family '{name}'"), f"family '{name}'")
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
        fields = source.fields(node, _PATTERN, what)
        if "folder" in fields and "implementations" in fields:
            source.fault("bad-value", f"{what} has both a folder and implementations", fields["folder"], "keep one")
        family = self._family(name, fields["family"]) if "family" in fields else ""
        texts = {**self.families.get(family, {}), **self._texts(fields, what)}
        for word in INHERITED if isinstance(node, MappingNode) and "family" not in fields else ():
            if word not in fields:
                source.fault("missing-key", f"{what} has no '{word}'", node, f"add '{word}:'")
        return Pattern(
            id=name,
            title=texts.get("title", ""),
            gives=texts.get("gives", ""),
            costs=texts.get("costs", ""),
            use_when=texts.get("use_when", ""),
            avoid_when=texts.get("avoid_when", ""),
            position=source.at(key),
            implementations=tuple((one, source.text(at, what)) for one, at in self._folders(fields, what)),
            short=texts.get("short", ""),
            family=family,
            was=tuple(text for text, _ in source.texts(fields["was"], f"`was` of {what}")) if "was" in fields else (),
            products="products" in fields and source.flag(fields["products"], f"`products` of {what}"),
        )

    def _texts(self, fields: Mapping[str, Node], what: str) -> dict[str, str]:
        return {
            word: paragraphs(self.source.text(fields[word], f"`{word}` of {what}"))
            for word in ("title", "short", *INHERITED)
            if word in fields
        }

    def _family(self, name: str, node: Node) -> str:
        """Read a pattern's family; the id must begin with it, so that `ambassador.*` matches the whole family."""
        family = self.source.text(node, f"`family` of pattern '{name}'")
        if family and family not in self.families:
            hint = did_you_mean(family, self.families) or "declare it in `families`"
            self.source.fault(
                "unknown-family", f"pattern '{name}' has the unknown family '{shown(family)}'", node, hint
            )
        elif family and name.partition(".")[0] != family:
            message = f"pattern '{name}' is in the family '{family}', but its id does not begin with it"
            self.source.fault("bad-id", message, node, f"call it '{family}.{name.rpartition('.')[2]}'")
        return family

    def _folders(self, fields: Mapping[str, Node], what: str) -> list[tuple[str, Node]]:
        if "folder" in fields:
            return [(ONLY, fields["folder"])]
        if "implementations" not in fields:
            return []
        node = fields["implementations"]
        entries = self.source.entries(node, f"`implementations` of {what}")
        if isinstance(node, MappingNode) and not entries:
            self.source.fault("bad-value", f"{what} has no implementation", node, "name one, or leave it out")
        return [(name, at) for name, (_, at) in entries.items()]
