"""Load a catalogue: the decision table, and everything in templates/ that its patterns name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from yaml.nodes import MappingNode, Node

from wizard.catalog.components import ComponentReader, Features, open_record, read_features, read_groups, read_images
from wizard.catalog.discovery import read_clues
from wizard.catalog.examples import read_examples
from wizard.catalog.folder import TABLE, TEMPLATES, WHOLE_FILE, Folder, shipped_root
from wizard.catalog.keys import TABLE_FORMAT, TABLE_MOVED, known
from wizard.catalog.model import Catalog, Component, Parameter, Pattern
from wizard.catalog.parameters import RESERVED, check_references, read_value
from wizard.catalog.table import TableReader, good_id, paragraphs
from wizard.catalog.yaml_source import Source, is_null
from wizard.decision.model import Decision, Setting
from wizard.errors import CatalogError, Fault
from wizard.text import did_you_mean, shown

_DOCUMENT = known("document")
_PATTERN = known("pattern")
ONLY = "default"
"""The implementation id of a pattern with a plain `folder`."""


def load_catalog(root: Path | None = None) -> Catalog:
    """The catalogue in ``root`` (``None``: the shipped one). Raises ``CatalogError`` with every fault found."""
    faults: list[Fault] = []
    folder = Folder(root or shipped_root(), str(root) if root else "", faults)
    catalog = _read(folder)
    if faults or catalog is None:
        raise _error(faults)
    return catalog


def _error(faults: list[Fault]) -> CatalogError:
    ordered = tuple(sorted(dict.fromkeys(faults), key=lambda fault: (fault.code not in WHOLE_FILE, fault.position)))
    more = f" (and {len(ordered) - 1} more)" if len(ordered) > 1 else ""
    first = ordered[0]
    return CatalogError(f"{first.position}: {first.message}{more}", hint=first.hint, faults=ordered)


def _read(folder: Folder) -> Catalog | None:
    opened = open_record(folder, TABLE, _DOCUMENT, TABLE_FORMAT, TABLE_MOVED)
    if opened is None:
        return None
    source, _, sections = opened
    places = source.entries(sections["patterns"], "`patterns`") if "patterns" in sections else {}
    patterns = {name: _pattern(source, name, key, node) for name, (key, node) in places.items()}
    images = read_images(folder)
    features = read_features(folder)
    reader = ComponentReader(folder, patterns, images, read_groups(folder))
    components = _components(source, reader, patterns, places)
    settings = _Settings(components)
    positions = {name: pattern.position for name, pattern in patterns.items()}
    table = TableReader(source, positions, settings.read)
    decision = read_examples(folder, table.read(sections), positions, settings.read)
    check_references({p.position: p for c in components.values() for p in c.parameters}.values(), folder.faults)
    _check_bands(folder, features, decision)
    clues = read_clues(folder, decision, patterns, components)
    return Catalog(
        root=folder.root,
        decision=decision,
        patterns=patterns,
        components=components,
        images=images,
        features=features.features,
        digest=folder.digest(),
        minors=features.minors,
        default_minor=features.default,
        bands={name: first for name, (first, _) in features.bands.items()},
        clues=clues,
    )


# --- patterns ------------------------------------------------------------------------------------


def _pattern(source: Source, name: str, key: Node, node: Node) -> Pattern:
    what = f"pattern '{name}'"
    if not good_id(name, dots=True) or name == "app":
        hint = "letters, digits and `-`, with one dot between family and name"
        source.fault("bad-id", f"a pattern cannot be called '{shown(name)}'", key, hint)
    fields = source.fields(node, _PATTERN, what)
    if "folder" in fields and "implementations" in fields:
        source.fault("bad-value", f"{what} has both a folder and implementations", fields["folder"], "keep one")
    texts = {
        word: paragraphs(source.text(fields[word], f"`{word}` of {what}"))
        for word in ("title", "short", "gives", "costs", "use_when", "avoid_when")
        if word in fields
    }
    return Pattern(
        id=name,
        title=texts.get("title", ""),
        gives=texts.get("gives", ""),
        costs=texts.get("costs", ""),
        use_when=texts.get("use_when", ""),
        avoid_when=texts.get("avoid_when", ""),
        position=source.at(key),
        implementations=tuple((one, source.text(at, what)) for one, at in _folders(source, fields, what)),
        short=texts.get("short", ""),
    )


def _folders(source: Source, fields: Mapping[str, Node], what: str) -> list[tuple[str, Node]]:
    if "folder" in fields:
        return [(ONLY, fields["folder"])]
    if "implementations" not in fields:
        return []
    entries = source.entries(fields["implementations"], f"`implementations` of {what}")
    if isinstance(fields["implementations"], MappingNode) and not entries:
        source.fault(
            "bad-value", f"{what} has no implementation", fields["implementations"], "name one, or leave it out"
        )
    return [(name, node) for name, (_, node) in entries.items()]


def _components(
    source: Source, reader: ComponentReader, patterns: Mapping[str, Pattern], places: Mapping[str, tuple[Node, Node]]
) -> dict[tuple[str, str], Component]:
    found: dict[tuple[str, str], Component] = {}
    for name, pattern in patterns.items():
        for implementation, path in pattern.implementations:
            if not _usable(source, reader, name, path, places[name][0]):
                continue
            component = reader.read(name, path)
            if component is not None:
                found[name, implementation] = component
    return {(name, one): _with_choice(patterns[name], component, found) for (name, one), component in found.items()}


def _usable(source: Source, reader: ComponentReader, name: str, path: str, key: Node) -> bool:
    if TEMPLATES not in reader.folder.folders:
        if not any(fault.code in ("missing-templates", "outside-catalog") for fault in reader.folder.faults):
            reader.folder.fault("missing-templates", TEMPLATES, "the folder is missing", "patterns name folders in it")
        return False
    parts = path.split("/")
    if not path or path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in parts):
        hint = "a path below templates/, without `..`"
        source.fault("outside-catalog", f"pattern '{name}' names the folder '{shown(path)}'", key, hint)
        return False
    if f"{TEMPLATES}/{path}" in reader.folder.folders:
        return True
    near = did_you_mean(f"{TEMPLATES}/{path}", reader.folder.folders)
    message = f"pattern '{name}' names the folder 'templates/{shown(path, 80)}', and there is none"
    source.fault("missing-folder", message, key, near)
    return False


def _with_choice(pattern: Pattern, component: Component, found: Mapping[tuple[str, str], Component]) -> Component:
    """The component with the parameter that chooses between the pattern's implementations, where it has several."""
    if len(pattern.implementations) < 2:
        return component
    readable = [one for one, _ in pattern.implementations if (pattern.id, one) in found]
    choice = Parameter(
        component=component.id,
        name=RESERVED,
        type="choice",
        kind="choice",
        ask=f"{pattern.title}: which of these is it?",
        position=pattern.position,
        default=pattern.implementations[0][0],
        options=tuple((one, _form_of(pattern, found[pattern.id, one])) for one in readable),
    )
    return replace(component, parameters=(choice, *component.parameters))


