"""Layer 2: the fields and types of an object, compared with those of its kind in the target Kubernetes minor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from wizard.kube.data import as_text, join, listed, number_text, show
from wizard.kube.kinds import group_of, is_own_group, own_groups
from wizard.kube.quantities import quantity_of
from wizard.kube.reason import Reason
from wizard.text import nearest, shown
from wizard.validation.frame import Context, Subject, Violation
from wizard.validation.limits import check_limits, is_base64
from wizard.validation.model import Document, RuleInfo, Severity
from wizard.validation.schema import FieldType, Schema, parse_type

StructureViolations = Iterator[tuple[str, Violation]]
"""(rule id, violation)."""

_OPEN_TYPES = {"any", "object"}
_REFUSED_TWICE = frozenset({
    "containers", "initContainers", "ephemeralContainers", "volumes", "volumeMounts", "topologySpreadConstraints",
})  # fmt: skip
_SIZES = {"int": 2**31, "intstr": 2**31, "long": 2**63}
_KEY_DEFAULTS = {"protocol": "TCP"}
_TOOL_GROUPS = frozenset({"kustomize.config.k8s.io"})


RULES = (
    RuleInfo("api-version-missing", "error", "An object has an apiVersion"),
    RuleInfo("kind-missing", "error", "An object has a kind"),
    RuleInfo("api-version-unknown", "error", "The kind exists in the named API version"),
    RuleInfo("api-not-kubernetes", "note", "A document is for Kubernetes"),
    RuleInfo("api-too-new", "error", "The kind exists in the target Kubernetes version"),
    RuleInfo("unknown-field", "error", "Every field is one the kind has"),
    RuleInfo("field-too-new", "error", "Every field exists in the target Kubernetes version"),
    RuleInfo("missing-field", "error", "Every required field is there"),
    RuleInfo("wrong-type", "error", "Every value has its field's type"),
    RuleInfo("bad-enum", "error", "A value is one of those the field allows"),
    RuleInfo("bad-quantity", "error", "Amounts of CPU, memory and storage are written as Kubernetes reads them"),
    RuleInfo("out-of-range", "error", "Numbers are within what their field allows"),
    RuleInfo("bad-format", "error", "Names, keys, paths and addresses have the form that their field requires"),
    RuleInfo("label-invalid", "error", "Labels have keys and values Kubernetes allows"),
    RuleInfo("selector-expression", "error", "A selector's expressions have the values their operator needs"),
    RuleInfo("duplicate-entry", "warning", "Entries of a list with unique keys do not repeat a key"),
)


def is_tool_file(subject: Subject) -> bool:
    """Return true if the document is a patch or a local tool's file, which never reaches an API server."""
    return subject.api_version.partition("/")[0] in _TOOL_GROUPS or "$patch" in subject.data


def check_structure(subject: Subject, context: Context) -> StructureViolations:
    """Yield every violation of the structure of one object."""
    if is_tool_file(subject):
        return
    for field, rule_id in (("apiVersion", "api-version-missing"), ("kind", "kind-missing")):
        if not as_text(subject.data.get(field)):
            yield rule_id, Violation(field, f"The object has no {field}.", f"Add {field}, as in `{_EXAMPLES[field]}`.")
            return
    schema = context.schema
    kind = as_text(subject.data.get("kind"))
    root = schema.root(subject.api_version, kind)
    if root is None:
        yield from _unknown_kind(subject, kind, schema)
        return
    first = schema.first_minor(root)
    if first > schema.oldest:
        what = f"{kind} in {subject.api_version}"
        message = f"{what} exists only from Kubernetes 1.{first} on; the target is 1.{schema.oldest}."
        yield "api-too-new", Violation("apiVersion", message, f"Use Kubernetes 1.{first} or newer, or remove it.")
        return
    yield from _Walk(schema, subject.document).type(root, subject.data, "", kind)


_EXAMPLES = {"apiVersion": "apiVersion: apps/v1", "kind": "kind: Deployment"}


def _unknown_kind(subject: Subject, kind: str, schema: Schema) -> StructureViolations:
    """Yield violations for an API version or kind that the server lacks; custom resources are not checked."""
    version = subject.api_version
    group = group_of(version)
    if schema.serves(version, kind) or (not is_own_group(version) and not _misspelled(group, kind, schema)):
        return
    versions = schema.versions_with(kind)
    if versions:
        message = f"There is no {shown(kind)} in apiVersion {show(version)}; it is in {listed(versions)}."
        yield "api-version-unknown", Violation("apiVersion", message, f"Write `apiVersion: {versions[0]}`.")
        return
    known = [name for names in schema.kinds.values() for name in names]
    close = nearest(kind, known, 0.75) if group in own_groups() else ""
    if close:
        hint = f"Did you mean {close} (`apiVersion: {schema.versions_with(close)[0]}`)?"
    elif group in own_groups():
        hint = "Use the kind and version that replaced it; `kubectl api-resources` lists what a cluster has."
    else:
        message = f"apiVersion {show(version)} is not a Kubernetes API, so this document is not checked."
        yield "api-not-kubernetes", Violation("apiVersion", message, "The group of a custom resource has a dot in it.")
        return
    message = f"Kubernetes has no {shown(kind)} in apiVersion {show(version)}."
    yield "api-version-unknown", Violation("apiVersion", message, hint)


