"""The answers file ``podwizard.yaml``: answers and parameters that reproduce a bundle byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from wizard.catalog.clues import is_safe_name
from wizard.catalog.former import AnswerNames, Former
from wizard.catalog.model import Catalog, Evidence
from wizard.catalog.types.addresses import read_registry
from wizard.decision.model import Answer, Answers, Question
from wizard.errors import Fault, UsageError
from wizard.kube.reason import Reason
from wizard.kube.versions import minor_text
from wizard.render.options import Options
from wizard.text import count, did_you_mean, shown

if TYPE_CHECKING:
    from yaml.nodes import Node

    from wizard.catalog.yaml_source import Source

FORMAT = 2
_WORKLOAD = {"answers": True, "assumed": False, "parameters": False, "evidence": False}
"""The keys of one workload, and whether they are required."""
_KEYS = {"format": False, "table": False, "catalog": False, "options": False, "workloads": False}
"""The keys of the whole file. Format 1, and the short form of 2, have no ``workloads``: its keys are at the top."""
_LISTED = 8
"""The number of faults that are listed after the first one; the rest are only counted."""
_OTHER_TABLE = """
other-table unknown-question unknown-option not-together unknown-component unknown-parameter decided-parameter
unknown-clue unknown-version
"""
"""Faults of a file that may be valid for another decision table."""


class AnswersFile(NamedTuple):
    """The contents of an answers file. ``table`` is (id, version) of the table that the answers belong to."""

    table: tuple[str, str]
    answers: Answers
    assumed: tuple[str, ...] = ()
    parameters: Mapping[str, object] = {}
    """Plain data by ``component.name``."""
    implementations: Mapping[str, str] = {}
    """``component.implementation`` -> id."""
    options: Options = Options()
    stated: frozenset[str] = frozenset()
    """The fields of ``options`` that the file sets; the others have their defaults."""
    evidence: tuple[Evidence, ...] = ()
    """The facts found on a cluster, in the order of the catalogue's clues."""
    catalog: str = ""
    """The path of the catalogue, relative to the answers file's folder; empty for the shipped one."""


# --- reading -------------------------------------------------------------------------------------


def read_answers(data: bytes | str, name: str, catalog: Catalog) -> AnswersFile:
    """Return the answers in ``data``; ``name`` is the file's name for messages.

    Raises:
        UsageError: the first fault, with its place; the others are in its ``more``.
    """
    result, faults = _read_all(data, name, catalog)
    if faults or result is None:
        raise _as_usage(faults)
    return result


def read_presets(data: bytes | str, name: str, catalog: Catalog) -> tuple[AnswersFile, tuple[Fault, ...]]:
    """Return the answers in ``data`` that the catalogue's table has, and a fault for each entry that it does not have.

    Raises:
        UsageError: there is a fault that another table cannot explain.
    """
    result, faults = _read_all(data, name, catalog)
    wrong = [fault for fault in faults if fault.code not in _OTHER_TABLE.split()]
    if wrong or result is None:
        raise _as_usage(wrong)
    return result, tuple(faults)


def _read_all(data: bytes | str, name: str, catalog: Catalog) -> tuple[AnswersFile | None, list[Fault]]:
    from wizard.catalog.yaml_source import Source

    source = Source(name, [])
    root = source.compose(data)
    return None if root is None else _read(source, root, catalog), source.faults


def flat_answers(text: str) -> dict[str, object]:
    """Return answers by question, parameters by ``component.name``, ``catalog``, ``table.id`` and ``table.version``.

    Nothing is compared with a catalogue, since the text may belong to another one. The result is empty for a text that
    cannot be read.
    """
    from wizard.catalog.yaml_source import Source

    source = Source("", [])
    root = source.compose(text)
    fields = _fields(source, root) if root is not None else {}
    found: dict[str, object] = {}
    if "catalog" in fields:
        found["catalog"] = source.text(fields["catalog"], "catalog")
    if "table" in fields:
        entries = source.entries(fields["table"], "table")
        found.update((f"table.{key}", source.plain(node, key)) for key, (_, node) in entries.items())
    if "answers" in fields:
        found.update((key, source.plain(node, key)) for key, (_, node) in source.entries(fields["answers"], "").items())
    if "parameters" in fields:
        for component, (_, node) in source.entries(fields["parameters"], "").items():
            for name, (_, value) in source.entries(node, component).items():
                found[f"{component}.{name}"] = source.plain(value, name)
    return {} if source.faults else found


def _as_usage(faults: list[Fault]) -> UsageError:
    newer = [fault for fault in faults if fault.code == "newer-format"]  # the other faults are its consequences
    first, *rest = newer or sorted(faults, key=lambda fault: (fault.position, fault.code))
    left = [f"and {count(len(rest) - _LISTED, 'more error')}"] if len(rest) > _LISTED else []
    more = (*map(str, rest[:_LISTED]), *left)
    return UsageError(f"{first.position}: {first.message}", hint=first.hint, more=more)


