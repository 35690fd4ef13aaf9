"""The reader of templates/discovery.yaml: the facts that a cluster can reveal, and the meaning of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from yaml.nodes import Node

from wizard.catalog.clues import FOUND, readable
from wizard.catalog.components import minor, open_optional
from wizard.catalog.folder import Folder
from wizard.catalog.keys import known
from wizard.catalog.model import Clue, Component, Lookup, Parameter, Pattern
from wizard.catalog.parameters import RESERVED
from wizard.catalog.table import good_id
from wizard.catalog.typed import ValueProblem
from wizard.catalog.values import parse_value
from wizard.catalog.yaml_source import Fields, Source
from wizard.decision.model import Decision
from wizard.text import did_you_mean, shown

_EFFECTS = ("answers", "suggests", "about", "parameters", "implementations")


def read_clues(
    folder: Folder,
    decision: Decision,
    patterns: Mapping[str, Pattern],
    components: Mapping[tuple[str, str], Component],
) -> dict[str, Clue]:
    """Read the clues in the order of the file; the file is optional."""
    fields = open_optional(folder, "discovery.yaml", "discovery")
    reader = _Reader(fields.source, decision, patterns, components)
    return {name: reader.clue(name, key, node) for name, (key, node) in fields.entries("clues").items()}


class _Reader:
    def __init__(
        self,
        source: Source,
        decision: Decision,
        patterns: Mapping[str, Pattern],
        components: Mapping[tuple[str, str], Component],
    ) -> None:
        self.source = source
        self.questions = decision.questions
        self.patterns = patterns
        self.parameters: dict[str, list[Parameter]] = {}
        for component in components.values():
            for parameter in component.parameters:
                if not parameter.decided and parameter.name != RESERVED:
                    self.parameters.setdefault(parameter.key, []).append(parameter)

    def clue(self, name: str, key: Node, node: Node) -> Clue:
        source, what = self.source, f"clue '{shown(name)}'"
        if not good_id(name):
            source.fault("bad-id", f"a clue cannot be called '{shown(name)}'", key, "letters, digits, `-` and `_`")
        fields = source.fields(node, known("clue"), what)
        if not any(effect in fields for effect in _EFFECTS):
            source.fault("no-effect", f"{what} does not mention any question or parameter", key, "see `about`")
        if fields.text("say").count("*") > 1:
            source.fault("bad-value", f"`say` of {what} has more than one `*`", fields["say"], "keep one")
        return Clue(
            id=name,
            look=self._look(fields["look"], what) if "look" in fields else Lookup("groups"),
            say=fields.prose("say"),
            position=source.at(key),
            answers=self._pairs(fields, "answers", self._certain),
            suggests=self._pairs(fields, "suggests", self._option),
            about=self._about(fields),
            parameters=self._pairs(fields, "parameters", self._parameter),
            implementations=self._pairs(fields, "implementations", self._implementation),
        )

    # --- lookups ---------------------------------------------------------------------------------

    def _look(self, node: Node, what: str) -> Lookup:
        source = self.source
        fields = source.fields(node, known("look"), f"`look` of {what}")
        if len(fields) != 1:
            source.fault("bad-value", f"`look` of {what} needs one of: {', '.join(known('look'))}", node)
            return Lookup("groups")
        (kind, value), *_ = fields.items()
        if kind == "version":
            return self._version(value, what)
        if kind == "daemon_set":
            parts = source.fields(value, known("look_daemon_set"), f"`daemon_set` of {what}")
            return Lookup("daemon_set")._replace(names=self._names(parts, "images"), paths=self._names(parts, "reads"))
        if kind == "objects":
            return self._objects(value, what)
        names = self._names(fields, kind)
        if kind == "namespace":
            for name in names:
                if "=" not in name:
                    source.fault("bad-value", f"'{shown(name)}' is not in the form key=value", value)
            return Lookup("namespace", names)
        return Lookup("groups" if kind == "groups" else "no_groups", names)

    def _objects(self, node: Node, what: str) -> Lookup:
        source = self.source
        fields = source.fields(node, known("look_objects"), f"`objects` of {what}")
        api = fields.text("api")
        if "api" in fields and not readable(api):
            hint = "the group and version of custom resources, such as monitoring.coreos.com/v1"
            source.fault("bad-value", f"objects of '{shown(api)}' are not supported", fields["api"], hint)
        return Lookup("objects", (api, fields.text("kind")), (fields.text("path"),))

    def _names(self, fields: Fields, name: str) -> tuple[str, ...]:
        found = tuple(filter(None, fields.names(name)))
        if name in fields and not found:
            self.source.fault("bad-value", f"`{name}` is empty", fields[name])
        return found

    def _version(self, node: Node, what: str) -> Lookup:
        source, look = self.source, Lookup("version")
        fields = source.fields(node, known("look_version"), f"`version` of {what}")
        if "from" in fields:
            look = look._replace(least=minor(source, fields.text("from"), fields["from"]))
        if "before" in fields:
            look = look._replace(before=minor(source, fields.text("before"), fields["before"]))
        if look.least >= look.before:
            source.fault("bad-value", f"no version is both `from` and `before` in {what}", node)
        return look

    # --- effects ---------------------------------------------------------------------------------

    def _pairs(
        self, fields: Fields, part: str, check: Callable[[str, Node, str, Node], None]
    ) -> tuple[tuple[str, str], ...]:
        found = []
        for name, (key, node) in fields.entries(part).items():
            value = self.source.text(node, f"'{shown(name)}' in {fields.what}")
            check(name, key, value, node)
            found.append((name, value))
        return tuple(found)

    def _known(self, kind: str, name: str, names: Mapping[str, object], node: Node) -> bool:
        if name in names:
            return True
        hint = did_you_mean(name, names)
        self.source.fault(f"unknown-{kind}", f"there is no {kind} '{shown(name)}'", node, hint)
        return False

    def _about(self, fields: Fields) -> tuple[str, ...]:
        for name, node in fields.texts("about"):
            self._known("question", name, self.questions, node)
        return fields.names("about")

    def _option(self, name: str, key: Node, value: str, node: Node) -> None:
        if self._known("question", name, self.questions, key):
            self._known("option", value, {o.id: o for o in self.questions[name].options}, node)

    def _certain(self, name: str, key: Node, value: str, node: Node) -> None:
        self._option(name, key, value, node)
        if name in self.questions and self.questions[name].many:
            message = f"one option cannot answer '{name}', which allows several"
            self.source.fault("bad-value", message, key, "use `suggests`")

    def _parameter(self, name: str, key: Node, value: str, node: Node) -> None:
        if not self._known("parameter", name, self.parameters, key):
            return
        if value == FOUND:
            return
        problem: ValueProblem | None = None
        for parameter in self.parameters[name]:
            try:
                parse_value(parameter, value)
            except ValueProblem as one:
                problem = one
            else:
                return
        assert problem is not None
        self.source.fault("bad-value", f"'{name}': {problem.message}", node, problem.hint)

    def _implementation(self, name: str, key: Node, value: str, node: Node) -> None:
        if self._known("pattern", name, self.patterns, key):
            self._known("implementation", value, dict(self.patterns[name].implementations), node)
