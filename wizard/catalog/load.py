"""The loader of a catalogue: the decision table, and everything in templates/ that its patterns name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from yaml.nodes import Node

from wizard.catalog.answer_names import answer_names, check_former
from wizard.catalog.components import ComponentReader, Features, open_record, read_features, read_groups, read_images
from wizard.catalog.declared import declaration_faults
from wizard.catalog.discovery import read_clues
from wizard.catalog.examples import read_examples
from wizard.catalog.folder import TABLE, TEMPLATES, WHOLE_FILE, Folder, shipped_root
from wizard.catalog.keys import TABLE_FORMAT, TABLE_MOVED
from wizard.catalog.model import Catalog, Component, Parameter, Pattern
from wizard.catalog.parameters import RESERVED, check_references, read_value
from wizard.catalog.patterns import PatternReader
from wizard.catalog.references import read_references
from wizard.catalog.table import TableReader
from wizard.catalog.typed import ValueProblem
from wizard.catalog.types.registry import TYPES
from wizard.catalog.values import format_value, parse_value
from wizard.catalog.when import FIRST, Known, parameters_of
from wizard.catalog.yaml_source import Source
from wizard.decision.model import Decision, Setting
from wizard.errors import CatalogError, Fault
from wizard.text import did_you_mean, shown
from wizard.yamlio.nodes import is_null


def load_catalog(root: Path | None = None) -> Catalog:
    """Load the catalogue in ``root``, or the shipped one.

    Raises:
        CatalogError: the catalogue has faults; the error holds all of them.
    """
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
    sections = open_record(folder, TABLE, "document", TABLE_FORMAT, TABLE_MOVED)
    if not sections:
        return None
    source, places = sections.source, sections.entries("patterns")
    patterns = PatternReader(source, sections.get("families")).read(places)
    images = read_images(folder)
    features = read_features(folder)
    reader = ComponentReader(folder, patterns, images, read_groups(folder))
    components = _components(source, reader, patterns, places)
    settings = _Settings(components)
    positions = {name: pattern.position for name, pattern in patterns.items()}
    choices = {name: pattern.choices for name, pattern in patterns.items()}
    table = TableReader(source, positions, settings.read, choices)
    decision = read_examples(folder, table.read(sections), positions, settings.read)
    everyone = [parameter for component in components.values() for parameter in component.parameters]
    scrapes = [one for component in components.values() for one in component.declares.scrape]
    scraped = {key for one in scrapes for key in (*parameters_of(one.when), one.each) if key}
    fields = {p.key: frozenset(field.name for field in p.fields) for p in everyone if p.fields}
    known = Known(_values(everyone), tuple(patterns), tuple(features.features), tuple(sorted(scraped)), fields)
    for component in components.values():
        folder.faults.extend(declaration_faults(component, known))
    check_references({p.position: p for p in everyone}.values(), known, folder.faults)
    check_former(decision, patterns, components, folder.faults)
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
        names=answer_names(decision, patterns, components.values()),
        provided={
            at: tuple(one.key for one in c.declares.provides) for at, c in components.items() if c.declares.provides
        },
        references=read_references(folder, known),
        set_fields={one.setting: one for one in everyone if one.sets},
    )


def _values(parameters: Iterable[Parameter]) -> dict[str, Callable[[str, str], str]]:
    """Return a function per key that describes an invalid value; several parameters may have the same key."""
    by_key: dict[str, list[Parameter]] = {}
    for parameter in parameters:
        by_key.setdefault(parameter.key, []).append(parameter)
    return {key: partial(_value_problem, tuple(found)) for key, found in by_key.items()}


def _value_problem(parameters: tuple[Parameter, ...], field: str, value: str) -> str:
    problems, name = [], field.removeprefix(FIRST)
    for parameter in parameters:
        one = next((item for item in parameter.fields if item.name == name), None) if field else parameter
        if one is None:
            problems.append(f"a {parameter.type.name} has no field '{shown(field)}'")
            continue
        try:
            parse_value(one, value)
        except ValueProblem as problem:
            problems.append(problem.message)
        else:
            return ""
    return problems[0]


# --- components ---------------------------------------------------------------------------------


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
    message = f"pattern '{name}' names the folder 'templates/{shown(path, 80)}', which does not exist"
    source.fault("missing-folder", message, key, near)
    return False


def _with_choice(pattern: Pattern, component: Component, found: Mapping[tuple[str, str], Component]) -> Component:
    """Return the component with a parameter that chooses its implementation, if the pattern has several."""
    if len(pattern.implementations) < 2:
        return component
    readable = [one for one, _ in pattern.implementations if (pattern.id, one) in found]
    choice = Parameter(
        component=component.id,
        name=RESERVED,
        type=TYPES["choice"],
        kind="choice",
        ask=f"{pattern.title}: which of these is it?",
        position=pattern.position,
        default=pattern.implementations[0][0],
        options=tuple((one, _form_of(pattern, found[pattern.id, one])) for one in readable),
    )
    return component._replace(parameters=(choice, *component.parameters))


def _form_of(pattern: Pattern, component: Component) -> str:
    own = component.title == pattern.title
    return f"{component.title} for your own program" if own else component.title


# --- across files --------------------------------------------------------------------------------


class _Settings:
    """The parameters that `set` rules may write, as the components declare them."""

    def __init__(self, components: Mapping[tuple[str, str], Component]) -> None:
        self.decided: dict[str, list[Parameter]] = {}
        self.given: dict[str, list[Parameter]] = {}
        """The parameters that the user may change, so that a rule can only write their defaults."""
        for component in components.values():
            for parameter in component.parameters:
                if not parameter.decided and parameter.name != RESERVED:
                    self.given.setdefault(parameter.setting, []).append(parameter)
                elif parameter.decided and not parameter.derived_from:
                    self.decided.setdefault(parameter.setting, []).append(parameter)

    def read(self, source: Source, name: str, key: Node, node: Node, *, default: bool | None) -> Setting:
        """Read a setting's value by its declared type; it must be valid for at least one of the components."""
        declared = self._declared(name, default=default)
        if not declared:
            if not (self.decided or self.given) and source.faults:  # the unreadable components are reported
                return None
            source.fault("unknown-setting", *self._unknown(name, default=bool(default), node=key))
            return None
        if is_null(node):
            return None
        attempts = [_attempt(source, parameter, node, name) for parameter in declared]
        value, faults = next((one for one in attempts if not one[1]), attempts[0])
        source.faults.extend(faults)
        return value

    def _declared(self, name: str, *, default: bool | None) -> list[Parameter]:
        decided, given = self.decided.get(name, []), self.given.get(name, [])
        return [*decided, *given] if default is None else given if default else decided

    def _unknown(self, name: str, *, default: bool, node: Node) -> tuple[str, Node, str]:
        """Return the reason why a rule cannot write a parameter, its place, and a hint."""
        if name in self.decided:
            return f"'{shown(name)}' is decided by the table, so it has no default", node, "leave `default` out"
        if name in self.given:
            hint = "add `default: true` to the rule, or `decided: true` to the parameter"
            return f"'{shown(name)}' is not decided by the table: the user may change it", node, hint
        if name.rpartition(".")[2] == RESERVED:
            message = f"'{shown(name)}' is not a setting"
            return message, node, "write `implementation` in the rule that uses the pattern"
        if name.startswith("app."):
            return f"'{shown(name)}' is not a setting", node, "write a parameter of the workload without a prefix"
        hint = did_you_mean(name, self.given if default else self.decided)
        where = "component" if "." in name else "workload"
        message = f"no {where} declares the setting '{shown(name)}'"
        return message, node, hint or f"a {where} must declare it{'' if default else ' with `decided: true`'}"


def _attempt(source: Source, parameter: Parameter, node: Node, name: str) -> tuple[Setting, list[Fault]]:
    trial = Source(source.file, [])
    value = read_value(trial, parameter, node, f"setting '{name}'")
    # A list is kept as text, so that settings are plain values that can be compared and stored.
    return (format_value(parameter, value) if isinstance(value, tuple) else value), trial.faults


def _check_bands(folder: Folder, features: Features, decision: Decision) -> None:
    """Check that each version band is named after an option of the question `version`."""
    question = decision.questions.get("version")
    known_options = [option.id for option in question.options] if question else []
    source = Source(folder.name(f"{TEMPLATES}/features.yaml"), folder.faults)
    for name, (_, key) in features.bands.items():
        if name not in known_options:
            hint = did_you_mean(name, known_options)
            source.fault("unknown-option", f"question 'version' has no option '{shown(name)}'", key, hint)