def _misspelled(group: str, kind: str, schema: Schema) -> bool:
    """Return true if a dotted group is surely a misspelled built-in one."""
    return bool(schema.versions_with(kind)) and bool(nearest(group, own_groups(), 0.85))


class _Walk:
    """A walk over an object in parallel with its schema."""

    def __init__(self, schema: Schema, document: Document) -> None:
        self.schema = schema
        self.document = document

    def type(self, name: str, value: Any, path: str, owner: str) -> StructureViolations:
        """Check a value that must be an object of a named type."""
        if not isinstance(value, dict):
            yield _wrong(path, "a mapping", value)
            return
        described = self.schema.types.get(name)
        if described is None:
            return
        fields: Mapping[str, str] = described["fields"]
        for key, item in value.items():
            text = fields.get(key)
            place = join(path, str(key))
            if text is None:
                yield from self._unknown(name, fields, str(key), place, owner)
            elif item is not None:
                if self.schema.first_minor(name, key) > self.schema.oldest:
                    yield self._too_new(name, key, place)
                yield from self.field(parse_type(text), item, place)
        yield from check_limits(name, value, path)
        for key in described.get("required", ()):
            given = value.get(key)
            if given is None or (given == "" and fields.get(key, "").startswith("=")):
                where = f"`{path}`" if path else f"The {owner}"
                message = f"{where} has no {key}, which it must have."
                yield "missing-field", Violation(join(path, key), message, f"Add `{key}`.")

    def field(self, kind: FieldType, value: Any, path: str) -> StructureViolations:
        """Check a value of any type except null."""
        if kind.kind == "type":
            yield from self.type(kind.name, value, path, path)
        elif kind.kind == "list":
            yield from self.list(kind, value, path)
        elif kind.kind == "map":
            yield from self.map(kind, value, path)
        elif kind.kind == "enum":
            yield from self.enum(kind, value, path)
        elif kind.name not in _OPEN_TYPES or (kind.name == "object" and not isinstance(value, dict)):
            yield from self.scalar(kind.name, value, path)

    def list(self, kind: FieldType, value: Any, path: str) -> StructureViolations:
        """Check a list and its items."""
        if not isinstance(value, list):
            from wizard.validation.reading import lookalike_hint  # loaded only for an error

            hint = next((lookalike_hint(str(key)) for key in value), "") if isinstance(value, dict) else ""
            yield _wrong(path, "a list", value, hint or "Put a dash before each entry, also before a single one.")
            return
        item_type = kind.item
        if item_type is None:
            return
        for index, item in enumerate(value):
            place = f"{path}[{index}]"
            if item is not None:
                yield from self.field(item_type, item, place)
            elif item_type.kind == "type":
                rule_id, violation = _wrong(place, "a mapping", item, "Remove the lone dash, or fill the entry in.")
                yield rule_id, violation._replace(severity="warning")
                yield from self.field(item_type, {}, place)
        if kind.keys:
            yield from _duplicates(kind.keys, value, path)

    def map(self, kind: FieldType, value: Any, path: str) -> StructureViolations:
        """Check a mapping from arbitrary names to values of one type."""
        if not isinstance(value, dict):
            yield _wrong(path, "a mapping", value)
            return
        if kind.item is None:
            return
        for key, item in value.items():
            if item is not None:
                yield from self.field(kind.item, item, join(path, str(key)))

    def enum(self, kind: FieldType, value: Any, path: str) -> StructureViolations:
        """Check a value that must be one of a few words; the server treats an empty one as absent."""
        if not isinstance(value, str):
            yield from self.scalar("string", value, path)
        elif value and value not in kind.values:
            close = [word for word in kind.values if word.lower() == value.lower()]
            meant = close[0] if close else nearest(value, kind.values)
            hint = f"Did you mean {meant}?" if meant else f"Use {listed(kind.values)}."
            yield "bad-enum", Violation(path, f"`{path}` is {show(value)}; it must be {listed(kind.values)}.", hint)

    def scalar(self, name: str, value: Any, path: str) -> StructureViolations:
        """Check a number, text, quantity or other scalar."""
        if name == "quantity":
            if isinstance(quantity_of(value), Reason):
                message = f"`{path}` is {self._shown(value, path)}, which is not an amount Kubernetes can read."
                yield "bad-quantity", Violation(path, message, "Write an amount such as 250m, 1, 256Mi or 2Gi.")
            return
        test, wanted = _SCALARS.get(name, (lambda _value: True, ""))
        if not test(value):
            yield _wrong(path, wanted, value, self._type_hint(wanted, value, path), self._shown(value, path))
        elif name == "bytes" and not is_base64(value):
            hint = "Encode it, or use stringData, which takes plain text."
            yield "bad-format", Violation(path, f"`{path}` is not base64 text.", hint)
        elif not isinstance(value, str) and name in _SIZES and abs(value) >= _SIZES[name]:
            message = f"`{path}` is {self._shown(value, path)}, a number too large for it."
            yield "out-of-range", Violation(path, message, "Write a smaller one.")

    def _shown(self, value: Any, path: str) -> str:
        """Return a value for a message: as written in the file, and as Kubernetes reads it if that differs."""
        read = number_text(value) if isinstance(value, int | float) else show(value)
        text = self.document.text_at(path, value)
        return f"{shown(text)}, which Kubernetes reads as {read}" if text and text != read else read

    def _type_hint(self, wanted: str, value: Any, path: str) -> str:
        if wanted == "text" and isinstance(value, int | float):
            text = self.document.text_at(path, value)
            return f'Put it in quotes: "{shown(text)}".' if text else "Put it in quotes."
        if wanted in {"a whole number", "true or false"} and isinstance(value, str):
            plain = value.strip("-").isdigit() or value in {"true", "false"}
            return "Write it without quotes." if plain else f"Write {wanted}."
        return ""

    def _unknown(self, name: str, fields: Mapping[str, str], key: str, place: str, owner: str) -> StructureViolations:
        last = self.schema.gone.get(name, {}).get(key, 0)
        if last >= self.schema.newest:
            return
        close = nearest(key, fields, 0.7) or next((each for each in fields if each.lower() == key.lower()), "")
        if last:
            hint = f"It was removed after Kubernetes 1.{last}."
        elif close:
            hint = f"Did you mean `{close}`?"
        else:
            hint = "Remove it or move it."
            if len(fields) <= 8:
                hint = f"Here the fields are {listed(sorted(fields), 'and')}."
        where = f"`{owner}`" if "." in owner or "[" in owner else owner
        message = f"{where} has no field {show(key)}."
        yield "unknown-field", Violation(place, message, hint)

    def _too_new(self, name: str, key: str, place: str) -> tuple[str, Violation]:
        first = self.schema.first_minor(name, key)
        message = f"`{place}` exists only from Kubernetes 1.{first} on; the target is 1.{self.schema.oldest}."
        return "field-too-new", Violation(place, message, f"Use Kubernetes 1.{first} or newer, or remove it.")