def _read(source: Source, root: Node, catalog: Catalog) -> AnswersFile:
    fields = _fields(source, root, catalog)
    former = catalog.names.former
    answers, written = _read_answers(source, fields["answers"], catalog, former) if "answers" in fields else ({}, ())
    parameters, implementations = _read_parameters(source, fields.get("parameters"), catalog.names)
    stated = _read_options(source, fields["options"], catalog) if "options" in fields else {}
    return AnswersFile(
        table=_read_table(source, fields.get("table"), catalog),
        answers=answers,
        assumed=tuple(q for q in _read_assumed(source, fields.get("assumed"), written, former) if q in answers),
        parameters=parameters,
        implementations=implementations,
        options=Options(**stated),
        stated=frozenset(stated),
        evidence=_read_evidence(source, fields.get("evidence"), catalog),
        catalog=_text(source, fields, "catalog", "catalog"),
    )


def _text(source: Source, fields: Mapping[str, Node], key: str, what: str) -> str:
    return source.text(fields[key], what) if key in fields else ""


def _fields(source: Source, root: Node, catalog: Catalog | None = None) -> dict[str, Node]:
    """Return the fields of the file and of its workload together, in the long or the short form."""
    faults = len(source.faults)
    entries = source.entries(root, "the answers file")
    del source.faults[faults:]  # they are reported below
    short = any(name in entries for name in _WORKLOAD)
    known = {**_KEYS, **dict.fromkeys(_WORKLOAD, False)}
    fields = source.fields(root, known, "the answers file", hint_of=lambda key: _place(key, catalog, short=short))
    if "format" in fields:
        _check_format(source, fields["format"])
    elif entries:
        source.fault("missing-key", "the answers file has no 'format'", root, f"add 'format: {FORMAT}'")
    workloads = fields.pop("workloads", None)
    if workloads is None:
        if "answers" not in fields and not source.faults:
            source.fault("missing-key", "the answers file has no 'answers'", root, "add 'answers:'")
        return fields
    for name in _WORKLOAD:
        if name in fields:
            message = f"'{name}' is at the top of a file with 'workloads'"
            source.fault("unknown-key", message, fields[name], "move it into the entry under 'workloads'")
    return {**fields, **_one_workload(source, workloads, catalog)}


def _place(key: str, catalog: Catalog | None, *, short: bool) -> str:
    """Return a hint at the right place for a misplaced answer or parameter; empty for any other key."""
    if catalog is None:
        return ""
    names, questions = catalog.names, catalog.decision.questions
    if key in questions or key in names.former.questions:
        return f"answers go under '{'answers:' if short else 'workloads: - answers:'}'"
    component = key.rpartition(".")[0]
    if key in names.parameters or names.former.knows(key) or component in names.parameters:
        return f"parameters go under '{'parameters:' if short else 'workloads: - parameters:'}', by component"
    return ""


def _check_format(source: Source, node: Node) -> None:
    number = source.integer(node, "format")
    if number < 1:
        source.fault("format", "format must be 1 or more", node)
    elif number > FORMAT:
        message = f"format {number} is newer than this podwizard supports ({FORMAT})"
        source.fault("newer-format", message, node, "update podwizard")


def _one_workload(source: Source, node: Node, catalog: Catalog | None) -> dict[str, Node]:
    items = source.items(node, "workloads")
    if len(items) == 1:
        return source.fields(items[0], _WORKLOAD, "a workload", hint_of=lambda key: _place(key, catalog, short=True))
    if items:
        hint = "keep one, and write each of the others into a separate folder"
        message = f"there are {len(items)} workloads, and podwizard writes one per bundle"
        source.fault("several-workloads", message, items[1], hint)
    elif not source.faults:
        source.fault("missing-key", "'workloads' is empty", node, "add an entry with 'answers:'")
    return {}


def _read_table(source: Source, node: Node | None, catalog: Catalog) -> tuple[str, str]:
    if node is None:
        return catalog.decision.id, catalog.decision.version
    fields = source.fields(node, {"id": True, "version": False}, "table")
    found = _text(source, fields, "id", "table id")
    if found and found != catalog.decision.id:
        message = f"these answers are for the table '{found}', not '{catalog.decision.id}'"
        source.fault("other-table", message, fields["id"], "pass its catalogue with --catalog")
    return found, _text(source, fields, "version", "table version")


