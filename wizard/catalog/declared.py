"""The reader of a component's declarations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from wizard.catalog.declarations import (
    Connection,
    Declaration,
    Declarations,
    Listener,
    Local,
    Presence,
    Provided,
    Scrape,
    every,
    gaps_in,
    numbers_in,
    values_in,
)
from wizard.catalog.globs import matches_any
from wizard.catalog.model import Component
from wizard.catalog.record_reader import RecordReader
from wizard.catalog.when import IsScraped, Known, atoms, name_faults, read_when
from wizard.errors import Fault
from wizard.kube.pods import CONTAINER_FIELDS, POD_FIELDS
from wizard.text import did_you_mean, shown

if TYPE_CHECKING:
    from yaml.nodes import Node

    from wizard.catalog.yaml_source import Source

_FIELDS = (*CONTAINER_FIELDS, *POD_FIELDS)


def read_declarations(source: Source, fields: Mapping[str, Node], component: str, what: str) -> Declarations:
    """Read the declarations of a ``component.yaml``; what cannot be read is reported and left out."""
    lists = {key: node for key, node in fields.items() if key in Declarations._fields}
    found = Declarations(**RecordReader(source, component).values("component", lists, what))
    if (node := fields.get("when")) is None:
        return found
    return found._replace(present=(Presence(read_when(source, node, component, f"`when` of {what}"), source.at(node)),))


def declaration_faults(component: Component, known: Known) -> Iterator[Fault]:
    """Report parameters, patterns and features that a declaration names but the catalogue does not have."""
    yield from _scrape_faults(component)
    for key, one in every(component.declares):
        where = f"`{key}` of component '{component.folder}'"
        for text in _unknown(component, one, known):
            hint = did_you_mean(text, known.values)
            yield Fault("unknown-parameter", f"{where} names unknown '{shown(text)}'", one.position, hint)
        for text in numbers_in(one):
            if text and not text.isdecimal() and text not in known.values and not text.startswith("item."):
                hint = did_you_mean(text, known.values) or "a number, or a parameter such as own.port"
                yield Fault("bad-value", f"{where} cannot be '{shown(text)}'", one.position, hint)
        for position, message, hint in name_faults(one.when, known):
            yield Fault("unknown-name", f"{where}: {message}", position, hint)
    yield from _pod_faults(component, known)


def _unknown(component: Component, one: Declaration, known: Known) -> Iterator[str]:
    """Yield the parameters and record fields that a declaration names but nothing declares."""
    heads = (component.id, "app")
    for text in (*values_in(one), *gaps_in(component.id, one)):
        if text not in known.values and text.rpartition(".")[0] in heads:
            yield text
    if isinstance(one, Provided) and one.key not in known.values and one.key.rpartition(".")[0] not in heads:
        yield one.key
    if isinstance(one, Listener | Scrape | Connection | Local):
        names = {f"item.{field}" for field in known.fields.get(one.each, ())}
        yield from (text for text in values_in(one) if text.startswith("item.") and text not in names)


def _scrape_faults(component: Component) -> Iterator[Fault]:
    """Report metrics endpoints on a port that has no listener open to the monitoring."""
    listens = component.declares.listens
    open_ports = {(one.each, one.items, one.port) for one in listens if "monitoring" in one.to}
    for one in component.declares.scrape:
        where = f"`scrape` of component '{component.folder}'"
        if (one.each, one.items, one.port) not in open_ports:
            hint = "name the port in `listens`, too, with `monitoring` in `to`"
            yield Fault("unheard-scrape", f"{where}: port {one.port} has no listener", one.position, hint)
        if any(isinstance(atom, IsScraped) for atom in atoms(one.when)):
            hint = "remove `scraped` from its `when`"
            yield Fault("cycle", f"{where} cannot depend on how many pages there are", one.position, hint)


def _pod_faults(component: Component, known: Known) -> Iterator[Fault]:
    where = f"component '{component.folder}'"
    for pod in component.declares.pods:
        position = pod.position
        if pod.file not in component.objects:
            hint = did_you_mean(pod.file, component.objects) or "name a file in objects/"
            yield Fault("missing-file", f"{where} has no '{shown(pod.file)}' for its pod", position, hint)
        for glob in pod.without:
            if not matches_any(glob, known.patterns):
                hint = did_you_mean(glob, known.patterns)
                message = f"{where} leaves out '{shown(glob)}', but no pattern matches it"
                yield Fault("unknown-pattern", message, position, hint)
        for name in pod.drop:
            if "/" not in name and not matches_any(name, _FIELDS):
                hint = did_you_mean(name, _FIELDS) or "a field of a container or of a pod, or the key of an annotation"
                yield Fault("unknown-field", f"{where} drops '{shown(name)}', which is not a field", position, hint)
