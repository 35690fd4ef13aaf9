"""The reader of decision_table.yaml: questions, facts, rules and promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from yaml.nodes import MappingNode, Node, ScalarNode

from wizard.catalog.conditions import KnownNames, find_cycle, leaves, read_condition
from wizard.catalog.globs import matches_any
from wizard.catalog.keys import CONDITION_WORDS, known, words
from wizard.catalog.yaml_source import Fields, Source
from wizard.decision.model import (
    All,
    Condition,
    Decision,
    Fact,
    Level,
    Option,
    Promise,
    Question,
    Rule,
    Section,
    Setting,
)
from wizard.errors import Fault, Position
from wizard.text import did_you_mean, shown

_SECTIONS: tuple[Section, ...] = ("base", "add", "set", "warn")


class ReadSetting(Protocol):
    """A function that reads the value of one setting by the type that the components declare."""

    def __call__(self, source: Source, name: str, key: Node, node: Node, *, default: bool | None) -> Setting:
        """Read the value; ``default`` is true if the user may change it, and ``None`` if both kinds are allowed."""
        ...


def good_id(text: str, *, dots: bool = False) -> bool:
    """Return whether a text is a valid id.

    An id starts with a letter and consists of at most 63 letters, digits, ``-`` and ``_``; with ``dots``, one dot
    inside is allowed.
    """
    bare = text.replace("-", "").replace("_", "")
    if dots and bare.count(".") == 1 and not text.startswith(".") and not text.endswith("."):
        bare = bare.replace(".", "")
    return bare.isascii() and bare.isalnum() and text[0].isalpha() and len(text) <= 63


class FileReader:
    """A reader of one file of the decision; faults go to its source."""

    def __init__(self, source: Source, patterns: Mapping[str, Position], read_setting: ReadSetting) -> None:
        self.source = source
        self.patterns = patterns
        self.read_setting = read_setting

    def check_id(self, name: str, key: Node, what: str) -> None:
        """Report an id that conditions could not refer to."""
        if name in CONDITION_WORDS:
            self.source.fault(
                "bad-id", f"{what} cannot be called '{name}'", key, "this word is reserved for conditions"
            )
        elif not good_id(name):
            hint = "letters, digits, `-` and `_`, starting with a letter"
            self.source.fault("bad-id", f"'{shown(name)}' cannot be the id of {what}", key, hint)

    def prose(self, fields: Fields, key: str) -> str:
        """Read the paragraphs under a key, which may be missing but not empty."""
        text = fields.prose(key)
        if not text and isinstance(node := fields.get(key), ScalarNode):
            self.source.fault("empty-text", f"{fields.of(key)} is empty", node, "write a sentence, or leave it out")
        return text

    def pattern(self, node: Node, what: str) -> str:
        """Read the id of a pattern that the table declares."""
        name = self.source.text(node, what)
        if name and name not in self.patterns:
            hint = did_you_mean(name, self.patterns) or "declare it in `patterns`"
            self.source.fault("unknown-pattern", f"unknown pattern '{shown(name)}' in {what}", node, hint)
        return name

    def settings(self, fields: Fields, *, default: bool | None) -> tuple[tuple[str, Setting], ...]:
        """Read the parameters under a `set`, each by its declared type."""
        entries = fields.entries("set").items()
        read, source = self.read_setting, self.source
        return tuple((name, read(source, name, key, value, default=default)) for name, (key, value) in entries)


class TableReader(FileReader):
    """A reader of the sections of decision_table.yaml."""

    def __init__(
        self,
        source: Source,
        patterns: Mapping[str, Position],
        read_setting: ReadSetting,
        implementations: Mapping[str, tuple[str, ...]],
    ) -> None:
        super().__init__(source, patterns, read_setting)
        self.implementations = implementations
        """By pattern, the implementation ids that a rule can choose from; empty for a pattern with a plain folder."""
        self.names = KnownNames({}, frozenset())
        self.questions: dict[str, Question] = {}
        self.facts: dict[str, Condition] = {}
        self.rules: list[Rule] = []

    def read(self, sections: Fields) -> Decision:
        """Read the whole decision; parts that cannot be read are left out."""
        asked, facts = sections.entries("questions"), sections.entries("facts")
        self.names = KnownNames(
            {name: self._option_ids(value) for name, (_, value) in asked.items()},
            frozenset(name for name in facts if name not in CONDITION_WORDS),
        )
        for name, (key, node) in facts.items():
            self.check_id(name, key, "a fact")
            self.facts[name] = read_condition(self.source, node, self.names, f"fact '{name}'")
        for name, (key, node) in asked.items():
            self.questions[name] = self._question(name, key, node)
        self._check_cycles(asked, facts)
        for section in _SECTIONS:
            for name, (key, node) in sections.entries(section).items():
                self.rules.append(self._rule(section, name, key, node))
        self._check_uses()
        table = self.source.fields(sections["table"], known("table"), "`table`") if "table" in sections else sections
        return Decision(
            id=table.text("id"),
            version=table.text("version"),
            questions=self.questions,
            facts=self.facts,
            rules=tuple(self.rules),
            patterns=tuple(self.patterns),
            promises=self._promises(sections),
            fact_positions={name: self.source.at(key) for name, (key, _) in facts.items()},
        )

    # --- questions -------------------------------------------------------------------------------

    def _option_ids(self, question: Node) -> tuple[str, ...]:
        """Read only the option ids, for conditions that name later questions; faults are reported later."""
        if isinstance(question, MappingNode):
            for key, value in question.value:
                if key.value == "options" and isinstance(value, MappingNode):
                    return tuple(dict.fromkeys(str(option.value) for option, _ in value.value))
        return ()

    def _question(self, name: str, key: Node, node: Node) -> Question:
        source, what = self.source, f"question '{name}'"
        self.check_id(name, key, "a question")
        fields = source.fields(node, known("question"), what)
        many = fields.choice("type", words("question", "type")) == "many"
        options = self._options(fields["options"], what, many=many) if "options" in fields else ()
        unsure = None
        if "unsure" in fields and many:
            hint = "remove `unsure`: by default nothing is ticked"
            source.fault("bad-value", f"{what} is a `many`", fields["unsure"], hint)
        else:
            unsure = fields.choice("unsure", [option.id for option in options]) or None
        return Question(
            id=name,
            ask=self.prose(fields, "ask"),
            options=options,
            position=source.at(key),
            help=self.prose(fields, "help"),
            many=many,
            when=self._when(fields),
            unsure=unsure,
            topic=self.prose(fields, "topic"),
            was=fields.names("was"),
        )

    def _when(self, fields: Fields) -> Condition | None:
        return self._condition(fields, "when")

    def _condition(self, fields: Fields, key: str) -> Condition | None:
        return read_condition(self.source, fields[key], self.names, fields.of(key)) if key in fields else None

    def _options(self, node: Node, what: str, *, many: bool) -> tuple[Option, ...]:
        found: list[Option] = []
        entries = self.source.entries(node, f"`options` of {what}")
        for name, (key, value) in entries.items():
            self.check_id(name, key, "an option")
            siblings = tuple(other for other in entries if other != name)
            found.append(self._option(name, key, value, siblings, f"option '{name}' of {what}", many=many))
        fewest = 1 if many else 2
        if isinstance(node, MappingNode) and len(found) < fewest:
            self.source.fault("bad-value", f"{what} needs at least {fewest} options", node)
        return tuple(found)

    def _option(self, name: str, key: Node, value: Node, siblings: tuple[str, ...], what: str, *, many: bool) -> Option:
        source = self.source
        if not isinstance(value, MappingNode):
            return Option(name, self.prose(Fields(source, value, what, {"say": value}), "say"), source.at(key))
        fields = source.fields(value, known("option"), what)
        if "when" in fields and not many:
            source.fault("bad-value", f"{what} cannot have a `when`", fields["when"], "only options of a `many` can")
        if "not_with" in fields and not many:
            hint = "only options of a `many` can; other questions have one answer anyway"
            source.fault("bad-value", f"{what} cannot have a `not_with`", fields["not_with"], hint)
        for other, at in fields.unknown("not_with", siblings.__contains__) if many else ():
            hint = did_you_mean(other, siblings) or f"one of: {', '.join(siblings)}"
            source.fault("unknown-option", f"{what} cannot exclude '{shown(other)}'", at, hint)
        return Option(
            name,
            self.prose(fields, "say"),
            source.at(key),
            self._when(fields),
            self.prose(fields, "term"),
            tuple(other for other in fields.names("not_with") if other in siblings) if many else (),
            fields.names("was"),
            self._condition(fields, "term_unless"),
        )

    def _check_cycles(self, asked: dict[str, tuple[Node, Node]], facts: dict[str, tuple[Node, Node]]) -> None:
        """Report a question whose own answer decides if it is asked, and facts that depend on themselves."""
        graph = {f"fact '{name}'": _edges(condition) for name, condition in self.facts.items()}
        for name, question in self.questions.items():
            whens = [question.when, *(option.when for option in question.options)]
            graph[f"question '{name}'"] = tuple(edge for when in whens if when for edge in _edges(when))
        cycle = find_cycle(graph)
        if cycle:
            kind, _, quoted = cycle[0].partition(" ")
            key = (facts if kind == "fact" else asked)[quoted.strip("'")][0]
            way = " → ".join((*cycle, cycle[0]))
            self.source.fault("cycle", f"a condition that leads back to itself: {way}", key, "break the circle")

    # --- rules -----------------------------------------------------------------------------------

    def _rule(self, section: Section, name: str, key: Node, node: Node) -> Rule:
        source, what = self.source, f"{section} rule '{name}'"
        self.check_id(name, key, "a rule")
        fields = source.fields(node, known(section), what)
        given = fields.choice("level", words("warn", "level"))
        level: Level = "error" if given == "error" else "warning" if given == "warning" else "note"
        default = fields.flag("default")
        use = self.pattern(fields["use"], what) if "use" in fields else ""
        return Rule(
            id=name,
            section=section,
            when=read_condition(source, fields["when"], self.names, what) if "when" in fields else All(()),
            because=self.prose(fields, "because"),
            position=source.at(key),
            use=use,
            implementations=self._allowed(fields, use) if "implementation" in fields else (),
            settings=self.settings(fields, default=default),
            default=default,
            level=level,
            say=self.prose(fields, "say"),
            instead=self.prose(fields, "instead"),
            source=self.prose(fields, "source"),
            short=self.prose(fields, "short"),
        )

    def _allowed(self, fields: Fields, use: str) -> tuple[str, ...]:
        """Read the implementations that a rule allows for its pattern."""
        node, what = fields["implementation"], fields.what
        known = self.implementations.get(use, ())
        if use in self.patterns and len(known) < 2:
            message = f"pattern '{use}' has only one implementation, so {what} has nothing to choose"
            self.source.fault("bad-value", message, node, "leave `implementation` out")
            return ()
        texts = fields.texts("implementation")
        found: dict[str, None] = {}
        for text, at in texts:
            if text in found:
                self.source.fault("duplicate-option", f"'{shown(text)}' is listed twice in {what}", at, "keep one")
            elif text and known and text not in known:
                hint = did_you_mean(text, known) or f"one of: {', '.join(known)}"
                message = f"pattern '{use}' has no implementation '{shown(text)}' ({what})"
                self.source.fault("unknown-implementation", message, at, hint)
            elif text:
                found[text] = None
        if not texts:
            self.source.fault("bad-value", f"`implementation` of {what} is empty", node, "name one, or leave it out")
        return tuple(found)

    def _check_uses(self) -> None:
        bases = {rule.use for rule in self.rules if rule.section == "base"}
        used = {rule.use for rule in self.rules}
        for rule in self.rules:
            if rule.section == "add" and rule.use in bases:
                message = f"pattern '{rule.use}' is a base, and '{rule.id}' adds it"
                self.source.faults.append(Fault("base-added", message, rule.position, "add another pattern"))
        for name, position in self.patterns.items():
            if name not in used:
                hint = "add a rule for it, or remove it"
                self.source.faults.append(Fault("unused-pattern", f"no rule uses pattern '{name}'", position, hint))
            self._check_choices(name, position)
        strict = {name for rule in self.rules if not rule.default for name, _ in rule.settings}
        for rule in self.rules if strict else ():
            for name in sorted(strict & {name for name, _ in rule.settings}) if rule.default else ():
                message = f"'{name}' is a default in set rule '{rule.id}', but is decided in another"
                hint = "write `default: true` in all rules that set it, or in none"
                self.source.faults.append(Fault("set-disagrees", message, rule.position, hint))

    def _check_choices(self, pattern: str, position: Position) -> None:
        """Report implementations that no rule allows."""
        users = [rule for rule in self.rules if rule.use == pattern]
        if all(rule.implementations for rule in users):
            allowed = {name for rule in users for name in rule.implementations}
            for name in self.implementations.get(pattern, ()) if users else ():
                if name not in allowed:
                    message = f"no rule allows implementation '{name}' of pattern '{pattern}'"
                    hint = "name it in a rule, or remove it"
                    self.source.faults.append(Fault("unused-implementation", message, position, hint))

    # --- promises --------------------------------------------------------------------------------

    def _promises(self, sections: Fields) -> tuple[Promise, ...]:
        if "never" not in sections:
            return ()
        found: list[Promise] = []
        for node in self.source.items(sections["never"], "`never`"):
            fields = self.source.fields(node, known("promise"), "a promise in `never`")
            if "use" in fields and "with" in fields:
                use = self._user(fields["use"])
                globs = tuple(
                    self._glob(text, at) for text, at in self.source.texts(fields["with"], "`with` in `never`")
                )
                found.append(Promise(use, globs, self.source.at(node)))
        return tuple(found)

    def _user(self, node: Node) -> str:
        text = self.source.text(node, "`use` in `never`")
        return self._glob(text, node) if "*" in text else self.pattern(node, "a promise in `never`")

    def _glob(self, text: str, node: Node) -> str:
        if text and not matches_any(text, self.patterns):
            hint = did_you_mean(text, self.patterns)
            self.source.fault("unknown-pattern", f"no pattern matches '{shown(text)}'", node, hint)
        return text


def _edges(condition: Condition) -> tuple[str, ...]:
    return tuple(
        f"fact '{leaf.name}'" if isinstance(leaf, Fact) else f"question '{leaf.question}'" for leaf in leaves(condition)
    )
