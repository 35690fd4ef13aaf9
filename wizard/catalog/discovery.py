"""The reader of templates/discovery.yaml: the facts that a cluster can reveal, and the meaning of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from yaml.nodes import Node

from wizard.catalog.clues import FOUND, readable
from wizard.catalog.components import minor, open_record
from wizard.catalog.folder import TEMPLATES, Folder
from wizard.catalog.keys import known
from wizard.catalog.model import Clue, Component, Lookup, Parameter, Pattern
from wizard.catalog.parameters import RESERVED
from wizard.catalog.table import good_id, paragraphs
from wizard.catalog.typed import ValueProblem
from wizard.catalog.values import parse_value
from wizard.catalog.yaml_source import Source
from wizard.decision.model import Decision
from wizard.text import did_you_mean, shown

_FILE = f"{TEMPLATES}/discovery.yaml"
_DISCOVERY, _CLUE, _LOOK = known("discovery"), known("clue"), known("look")
_VERSION, _DAEMON_SET, _OBJECTS = known("look_version"), known("look_daemon_set"), known("look_objects")
_EFFECTS = ("answers", "suggests", "about", "parameters", "implementations")

Pair = tuple[str, str]


def read_clues(
    folder: Folder,
    decision: Decision,
    patterns: Mapping[str, Pattern],
    components: Mapping[tuple[str, str], Component],
) -> dict[str, Clue]:
    """Read the clues in the order of the file; the file is optional."""
    opened = open_record(folder, _FILE, _DISCOVERY) if _FILE in folder.files else None
    if opened is None or "clues" not in opened[2]:
        return {}
    source, _, fields = opened
    reader = _Reader(source, decision, patterns, components)
    return {
        name: reader.clue(name, key, node) for name, (key, node) in source.entries(fields["clues"], "clues").items()
    }


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
        fields = source.fields(node, _CLUE, what)
        if not any(effect in fields for effect in _EFFECTS):
            source.fault("no-effect", f"{what} does not mention any question or parameter", key, "see `about`")
        return Clue(
            id=name,
            look=self._look(fields["look"], what) if "look" in fields else Lookup("groups"),
            say=self._say(fields["say"], what) if "say" in fields else "",
            position=source.at(key),
            answers=self._pairs(fields, "answers", what, self._certain),
            suggests=self._pairs(fields, "suggests", what, self._option),
            about=self._about(fields, what),
            parameters=self._pairs(fields, "parameters", what, self._parameter),
            implementations=self._pairs(fields, "implementations", what, self._implementation),
        )

    def _say(self, node: Node, what: str) -> str:
        text = paragraphs(self.source.text(node, f"`say` of {what}"))
        if text.count("*") > 1:
            self.source.fault("bad-value", f"`say` of {what} has more than one `*`", node, "keep one")
        return text

    # --- lookups ---------------------------------------------------------------------------------

    def _look(self, node: Node, what: str) -> Lookup:
        source = self.source
        fields = source.fields(node, _LOOK, f"`look` of {what}")
        if len(fields) != 1:
            source.fault("bad-value", f"`look` of {what} needs one of: {', '.join(_LOOK)}", node)
            return Lookup("groups")
        (kind, value), *_ = fields.items()
        if kind == "version":
            return self._version(value, what)
        if kind == "daemon_set":
            parts = source.fields(value, _DAEMON_SET, f"`daemon_set` of {what}")
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
        fields = source.fields(node, _OBJECTS, f"`objects` of {what}")
        texts = {key: source.text(value, f"`{key}` of {what}") for key, value in fields.items()}
        if "api" in texts and not readable(texts["api"]):
            hint = "the group and version of custom resources, such as monitoring.coreos.com/v1"
            source.fault("bad-value", f"objects of '{shown(texts['api'])}' are not supported", fields["api"], hint)
        return Lookup("objects", (texts.get("api", ""), texts.get("kind", "")), (texts.get("path", ""),))

    def _names(self, fields: Mapping[str, Node], name: str) -> tuple[str, ...]:
        if name not in fields:
            return ()
        found = tuple(text for text, _ in self.source.texts(fields[name], f"`{name}`") if text)
        if not found:
            self.source.fault("bad-value", f"`{name}` is empty", fields[name])
        return found

    def _version(self, node: Node, what: str) -> Lookup:
        source, look = self.source, Lookup("version")
        fields = source.fields(node, _VERSION, f"`version` of {what}")
        if "from" in fields:
            look = look._replace(least=minor(source, source.text(fields["from"], "`from`"), fields["from"]))
        if "before" in fields:
            look = look._replace(before=minor(source, source.text(fields["before"], "`before`"), fields["before"]))
        if look.least >= look.before:
            source.fault("bad-value", f"no version is both `from` and `before` in {what}", node)
        return look

    # --- effects ---------------------------------------------------------------------------------

    def _pairs(
        self, fields: Mapping[str, Node], part: str, what: str, check: Callable[[str, Node, str, Node], None]
    ) -> tuple[Pair, ...]:
        if part not in fields:
            return ()
        found = []
        for name, (key, node) in self.source.entries(fields[part], f"`{part}` of {what}").items():
            value = self.source.text(node, f"'{shown(name)}' in {what}")
            check(name, key, value, node)
            found.append((name, value))
        return tuple(found)

    def _known(self, kind: str, name: str, names: Mapping[str, object], node: Node) -> bool:
        if name in names:
            return True
        hint = did_you_mean(name, names)
        self.source.fault(f"unknown-{kind}", f"there is no {kind} '{shown(name)}'", node, hint)
        return False

    def _about(self, fields: Mapping[str, Node], what: str) -> tuple[str, ...]:
        texts = self.source.texts(fields["about"], f"`about` of {what}") if "about" in fields else []
        for name, node in texts:
            self._known("question", name, self.questions, node)
        return tuple(name for name, _ in texts)

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
