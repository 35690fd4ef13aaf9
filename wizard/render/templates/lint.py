"""Checks of a catalogue's templates that need no rendering."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.catalog.globs import matches_any
from wizard.catalog.model import IN_POD, Catalog, Component, Parameter
from wizard.errors import Fault, Position, RenderError
from wizard.render.templates.environment import Templates, readied
from wizard.render.templates.escaping import format_of, knows
from wizard.render.templates.facts import Facts, read_template
from wizard.render.templates.places import files_of, label_of
from wizard.render.templates.unused import Uses, unused_entries, unused_parameters
from wizard.text import did_you_mean, shown

if TYPE_CHECKING:
    from wizard.render.templates.bounds import TemplateWatch

_CONTEXT = frozenset(
    {"own", "app", "config_name", "image", "uid", "gid", "feature", "has", "digest", "dict", "seconds", "pull_seconds"}
    | {"scrapes", "peers", "destinations", "privileged", "slug", "pod_digest", "inits"}
)
_BUNDLE_FILES = ("shared/README.md", "shared/kustomization.yaml")
_DATA_FILES = (
    "images.yaml",
    "features.yaml",
    "discovery.yaml",
    "examples.yaml",
    "references.yaml",
    "shared/parameters.yaml",
)
_LESSONS = "lessons/"
"""Files checked by ``catalog/lessons.py``."""
_BASES = ("workload", "operator")
_UNREADABLE = ("template-syntax", "template-limit")


def lint_templates(
    catalog: Catalog, *, watch: TemplateWatch | None = None, skip: Collection[str] = frozenset()
) -> tuple[Fault, ...]:
    """Return every fault of the templates, in file order. Files in ``skip`` are not opened."""
    if not catalog.components:
        return ()
    lint = _Lint(catalog, watch, skip)
    for component in lint.components:
        for path in files_of(component):
            lint.template(component, path)
        lint.parts_of(component)
        lint.images_of(component)
    lint.needs()
    for path in _BUNDLE_FILES:
        lint.bundle_file(path)
    lint.comparisons()
    lint.faults += unused_parameters(lint.components, lint.uses)
    if not lint.uses.unread:
        lint.faults += unused_entries(catalog, lint.uses)
    lint.unused_files()
    return tuple(sorted(set(lint.faults), key=lambda fault: (fault.position, fault.message)))


@dataclass
class _Lint:
    catalog: Catalog
    watch: TemplateWatch | None = None
    skip: Collection[str] = frozenset()
    faults: list[Fault] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    """The files that a component uses."""
    uses: Uses = field(default_factory=Uses)
    compared: dict[tuple[str, str, str, object, int], dict[str, None]] = field(default_factory=dict)
    """(file, scope, parameter, constant, line) -> the options of that choice, in all components that use the file."""
    known: dict[str, Facts | None] = field(default_factory=dict)
    """The facts read so far: shared files are included often."""

    @cached_property
    def folder(self) -> Path:
        return self.catalog.root / "templates"

    @cached_property
    def templates(self) -> Templates:
        return Templates(self.folder, watch=self.watch)

    @cached_property
    def components(self) -> tuple[Component, ...]:
        return tuple({c.folder: c for c in self.catalog.components.values()}.values())

    @cached_property
    def app(self) -> Mapping[str, Parameter]:
        """The parameters that any workload declares; one that is a ``value`` in any of them counts as a ``value``."""
        found: dict[str, Parameter] = {}
        for component in self.workloads:
            for parameter in component.parameters:
                if parameter.name not in found or found[parameter.name].kind != "value":
                    found[parameter.name] = parameter
        return found

    @cached_property
    def workloads(self) -> tuple[Component, ...]:
        return tuple(component for component in self.components if component.role in _BASES)

    def fault(self, code: str, message: str, path: str, line: int = 0, hint: str = "", column: int = 0) -> None:
        self.faults.append(
            Fault(code, message, Position(f"{label_of(self.catalog)}templates/{path}", line, column), hint)
        )

    # --- one template ----------------------------------------------------------------------------

    def template(self, component: Component, path: str, trail: tuple[str, ...] = ()) -> None:
        """Check one file as ``component`` uses it, and its includes; ``trail`` are the files that include it."""
        self.read.add(path)
        if path not in self.known:
            staged = any(path == f"{component.folder}/{pod.stages}" for pod in component.declares.pods)
            self.known[path] = self.facts(path, _CONTEXT | {"stage"} if staged else _CONTEXT)
        facts = self.known[path]
        if facts is None or any(code in _UNREADABLE for code, _, _ in facts.problems):
            self.uses.unread.add(component.folder)
        if facts is None:
            return
        if path.startswith(f"{component.folder}/config/") and not knows(format_of(path)):
            self.fault("template-format", "files of this kind have no escaping", path, hint="use another extension")
        for code, message, line in facts.problems:
            self.fault(code, message, path, line)
        self._parameters(component, path, facts)
        if not (trail or (path,))[0].endswith(component.notes or "/"):
            self.uses.in_manifests(component, facts)
        self._ids(component, path, facts)
        self._pods(component, path, facts)
        for included, line in facts.includes:
            if not self.templates.loader.holds(included):
                self.fault("missing-template", f"includes {included}, which does not exist", path, line)
            elif included in (*trail, path):
                self.fault("template-circle", f"includes {included}, which includes this file", path, line)
            else:
                self.template(component, included, (*trail, path))

    def facts(self, path: str, known: frozenset[str]) -> Facts | None:
        fmt = format_of(path)
        env = self.templates.environment(fmt)
        file = self.folder / path
        if not file.is_file():
            self.fault("missing-template", "the file is not there", path)
            return None
        if path in self.skip:
            return None
        if self.watch:
            self.watch.at(path)
        try:
            text = readied(self.templates.loader.read(file), path)
        except RenderError as error:
            self.fault("template-unreadable", error.message.partition(": ")[2], path, hint=error.hint)
            return None
        return read_template(env, text, fmt, known)

    def _parameters(self, component: Component, path: str, facts: Facts) -> None:
        own = {p.name: p for p in component.parameters}
        is_base = component.role in _BASES
        for scope, name, line in facts.parameters:
            declared: Mapping[str, Parameter] = own if scope == "own" or is_base else self.app
            self.uses.parameters.add((component.id if scope == "own" else "app", name))
            if name not in declared:
                who = f"{component.folder} declares no" if declared is own else "no workload declares a"
                message = f'{who} parameter "{name}"'
                self.fault("undeclared-parameter", message, path, line, did_you_mean(name, declared))
        for scope, name, line in facts.decides:
            found = (own if scope == "own" or is_base else self.app).get(name)
            if found is not None and found.kind == "value" and not found.type.loops:
                message = f"{scope}.{name} is a value, and values must not decide what is written"
                self.fault("value-decides", message, path, line, "make it a choice, or remove the condition")
        for scope, name, constant, line in facts.compares:
            ours = [component] if scope == "own" or is_base else self.workloads
            choices = [p for one in ours for p in one.parameters if p.name == name and p.options]
            if choices:
                options = self.compared.setdefault((path, scope, name, constant, line), {})
                options.update((option, None) for choice in choices for option, _ in choice.options)

    def _ids(self, component: Component, path: str, facts: Facts) -> None:
        for image, line in facts.images:
            self.uses.images.setdefault(component.folder, set()).add(image)
            if image not in self.catalog.images:
                message = f'images.yaml has no "{image}"'
                self.fault("unknown-image", message, path, line, did_you_mean(image, self.catalog.images))
            elif image not in component.images:
                message = f'{component.folder}/component.yaml does not list image "{image}"'
                self.fault("undeclared-image", message, path, line)
        for feature, line in facts.features:
            self.uses.features.add(feature)
            if feature not in self.catalog.features:
                message = f'features.yaml has no "{feature}"'
                self.fault("unknown-feature", message, path, line, did_you_mean(feature, self.catalog.features))
        for pattern, line in facts.patterns:
            if not matches_any(pattern, self.catalog.patterns):
                hint = did_you_mean(pattern, self.catalog.patterns)
                self.fault("unknown-pattern", f'no pattern "{pattern}"', path, line, hint)

    def _pods(self, component: Component, path: str, facts: Facts) -> None:
        owners = [c.id for c in self.components if c.declares.pods or c.workload] if facts.pods else []
        for owner, line in facts.pods:
            if owner not in owners:
                self.fault("unknown-pod", f'no component "{owner}" has a pod', path, line, did_you_mean(owner, owners))
            elif path.startswith(f"{component.folder}/config/"):
                self.fault("template-place", "pod_digest() is not known yet in a config file", path, line)

    # --- across templates ------------------------------------------------------------------------

    def comparisons(self) -> None:
        """Report comparisons of a choice with a constant that is not one of its options in any component."""
        for (path, scope, name, constant, line), options in self.compared.items():
            if constant not in options:
                hint = did_you_mean(str(constant), options) or f"one of: {', '.join(options)}"
                message = f"{scope}.{name} is compared with {shown(repr(constant))}, which is not one of its options"
                column = self._column(path, line, str(constant))
                self.fault("unknown-option", message, path, line, hint, column)

    def _column(self, path: str, line: int, word: str) -> int:
        """Return the column of a word in a file, counted from 1, since Jinja only has lines; 0 if it is not found."""
        lines = self.templates.loader.read(self.folder / path).split("\n")
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        found = re.search(rf"""(?<![\w-])["']?{re.escape(word)}(?![\w-])""", text)
        return found.start() + 1 if found else 0

    def images_of(self, component: Component) -> None:
        """Report images that a component lists but does not use."""
        if component.folder in self.uses.unread:
            return
        for image in component.images:
            if image not in self.uses.images.get(component.folder, ()):
                message = f'lists image "{image}" and does not use it'
                self.fault("unused-image", message, f"{component.folder}/component.yaml")

    def parts_of(self, component: Component) -> None:
        """Check that a component needs only known patterns, and that one of the pod has a ``pod.yaml``."""
        for need in component.needs:
            if not matches_any(need, self.catalog.patterns):
                message = f'needs "{need}", which is not a pattern'
                self.fault("unknown-pattern", message, f"{component.folder}/component.yaml")
        elsewhere = component.declares.provides or component.objects
        if component.role in IN_POD and not component.pod and not elsewhere:
            hint = "it contains what the component adds to the pod"
            self.uses.unread.add(component.folder)
            message = f"a component of the role {component.role} has no pod.yaml"
            self.fault("missing-template", message, f"{component.folder}/component.yaml", hint=hint)

    def needs(self) -> None:
        """Report components that depend on each other in a cycle, which cannot be put in start order."""
        after = {
            c.id: [o for o in self.components if o.id != c.id and any(matches_any(need, (o.id,)) for need in c.needs)]
            for c in self.components
        }
        reported: set[frozenset[str]] = set()
        for component in self.components:
            circle = _way_back(component, after)
            if circle and frozenset(circle) not in reported:
                reported.add(frozenset(circle))
                message = f"these need each other in a circle: {' → '.join((*circle, circle[0]))}"
                self.faults.append(Fault("needs-circle", message, component.position, "remove one of their `needs`"))

    def bundle_file(self, path: str) -> None:
        """Check the README or the kustomization, which have their own context."""
        self.read.add(path)
        facts = self.facts(path, frozenset())
        for code, message, line in facts.problems if facts else ():
            if code != "undefined-variable":
                self.fault(code, message, path, line)

    def unused_files(self) -> None:
        """Report files below ``templates/`` that nothing reads."""
        known = {*self.read, *_DATA_FILES, *(f"{c.folder}/component.yaml" for c in self.components)}
        hint = "a component's folder contains only files that it uses"
        for file in self.folder.rglob("*"):
            path = file.relative_to(self.folder).as_posix()
            if path not in known and not path.startswith(_LESSONS) and file.is_file() and not file.name.startswith("."):
                self.fault("unused-file", "nothing uses this file", path, hint=hint)


def _way_back(start: Component, after: Mapping[str, list[Component]]) -> tuple[str, ...]:
    """Return the shortest cycle of needs that starts at a component; empty if there is none."""
    ways: list[tuple[str, ...]] = [(start.id,)]
    seen: set[str] = set()
    for way in ways:
        for other in after[way[-1]]:
            if other.id == start.id:
                return way
            if other.id not in seen:
                seen.add(other.id)
                ways.append((*way, other.id))
    return ()
