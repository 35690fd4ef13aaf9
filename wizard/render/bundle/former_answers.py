"""Migration of answers of an earlier version to the current ids of questions and options.

With ``habits: [special, several]`` in the file, and ``was: [habits.special]`` on the option ``gpu`` of the question
``hardware``, the entries become ``habits: [several]`` and ``hardware: gpu``. Nodes keep their positions, so that a
fault still names the line of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yaml.nodes import Node, ScalarNode, SequenceNode

from wizard.catalog.former import Former
from wizard.decision.model import Question

Entries = dict[str, tuple[Node, Node]]
"""By question: the nodes of key and answer."""


def with_ids_of_today(entries: Entries, questions: Mapping[str, Question], former: Former) -> Entries:
    """Return the entries under their current ids; an answer under the current id takes precedence over a former one."""
    found: Entries = {}
    moved: list[tuple[str, Node, ScalarNode]] = []
    for name, (key, value) in sorted(entries.items(), key=lambda entry: entry[0] not in questions):
        now = former.question(name)
        stay = []
        for option in _options(value):
            target, option_id = former.option(name, option.value)
            renamed = _called(option, option_id)
            if target == now:
                stay.append(renamed)
            else:
                moved.append((target, key, renamed))
        if not isinstance(value, SequenceNode):
            if stay or not list(_options(value)):
                found.setdefault(now, (key, stay[0] if stay else value))
        elif len(list(_options(value))) == len(value.value):
            found.setdefault(now, (key, SequenceNode(value.tag, stay, value.start_mark, value.end_mark)))
        else:
            found.setdefault(now, (key, value))
    for target, key, option in moved:
        _add(found, target, key, option, many=target in questions and questions[target].many)
    return found


def _options(value: Node) -> Iterator[ScalarNode]:
    """Yield the option ids of an answer, skipping those that are not plain text."""
    for node in value.value if isinstance(value, SequenceNode) else [value]:
        if isinstance(node, ScalarNode):
            yield node


def _called(option: ScalarNode, name: str) -> ScalarNode:
    return ScalarNode(option.tag, name, option.start_mark, option.end_mark, option.style)


def _add(found: Entries, question: str, key: Node, option: ScalarNode, *, many: bool) -> None:
    """Add an option that used to belong to another question."""
    there = found.get(question)
    if there is None:
        value = SequenceNode("", [option], option.start_mark, option.end_mark) if many else option
        found[question] = (key, value)
    elif many and isinstance(there[1], SequenceNode):
        old = there[1]
        found[question] = (there[0], SequenceNode(old.tag, [*old.value, option], old.start_mark, old.end_mark))