def _wrong(path: str, wanted: str, value: Any, hint: str = "", shown: str = "") -> tuple[str, Violation]:
    where = f"`{path}`" if path else "The object"
    message = f"{where} must be {wanted}, but is {shown or show(value)}."
    return "wrong-type", Violation(path, message, hint or f"Write {wanted} here.")


def _duplicates(keys: tuple[str, ...], value: list[Any], path: str) -> StructureViolations:
    """Yield entries that repeat a key; only for some lists does the server refuse the whole object."""
    seen: dict[tuple[str, ...], int] = {}
    for index, item in enumerate(value):
        if not isinstance(item, dict) or not any(key in item for key in keys):
            continue
        found = tuple(repr(item.get(key) or _KEY_DEFAULTS.get(key)) for key in keys)
        first = seen.setdefault(found, index)
        if first != index:
            field = path.rpartition(".")[2]
            shown = ", ".join(f"{key} {show(item.get(key))}" for key in keys if key in item)
            message = f"`{path}[{index}]` repeats {shown} of entry {first}."
            severity: Severity | None = "error" if field in _REFUSED_TWICE else None
            hint = "Remove one of them or give it its own."
            yield "duplicate-entry", Violation(f"{path}[{index}]", message, hint, severity)


def _is_int(value: Any) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


_SCALARS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "string": (lambda value: isinstance(value, str), "text"),
    "bytes": (lambda value: isinstance(value, str), "base64 text"),
    "time": (lambda value: isinstance(value, str), "a time written as text"),
    "bool": (lambda value: isinstance(value, bool), "true or false"),
    "int": (_is_int, "a whole number"),
    "long": (_is_int, "a whole number"),
    "number": (lambda value: isinstance(value, int | float) and not isinstance(value, bool), "a number"),
    "intstr": (lambda value: isinstance(value, str) or _is_int(value), "a whole number or text"),
    "object": (lambda value: isinstance(value, dict), "a mapping"),
}
