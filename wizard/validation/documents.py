"""Layer 1: documents of a YAML or JSON file, with a position for every field and findings in place of exceptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from wizard.errors import Position
from wizard.kube.data import as_text, show
from wizard.kube.objects import ObjectRef
from wizard.text import shown
from wizard.validation.model import Document, Finding, RuleInfo, Severity

if TYPE_CHECKING:
    from wizard.validation.reading import Read

T = TypeVar("T")
_NOTHING = ObjectRef("", "", "")
_ITEMS = "items["

YAML_RULES: tuple[RuleInfo, ...] = (
    RuleInfo("yaml-syntax", "error", "A file is YAML or JSON that kubectl can read"),
    RuleInfo("yaml-encoding", "error", "A file is UTF-8 or UTF-16 text without control characters"),
    RuleInfo("yaml-duplicate-key", "error", "A mapping has each key only once"),
    RuleInfo("yaml-not-an-object", "error", "Each document is a mapping"),
    RuleInfo("yaml-bad-key", "error", "The keys of a mapping are text"),
    RuleInfo("yaml-boolean-key", "warning", "No unquoted key turns into another text"),
    RuleInfo("yaml-anchors", "error", "Anchors and aliases stay small and do not contain themselves"),
    RuleInfo("yaml-too-deep", "error", "A document is not nested too deeply"),
    RuleInfo("yaml-too-large", "error", "A file has no more values than can be checked at once"),
)
FILE_RULES = (RuleInfo("kustomization-file-missing", "error", "The files that a kustomization lists exist"),)
_SEVERITIES: Mapping[str, Severity] = {info.id: info.severity for info in YAML_RULES}


class Reading(NamedTuple):
    """The contents of a file: its objects, with lists expanded, and its findings."""

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]


def read_documents(text: str | bytes, source: str) -> Reading:
    """Read every document of a file; never raises for the file's contents.

    Reading stops at the first text that cannot be parsed; the documents before it are kept.
    """
    found: list[Finding] = []
    return Reading(tuple(_read(text, source, found)), tuple(found))


def _read(data: str | bytes, source: str, found: list[Finding]) -> Iterator[Document]:
    from wizard.validation.json_reader import is_json
    from wizard.validation.reading import BOUNDS, FindingError, error_of
    from wizard.validation.text import decode
    from wizard.yamlio.bounds import YamlFault

    text = ""
    errors: list[FindingError] = []
    try:
        text = decode(data, source)
        if is_json(text):
            from wizard.validation.json_reader import JsonReader as DataReader
        else:
            from wizard.validation.yaml_reader import YamlReader as DataReader  # type: ignore[assignment]
        reader = DataReader(text, source, BOUNDS)
        errors = reader.errors
        for read in reader.reads():
            _report(errors, found)
            yield from _objects(read, source, found)
    except FindingError as error:
        errors.append(error)
    except YamlFault as fault:
        errors.append(error_of(fault, text, source))
    _report(errors, found)


def _report(errors: list[Any], found: list[Finding]) -> None:
    """Convert the errors collected so far into findings."""
    for error in errors:
        severity: Severity = error.severity or _SEVERITIES[error.rule]
        found.append(Finding(error.rule, severity, error.message, error.hint, _NOTHING, error.path, error.position))
    errors.clear()


def _objects(read: Read, source: str, found: list[Finding]) -> Iterator[Document]:
    if isinstance(read.value, dict):
        yield from _unfold(read, source, found)
    elif read.value is not None:
        message = f"A document is {show(read.value)}, not a Kubernetes object."
        found.append(_not_object(message, "Write apiVersion, kind and metadata.", "", read.start))


def _not_object(message: str, hint: str, path: str, position: Position) -> Finding:
    return Finding("yaml-not-an-object", "error", message, hint, _NOTHING, path, position)


def _unfold(read: Read, source: str, found: list[Finding]) -> Iterator[Document]:
    """Yield the document, or each item of a ``List`` with paths relative to the item."""
    value, lines = read.value, read.lines
    kind, version, content = as_text(value.get("kind")), as_text(value.get("apiVersion")), value.get("items")
    if kind.endswith("List") and isinstance(content, list):
        yield from _items(content, read, source, found)
    elif kind.endswith("List") and (kind == "List" or "items" in value) and "." not in version:
        has = "has no items" if content is None else f"has {show(content)} for items, not a list"
        hint = "List the objects under `items:`, or write `items: []`."
        found.append(_not_object(f"The {shown(kind)} {has}.", hint, "items", lines.get("items") or read.start))
    else:
        yield Document(value, source, lines, read.texts)


def _items(content: list[Any], read: Read, source: str, found: list[Finding]) -> Iterator[Document]:
    kind, version = as_text(read.value.get("kind")), as_text(read.value.get("apiVersion"))
    places, texts = _by_item(read.lines), _by_item(read.texts)
    for index, item in enumerate(content):
        inner = places.get(str(index), {})
        if not isinstance(item, dict):
            message = f"`items[{index}]` of a {shown(kind)} is {show(item)}, not a Kubernetes object."
            hint = "Write an object, or remove the entry."
        elif as_text(item.get("kind")).endswith("List") and isinstance(item.get("items"), list):
            message = f"`items[{index}]` is a list in a {shown(kind)}, which kubectl does not expand."
            hint = "Move its items to the outer list."
        else:
            yield Document(_typed(item, kind, version), source, inner, texts.get(str(index), {}))
            continue
        position = inner.get("") or read.lines.get("items") or read.start
        found.append(_not_object(message, hint, f"items[{index}]", position))


def _typed(item: dict[str, Any], kind: str, version: str) -> dict[str, Any]:
    """Return the item of a list such as ConfigMapList with the kind and version that it may omit."""
    if kind == "List" or item.get("kind") or item.get("apiVersion"):
        return item
    return {**item, "apiVersion": version, "kind": kind.removesuffix("List")}


def _by_item(places: Mapping[str, T]) -> dict[str, dict[str, T]]:
    """Group values stored under field paths by list item, in a single pass."""
    groups: dict[str, dict[str, T]] = {}
    for path, at in places.items():
        if path.startswith(_ITEMS):
            index, _, rest = path[len(_ITEMS) :].partition("]")
            groups.setdefault(index, {})[rest.removeprefix(".")] = at
    return groups
