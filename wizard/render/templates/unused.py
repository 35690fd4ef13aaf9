"""Checks for declarations of a catalogue that nothing reads: parameters, images, features."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wizard.catalog.declarations import every, gaps_in, named_in, values_in
from wizard.catalog.model import Catalog, Component, Parameter
from wizard.catalog.parameters import conditions
from wizard.catalog.when import HasFeature, When, atoms, parameters_of
from wizard.errors import Fault
from wizard.render.templates.facts import Facts

_ENGINE_USES = ("name", "namespace", "implementation")


@dataclass
class Uses:
    """Everything that the templates use."""

    parameters: set[tuple[str, str]] = field(default_factory=set)
    """(component id, name)."""
    leaves: set[tuple[str, str]] = field(default_factory=set)
    """Those of ``parameters`` that a manifest or a file of a ConfigMap reads, not only the notes."""
    times: set[str] = field(default_factory=set)
    """The times that a manifest adds up: ``start``, ``stop``, ``before``."""
    scrapes: bool = False
    """True if a manifest uses the declared pages with metrics."""
    images: dict[str, set[str]] = field(default_factory=dict)
    """Component folder -> image ids."""
    features: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    """Folders of components with an unreadable template, so that their unused declarations are unknown."""

    def in_manifests(self, component: Component, facts: Facts) -> None:
        """Record the parameters and declarations that a template of a manifest reads."""
        self.leaves |= {(component.id if scope == "own" else "app", name) for scope, name, _ in facts.parameters}
        self.times |= {word for word, _ in facts.seconds}
        self.scrapes |= facts.scrapes


def unused_parameters(components: Iterable[Component], uses: Uses) -> Iterator[Fault]:
    """Yield a fault for each parameter that has no effect; one of a shared group is used if any component uses it."""
    everyone = [(c, p) for c in components for p in c.parameters]
    used = {p.position for c, p in everyone if (c.id, p.name) in uses.parameters or p.name in _ENGINE_USES}
    read = {p.derived_from for _, p in everyone}
    read |= {key for component in components for key in named_in(component.id, component.declares)}
    read |= {key for _, p in everyone for when in _whens(p) for key in parameters_of(when)}
    read |= {key for _, p in everyone for one in p.sums for key in one.of}
    for component, parameter in everyone:
        if component.folder not in uses.unread and parameter.position not in used and parameter.key not in read:
            message = f"no template uses the parameter {parameter.key}"
            yield Fault("unused-parameter", message, parameter.position, "use it or remove it")
    yield from _without_leaf(components, uses)


def _without_leaf(components: Iterable[Component], uses: Uses) -> Iterator[Fault]:
    """Yield a fault for each parameter with a ``must`` and no leaf: no manifest would keep what it promises."""
    everyone = [(c, p) for c in components for p in c.parameters]
    timed = {getattr(one, word) for component in components for one in component.declares.times for word in uses.times}
    scraped = {key for c in components for one in c.declares.scrape for key in (*values_in(one), *gaps_in(c.id, one))}
    written = timed | scraped if uses.scrapes else timed
    found = {p.position for c, p in everyone if (c.id, p.name) in uses.leaves or p.key in written}
    for component, parameter in everyone:
        if parameter.must is not None and component.folder not in uses.unread and parameter.position not in found:
            message = f"{parameter.key} is a line of the contract, but no manifest has its value"
            yield Fault("must-without-leaf", message, parameter.position, "use it in a manifest, or remove its `must`")


def unused_entries(catalog: Catalog, uses: Uses) -> Iterator[Fault]:
    """Yield a fault for each image and feature that no template and no condition uses."""
    images = set().union(*uses.images.values())
    for image in catalog.images.values():
        if image.id not in images:
            yield Fault("unused-image", f'no template uses the image "{image.id}"', image.position)
    whens = (when for component in catalog.components.values() for when in all_whens(component))
    asked = (atom for when in whens for atom in atoms(when))
    used = {*uses.features, *(atom.feature for atom in asked if isinstance(atom, HasFeature))}
    for feature in catalog.features.values():
        if feature.id not in used:
            yield Fault("unused-feature", f'no template uses the feature "{feature.id}"', feature.position)


def _whens(parameter: Parameter) -> Iterator[When]:
    yield from conditions(parameter)
    yield from (one.when for one in parameter.sums)
    if parameter.must is not None:
        yield from (parameter.must.when, parameter.must.first)


def all_whens(component: Component) -> Iterator[When]:
    """Yield every condition of a component: those of its parameters and those of its declarations."""
    yield from (when for parameter in component.parameters for when in _whens(parameter))
    yield from (one.when for _, one in every(component.declares))
