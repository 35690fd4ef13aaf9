"""Layer 1: read a file of YAML documents, with a position for every field and findings instead of errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from wizard.errors import Position
from wizard.render.model import ObjectRef
from wizard.validation.data import as_text, escape, show
from wizard.validation.model import Document, Finding, RuleInfo, Severity

_NOTHING = ObjectRef("", "", "")

YAML_RULES: tuple[RuleInfo, ...] = (
    RuleInfo("yaml-syntax", "error", "A file is YAML that can be read", "yaml"),
    RuleInfo("yaml-encoding", "error", "A file is UTF-8 text without control characters", "yaml"),
    RuleInfo("yaml-duplicate-key", "error", "A mapping names each key once", "yaml"),
    RuleInfo("yaml-not-an-object", "error", "Each document is a mapping", "yaml"),
    RuleInfo("yaml-bad-key", "error", "The keys of a mapping are text", "yaml"),
    RuleInfo("yaml-boolean-key", "warning", "No unquoted key turns into true or false", "yaml"),
    RuleInfo("yaml-anchors", "error", "Anchors and aliases stay small and do not contain themselves", "yaml"),
    RuleInfo("yaml-too-deep", "error", "A document is not nested without end", "yaml"),
)


class Reading(NamedTuple):
    """What a file holds: its objects (lists unfolded) and what was wrong with it."""

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]


def read_documents(text: str | bytes, source: str) -> Reading:
    """Read every document of a file; never raises for what the file holds.

    After text that is no YAML nothing more of the file is read; the documents before it are kept.
    """
    found: list[Finding] = []
    if isinstance(text, bytes):
        raw = text
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            return Reading((), (_bad_bytes(raw, problem, source),))
    text = text.removeprefix("\ufeff")
    bad = _bad_character(text, source)
    if bad is not None:
        return Reading((), (bad,))
    return Reading(tuple(_read(text, source, found)), tuple(found))


def _read(text: str, source: str, found: list[Finding]) -> Iterator[Document]:
    from wizard.validation.yaml_reader import Reader, Trouble

    reader = Reader(text, source)
    try:
        for value, lines, start in reader.documents():
            while reader.troubles:
                found.append(_finding(reader.troubles.pop(0)))
            if isinstance(value, dict):
                yield from _unfold(value, lines, source, found)
            elif value is not None:
                hint = "Write apiVersion, kind and metadata."
                message = f"A document is {show(value)}, not a Kubernetes object."
                found.append(_finding(Trouble("yaml-not-an-object", message, hint, start)))
    except Trouble as trouble:
        found.extend(_finding(other) for other in reader.troubles)
        found.append(_finding(trouble))


def _finding(trouble: Any) -> Finding:
    severity: Severity = next(info.severity for info in YAML_RULES if info.id == trouble.rule)
    return Finding(trouble.rule, severity, trouble.message, trouble.hint, _NOTHING, trouble.path, trouble.position)


def _bad_bytes(text: bytes, problem: UnicodeDecodeError, source: str) -> Finding:
    before = text[: problem.start]
    position = Position(source, before.count(b"\n") + 1, problem.start - before.rfind(b"\n"))
    return Finding(
        "yaml-encoding", "error", "The file is not UTF-8 text.", "Save it as UTF-8.", _NOTHING, position=position
    )


def _bad_character(text: str, source: str) -> Finding | None:
    """The first character that YAML does not allow; PyYAML would not say where it is."""
    if text.isprintable():
        return None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.isprintable():
            continue
        for column, mark in enumerate(line, start=1):
            if not _allowed(mark):
                message = f"The file holds the character U+{ord(mark):04X}, which YAML does not allow."
                position = Position(source, number, column)
                return Finding("yaml-encoding", "error", message, "Remove it.", _NOTHING, position=position)
    return None


def _allowed(mark: str) -> bool:
    if mark < " ":
        return mark in "\t\r"
    return not ("\x7f" <= mark <= "\x9f" and mark != "\x85") and not (
        "\ud800" <= mark <= "\udfff" or mark in "\ufffe\uffff"
    )


def _unfold(
    value: dict[str, Any], lines: Mapping[str, Position], source: str, found: list[Finding]
) -> Iterator[Document]:
    """A ``List`` becomes its items, each with paths of its own."""
    kind = as_text(value.get("kind"))
    content = value.get("items")
    if not (kind.endswith("List") and isinstance(content, list)):
        yield Document(value, source, lines)
        return
    for index, item in enumerate(content):
        prefix = f"items[{index}]"
        inner = {path[len(prefix) :].removeprefix("."): at for path, at in lines.items() if _within(path, prefix)}
        if isinstance(item, dict):
            yield Document(item, source, inner)
            continue
        position = inner.get("") or lines.get("items") or Position(source)
        message = f"`{prefix}` of a {escape(kind)} is {show(item)}, not a Kubernetes object."
        found.append(Finding("yaml-not-an-object", "error", message, "Write an object.", _NOTHING, prefix, position))


def _within(path: str, prefix: str) -> bool:
    return path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in {"", ".", "["}
