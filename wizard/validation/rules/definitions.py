"""CustomResourceDefinitions."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.kube.data import as_map, as_text, dig, items, show
from wizard.validation.frame import Context, Subject, Violation, rule

_CRD = frozenset({"CustomResourceDefinition"})


@rule("crd-name", "error", "A custom resource definition is named after its plural and group", _CRD)
def crd_name(subject: Subject, _context: Context) -> Iterator[Violation]:
    plural, group = as_text(dig(subject.spec, "names", "plural")), as_text(subject.spec.get("group"))
    right = f"{plural}.{group}"
    if plural and group and subject.name and subject.name != right:
        message = f"The definition is called {show(subject.name)}; it must be its plural and group, {show(right)}."
        yield Violation("metadata.name", message, f"Write `name: {right}`, or correct spec.names.plural or spec.group.")


@rule("crd-storage", "error", "Exactly one version of a custom resource is the stored one", _CRD)
def crd_storage(subject: Subject, _context: Context) -> Iterator[Violation]:
    versions = subject.spec.get("versions")
    if not isinstance(versions, list):
        return
    stored = [version for _path, version in items(versions, "") if version.get("storage") is True]
    if len(stored) != 1:
        message = f"{len(stored) or 'No'} version{'s have' if stored else ' has'} `storage: true`; exactly one must."
        hint = "Set `storage: true` on one version and `storage: false` on the others."
        yield Violation("spec.versions", message, hint)


@rule("crd-version", "error", "Each version of a custom resource has its own name and a schema", _CRD)
def crd_version(subject: Subject, _context: Context) -> Iterator[Violation]:
    seen: set[str] = set()
    for path, version in items(subject.spec.get("versions"), "spec.versions"):
        name = as_text(version.get("name"))
        if name in seen:
            yield Violation(f"{path}.name", f"Version {show(name)} is defined twice.", "Remove one, or rename it.")
        seen.add(name)
        schema = dig(version, "schema", "openAPIV3Schema")
        place = f"{path}.schema.openAPIV3Schema"
        if schema is None:
            hint = "Add `schema: {openAPIV3Schema: {type: object}}`, and describe the fields in it."
            yield Violation(place, f"Version {show(name)} has no schema.", hint)
        elif isinstance(schema, dict) and not as_map(schema).get("type"):
            message = f"The schema of version {show(name)} has no type."
            yield Violation(f"{place}.type", message, "Add `type: object`.")
