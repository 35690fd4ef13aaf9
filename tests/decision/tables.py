"""Decisions built from plain dictionaries in the table's own notation, so that tests need no YAML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.decision.model import (
    All,
    AnyOf,
    AtLeast,
    Condition,
    Decision,
    Example,
    Fact,
    Is,
    Not,
    Option,
    Promise,
    Question,
    Rule,
    Section,
)
from wizard.errors import Position

HERE = Position("table.yaml", 1, 1)
Raw = Mapping[str, Any]


def condition(raw: Raw) -> Condition:
    """Return the condition for a mapping (AND) of lists of options (OR)."""
    parts: list[Condition] = []
    for key, value in raw.items():
        match key:
            case "all":
                parts.append(All(tuple(condition(each) for each in value)))
            case "any":
                parts.append(AnyOf(tuple(condition(each) for each in value)))
            case "not":
                parts.append(Not(condition(value)))
            case "at_least":
                parts.append(AtLeast(value["n"], tuple(condition(each) for each in value["of"])))
            case "fact":
                parts.append(Fact(value))
            case _:
                parts.append(Is(key, (value,) if isinstance(value, str) else tuple(value)))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _when(raw: Raw) -> Condition | None:
    return condition(raw["when"]) if "when" in raw else None


def _question(name: str, raw: Raw, line: int) -> Question:
    options = []
    given = raw["options"]
    for option in given:
        body = given[option] if isinstance(given, Mapping) else option
        fields: Raw = body if isinstance(body, Mapping) else {}
        place = Position("table.yaml", line, 5)
        options.append(Option(option, option, place, _when(fields), not_with=tuple(fields.get("not_with", ()))))
    many = raw.get("type") == "many"
    position = Position("table.yaml", line, 1)
    return Question(name, name, tuple(options), position, many=many, when=_when(raw), unsure=raw.get("unsure"))


def _rule(section: Section, name: str, raw: Raw, line: int) -> Rule:
    return Rule(
        name,
        section,
        condition(raw.get("when", {})),
        "",
        Position("table.yaml", line, 1),
        use=raw.get("use", ""),
        implementations=tuple(raw.get("implementation", ())),
        settings=tuple(raw.get("set", {}).items()),
        default=raw.get("default", False),
        level=raw.get("level", "note"),
    )


def decision(raw: Raw) -> Decision:
    """Return the table that these dictionaries describe; positions count the entries."""
    questions = {
        name: _question(name, body, line) for line, (name, body) in enumerate(raw["questions"].items(), start=1)
    }
    sections: tuple[Section, ...] = ("base", "add", "set", "warn")
    entries = [(section, name, body) for section in sections for name, body in raw.get(section, {}).items()]
    rules = tuple(_rule(*entry, line) for line, entry in enumerate(entries, start=len(questions) + 1))
    used = dict.fromkeys(rule.use for rule in rules if rule.use)
    promises = tuple(Promise(each["use"], tuple(each["with"]), HERE) for each in raw.get("never", ()))
    examples = tuple(
        Example(
            name,
            {key: value if isinstance(value, str) else tuple(value) for key, value in each["answers"].items()},
            each["base"],
            HERE,
            tuple(each.get("add", ())),
            tuple(each["set"].items()) if "set" in each else None,
            tuple(each["warn"]) if "warn" in each else None,
        )
        for name, each in raw.get("examples", {}).items()
    )
    facts = {name: condition(each) for name, each in raw.get("facts", {}).items()}
    return Decision("t", "1", questions, facts, rules, tuple(raw.get("patterns", used)), promises, examples)