def _read_answers(
    source: Source, node: Node, catalog: Catalog, former: Former
) -> tuple[dict[str, Answer], tuple[str, ...]]:
    """Return the answers, and every question that has an answer in the file, known or not."""
    questions = catalog.decision.questions
    found: dict[str, Answer] = {}
    entries = source.entries(node, "answers")
    if former.questions or former.options:
        from wizard.render.bundle.former_answers import with_ids_of_today  # loads PyYAML

        entries = with_ids_of_today(entries, questions, former)
    for question_id, (key, value) in entries.items():
        question = questions.get(question_id)
        if question is None:
            hint = did_you_mean(question_id, questions) or f"questions: {', '.join(questions)}"
            source.fault("unknown-question", f"unknown question '{question_id[:60]}'", key, hint)
        elif (answer := _read_answer(source, value, question)) is not None:
            found[question_id] = answer
    return {q: found[q] for q in questions if q in found}, tuple(entries)


def _read_answer(source: Source, node: Node, question: Question) -> Answer | None:
    """Return the answer without options that the question does not have; ``None`` if none is left."""
    known = [option.id for option in question.options]
    code = "unknown-option"
    if question.many:
        what = f"an option of {question.id}"
        picked = [source.choice(item, what, known, code=code) for item in source.items(node, question.id)]
        if (both := question.clash(picked)) is not None:
            hint = f"keep one of {' and '.join(both)}"
            source.fault("not-together", f"options of {question.id} that exclude each other", node, hint)
            return None
        return tuple(option for option in known if option in picked) if any(picked) or not picked else None
    return source.choice(node, f"the answer to {question.id}", known, code=code) or None


def _read_assumed(source: Source, node: Node | None, answers: Iterable[str], former: Former) -> tuple[str, ...]:
    if node is None:
        return ()
    known = (*answers, *former.questions)
    return tuple(
        former.question(source.choice(item, "an assumed question", known)) for item in source.items(node, "assumed")
    )


def _read_parameters(source: Source, node: Node | None, names: AnswerNames) -> tuple[dict[str, object], dict[str, str]]:
    parameters: dict[str, object] = {}
    implementations: dict[str, str] = {}
    if node is None:
        return parameters, implementations
    known, former = names.parameters, names.former
    for written, (key, value) in source.entries(node, "parameters").items():
        if written not in known and not former.knows(written):
            hint = did_you_mean(written, known) or f"components: {', '.join(known)}"
            source.fault("unknown-component", f"unknown component '{written[:60]}'", key, hint)
            continue
        for called, (place, item) in source.entries(value, written).items():
            component_id, name = former.parameter(written, called)
            if name not in known.get(component_id, ()):
                component_id, name = written, called
                hint = did_you_mean(name, known.get(component_id, ()))
                source.fault("unknown-parameter", f"{component_id} has no parameter '{name[:60]}'", place, hint)
            elif f"{component_id}.{name}" in names.decided:
                hint = "remove it, and change the answer instead"
                source.fault("decided-parameter", f"{component_id}.{name} is decided by the answers", place, hint)
            elif name == "implementation":
                implementations[f"{component_id}.{name}"] = source.text(item, name)
            else:
                parameters[f"{component_id}.{name}"] = source.plain(item, name)
    return parameters, implementations


def _read_options(source: Source, node: Node, catalog: Catalog) -> dict[str, Any]:
    """Return the options that the file sets, by their names in ``Options``."""
    keys = {"form": False, "kubernetes": False, "registry": False, "comments": False}
    fields = source.fields(node, keys, "options")
    stated: dict[str, Any] = {}
    form = _text(source, fields, "form", "form")
    if form not in ("", "plain"):
        hint = "write 'form: plain', or remove it"
        source.fault("bad-value", f"'{shown(form)}' is not a valid form; the only one is plain", fields["form"], hint)
    if "registry" in fields:
        stated["registry"] = _read_registry(source, fields["registry"])
    if "comments" in fields:
        stated["comments"] = source.flag(fields["comments"], "comments")
    if "kubernetes" in fields:
        names = {minor_text(each): each for each in catalog.minors}
        if text := source.choice(fields["kubernetes"], "kubernetes", names, code="unknown-version"):
            stated["minor"] = names[text]
    return stated


def _read_registry(source: Source, node: Node) -> str:
    text = source.text(node, "registry")
    found = read_registry(text) if text else ""
    if isinstance(found, Reason):
        source.fault("bad-value", f"{shown(text)}: {found.message}", node, found.hint)
        return ""
    return found


def _read_evidence(source: Source, node: Node | None, catalog: Catalog) -> tuple[Evidence, ...]:
    found: dict[str, Evidence] = {}
    for item in source.items(node, "evidence") if node is not None else ():
        fields = source.fields(item, {"clue": True, "found": True}, "a piece of evidence")
        if "clue" not in fields or "found" not in fields:
            continue
        clue = source.choice(fields["clue"], "a clue", catalog.clues, code="unknown-clue")
        text = source.text(fields["found"], "what was found")
        if not is_safe_name(text):
            hint = "a name or a version, as the cluster reported it"
            source.fault("bad-value", "what was found is not a name", fields["found"], hint)
        elif clue:
            found[clue] = Evidence(clue, text)
    return tuple(found[clue] for clue in catalog.clues if clue in found)
