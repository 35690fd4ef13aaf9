"""The reader of templates/examples.yaml: answers with their expected verdicts, which `podwizard check` runs."""

from __future__ import annotations

from collections.abc import Mapping

from yaml.nodes import Node

from wizard.catalog.components import open_optional
from wizard.catalog.folder import Folder
from wizard.catalog.keys import known
from wizard.catalog.table import FileReader, ReadSetting
from wizard.catalog.yaml_source import Fields, Source
from wizard.decision.model import Decision, Example
from wizard.errors import Position
from wizard.text import did_you_mean, shown
from wizard.yamlio.nodes import is_null


def read_examples(
    folder: Folder, decision: Decision, patterns: Mapping[str, Position], read_setting: ReadSetting
) -> Decision:
    """Return the decision with the catalogue's examples; the file is optional."""
    fields = open_optional(folder, "examples.yaml", "examples")
    reader = _ExampleReader(fields.source, patterns, read_setting, decision)
    entries = fields.entries("examples")
    return decision._replace(examples=tuple(reader.example(name, key, node) for name, (key, node) in entries.items()))


class _ExampleReader(FileReader):
    def __init__(
        self, source: Source, patterns: Mapping[str, Position], read_setting: ReadSetting, decision: Decision
    ) -> None:
        super().__init__(source, patterns, read_setting)
        self.decision = decision

    def example(self, name: str, key: Node, node: Node) -> Example:
        """Read one example with its expected verdict."""
        source, what = self.source, f"example '{name}'"
        self.check_id(name, key, "an example")
        fields = source.fields(node, known("example"), what)
        self.prose(fields, "tells")  # only for readers of the file
        warnings = [rule.id for rule in self.decision.section("warn")]
        for text, at in fields.unknown("warn", warnings.__contains__):
            hint = did_you_mean(text, warnings)
            source.fault("unknown-rule", f"unknown warning '{shown(text)}' in {what}", at, hint)
        return Example(
            id=name,
            answers=self._answers(fields),
            base=self.pattern(fields["base"], what) if "base" in fields else "",
            position=source.at(key),
            add=tuple(self.pattern(at, what) for _, at in source.texts(fields["add"], what)) if "add" in fields else (),
            settings=self.settings(fields, default=None) if "set" in fields else None,
            warn=fields.names("warn") if "warn" in fields else None,
        )

    def _answers(self, fields: Fields) -> dict[str, str | tuple[str, ...]]:
        what = fields.what
        found: dict[str, str | tuple[str, ...]] = {}
        for name, (key, value) in fields.entries("answers").items():
            question = self.decision.questions.get(name)
            if question is None:
                hint = did_you_mean(name, self.decision.questions)
                self.source.fault("unknown-question", f"unknown question '{shown(name)}' in {what}", key, hint)
                continue
            ids = [option.id for option in question.options]
            given = [] if is_null(value) else self.source.texts(value, f"{name} in {what}")
            for option, at in given:
                if option not in ids:
                    hint = did_you_mean(option, ids)
                    message = f"question '{name}' has no option '{shown(option)}' ({what})"
                    self.source.fault("unknown-option", message, at, hint)
            if not question.many and len(given) != 1:
                self.source.fault("bad-value", f"question '{name}' has only one answer ({what})", value)
            texts = tuple(option for option, _ in given)
            found[name] = texts if question.many else "".join(texts[:1])
        return found