def _form_of(pattern: Pattern, component: Component) -> str:
    own = component.title == pattern.title
    return f"{component.title} for a program of your own" if own else component.title


# --- across files --------------------------------------------------------------------------------


class _Settings:
    """The parameters that `set` rules may write, as the workloads declare them."""

    def __init__(self, components: Mapping[tuple[str, str], Component]) -> None:
        self.declared: dict[str, list[Parameter]] = {}
        for component in components.values():
            for parameter in component.parameters:
                if parameter.decided and parameter.component == "app" and not parameter.derived_from:
                    self.declared.setdefault(parameter.name, []).append(parameter)

    def read(self, source: Source, name: str, key: Node, node: Node) -> Setting:
        """A setting's value by the declared type; it must be valid for one of the workloads at least."""
        if name not in self.declared:
            if not self.declared and source.faults:  # no workload could be read, and that is told already
                return None
            hint = did_you_mean(name, self.declared) or "a workload must declare it with `decided: true`"
            source.fault("unknown-setting", f"no workload declares the setting '{shown(name)}'", key, hint)
            return None
        if is_null(node):
            return None
        attempts = [_attempt(source, parameter, node, name) for parameter in self.declared[name]]
        value, faults = next((one for one in attempts if not one[1]), attempts[0])
        source.faults.extend(faults)
        return value


def _attempt(source: Source, parameter: Parameter, node: Node, name: str) -> tuple[Setting, list[Fault]]:
    trial = Source(source.file, [])
    value = read_value(trial, parameter, node, f"setting '{name}'")
    return (value if not isinstance(value, tuple) else None), trial.faults


def _check_bands(folder: Folder, features: Features, decision: Decision) -> None:
    """Each version band stands for an option of the question `version`."""
    question = decision.questions.get("version")
    known_options = [option.id for option in question.options] if question else []
    source = Source(folder.name(f"{TEMPLATES}/features.yaml"), folder.faults)
    for name, (_, key) in features.bands.items():
        if name not in known_options:
            hint = did_you_mean(name, known_options)
            source.fault("unknown-option", f"question 'version' has no option '{shown(name)}'", key, hint)
