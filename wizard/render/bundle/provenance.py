"""Provenance: the parameters that each line depends on, found by rendering every fragment again with sentinel values.

A sentinel is a value that no other parameter has. If a fragment with the sentinel of ``app.port`` renders another
``containerPort`` than before, then this leaf depends on ``app.port``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from wizard.catalog.model import Catalog, Component, Parameter, Value
from wizard.errors import RenderError
from wizard.kube.objects import ObjectRef
from wizard.render.bundle.render import manifest_files
from wizard.render.compose.compose import compose
from wizard.render.compose.parse import FragmentError, parse
from wizard.render.compose.tree import Map, Node, Scalar, Seq, plain
from wizard.render.compose.workshop import RenderedText, Workshop
from wizard.render.model import Bundle, Origin, RenderRequest

_SEPARATORS = re.compile(r"[.\[\]\"']+")


def with_parameters(catalog: Catalog, request: RenderRequest, bundle: Bundle) -> Bundle:
    """Return the bundle with ``Origin.parameters`` filled in on lines and paths; takes about as long as another render.

    Raises:
        RenderError: as ``render`` does.
    """
    shop = _Tracer(catalog, request)
    traced = {(file.path, file.text): file for file in manifest_files(shop, compose(shop))}
    return bundle._replace(files=tuple(traced.get((file.path, file.text), file) for file in bundle.files))


def origin_in(bundle: Bundle, ref: ObjectRef, path: str) -> Origin | None:
    """Return the origin of a field; a missing field has its nearest parent's contributor.

    ``bundle`` comes from ``with_parameters``, so that the parameters behind the field are known. ``None`` if the
    bundle does not have the object.
    """
    file = next((file for file in bundle.manifests if file.ref == ref), None)
    if file is None:
        return None
    known = {_steps(known_path): origin for known_path, origin in file.paths.items()}
    steps = _steps(path)
    if steps in known:
        return known[steps]
    while steps:
        steps = steps[:-1]
        if steps in known:
            return known[steps]._replace(parameters=())
    return known.get(())


def _steps(path: str) -> tuple[str, ...]:
    """Split a path into its steps, in either notation of indices and keys with dots."""
    return tuple(part for part in _SEPARATORS.split(path) if part)


def sentinels(parameters: tuple[Parameter, ...], values: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return a unique value of the right type for each ``value`` parameter, by key; choices get none."""
    return {
        p.key: p.type.sentinel(p, number, values.get(p.key))
        for number, p in enumerate(parameters)
        if p.kind == "value" and not p.options
    }


class _Tracer(Workshop):
    """A workshop that marks leaves by comparing a fragment with its rendering from sentinels."""

    @property
    def behind_name(self) -> tuple[str, ...]:
        return (f"{self.base.id}.name",)

    def traced(
        self, component: Component, path: str, nodes: tuple[Node, ...], rendered: RenderedText
    ) -> tuple[Node, ...]:
        found = _Fragment(self, component, path, rendered).dependencies(nodes)
        return tuple(_with(node, (str(index),), found) for index, node in enumerate(nodes))

    def behind_text(self, component: Component, path: str) -> tuple[str, ...]:
        return _Fragment(self, component, path, self.rendered(component, path)).changing()


Place = tuple[str, ...]
Different = Mapping[Place, tuple[Node, Node]]
"""The topmost places where two trees differ, with both nodes."""


class _Fragment:
    """One template of one component, rendered repeatedly with other values for its parameters."""

    def __init__(self, shop: Workshop, component: Component, path: str, real: RenderedText) -> None:
        self.shop = shop
        self.component = component
        self.path = path
        self.real_text = real.text
        everyone = tuple(p for c in shop.components for p in c.parameters)
        stand_ins = sentinels(everyone, shop.request.parameters)
        name = f"{shop.base.id}.name"  # `config_name` contains it
        self.stand_ins = {key: value for key, value in stand_ins.items() if key in real.used or key == name}
        self.settled = tuple(p for p in everyone if p.decided and p.kind == "choice" and p.key in real.used)

    def dependencies(self, nodes: tuple[Node, ...]) -> Mapping[Place, tuple[str, ...]]:
        """Return the parameters behind each place that depends on one, and the settled choices behind single values."""
        found = dict(self._filled_in(nodes))
        for parameter in self.settled:
            for place in self._chosen_by(parameter, nodes):
                found[place] = (*found.get(place, ()), parameter.key)
        return found

    def _chosen_by(self, parameter: Parameter, nodes: tuple[Node, ...]) -> Iterator[Place]:
        """Yield each value that another value of a choice would change, and not what it would add or leave out."""
        real = self.shop.request.parameters.get(parameter.key)
        others: list[Value] = [option for option, _ in parameter.options if option != real]
        if isinstance(real, int) and not parameter.options:
            others = [not real if isinstance(real, bool) else real + 1]
        places: dict[Place, None] = {}
        values = self.shop.request.parameters
        lacking = {p.key: p.sample for p in self.component.parameters if p.required_when and values.get(p.key) is None}
        for other in others:
            for index, pair in enumerate(zip(nodes, self._parsed({parameter.key: other, **lacking}), strict=False)):
                places.update(dict.fromkeys(_changed_values(*pair, (str(index),))))
        yield from places

    def _parsed(self, stand_ins: Mapping[str, Value]) -> tuple[Node, ...]:
        """Return the fragment with other values; nothing if it does not work with them."""
        try:
            return parse(self._text(stand_ins), owner=self.component.id)
        except (FragmentError, RenderError):
            return ()

    def _filled_in(self, nodes: tuple[Node, ...]) -> Mapping[Place, tuple[str, ...]]:
        """Return the parameters behind each place that depends on one.

        All sentinels are put in together, and a place gets the parameters whose sentinels show in it. If putting their
        real values back does not restore the real node, the place may also depend on parameters that do not show, such
        as one in a condition. Then the parameters that show nowhere are tried together; a place that they change, or
        for which no parameter was found, is resolved by trying each parameter alone.
        """
        try:
            different = self._differences(nodes, self.stand_ins)
        except RenderError:  # all sentinels together are too much for the template
            return self._one_by_one(nodes)
        if not different:
            return {}
        named = {place: self._named(pair) for place, pair in different.items()}
        plainly = {key for keys, _ in named.values() for key in keys}
        unsure = {place for place, (_, exact) in named.items() if not exact}
        found = {place: keys for place, (keys, _) in named.items()}
        if unsure:
            hidden = {key: value for key, value in self.stand_ins.items() if key not in plainly}
            still = self._differences(nodes, hidden) if hidden else {}
            doubtful = {place for place in unsure if place in still or not found[place]}
            if doubtful:
                alone = self._one_by_one(nodes)
                found.update({place: alone.get(place, ()) for place in doubtful})
        return found

    def _named(self, pair: tuple[Node, Node]) -> tuple[tuple[str, ...], bool]:
        """Return the parameters whose sentinel shows, and whether putting their values back restores the real node."""
        real, other = pair
        text = str(plain(other))
        keys = tuple(key for key, value in self.stand_ins.items() if _mark(value) in text)
        if not (isinstance(real, Scalar) and isinstance(other, Scalar)):
            return keys, False
        for key in keys:
            text = text.replace(_mark(self.stand_ins[key]), str(self.shop.request.parameters.get(key)))
        return keys, bool(keys) and text == str(real.value)

    def _one_by_one(self, nodes: tuple[Node, ...]) -> Mapping[Place, tuple[str, ...]]:
        """Return the parameters of each place, trying each parameter alone."""
        found: dict[Place, tuple[str, ...]] = {}
        for key in self.stand_ins:
            for place in self._alone(nodes, key):
                found[place] = (*found.get(place, ()), key)
        return found

    def _alone(self, nodes: tuple[Node, ...], key: str) -> Different:
        """Return the places that depend on one parameter; if its sentinel is too large, try the value plus 1."""
        real = self.shop.request.parameters.get(key)
        near = real + 1 if isinstance(real, int) and not isinstance(real, bool) else None
        for value in (self.stand_ins[key], near):
            try:
                return self._differences(nodes, {key: value}) if value is not None else {}
            except RenderError:
                continue
        return {}

    def _differences(self, nodes: tuple[Node, ...], stand_ins: Mapping[str, Value]) -> Different:
        if not stand_ins:
            return {}
        try:
            others = parse(self._text(stand_ins), owner=self.component.id)
        except FragmentError:
            return {}
        found: dict[Place, tuple[Node, Node]] = {}
        for index, (node, other) in enumerate(zip(nodes, others, strict=False)):
            _compare(node, other, (str(index),), found)
        return found

    def changing(self) -> tuple[str, ...]:
        """Return the parameters that change the text."""
        return tuple(key for key, value in self.stand_ins.items() if self._changes({key: value}))

    def _changes(self, stand_ins: Mapping[str, Value]) -> bool:
        try:
            return self._text(stand_ins) != self.real_text
        except RenderError:
            return True

    def _text(self, stand_ins: Mapping[str, Value]) -> str:
        return self.shop.text_with(self.component, self.path, set(), stand_ins)


def _mark(value: Value) -> str:
    """Return the part of a sentinel that shows in a text; a flipped boolean shows nothing that identifies it."""
    while isinstance(value, tuple):
        value = value[-1]
    return "\0" if isinstance(value, bool) else str(value)


def _compare(node: Node, other: Node, place: Place, found: dict[Place, tuple[Node, Node]]) -> None:
    if isinstance(node, Map) and isinstance(other, Map) and _keys(node) == _keys(other):
        for (key, value), (_, changed) in zip(node.entries, other.entries, strict=True):
            _compare(value, changed, (*place, key), found)
    elif isinstance(node, Seq) and isinstance(other, Seq) and len(node.items) == len(other.items):
        for index, (item, changed) in enumerate(zip(node.items, other.items, strict=True)):
            _compare(item, changed, (*place, str(index)), found)
    elif plain(node) != plain(other):
        found[place] = (node, other)


def _changed_values(node: Node, other: Node, place: Place) -> Iterator[Place]:
    if isinstance(node, Map) and isinstance(other, Map):
        others = dict(other.entries)
        for key, value in node.entries:
            if key in others:
                yield from _changed_values(value, others[key], (*place, key))
    elif isinstance(node, Seq) and isinstance(other, Seq) and len(node.items) == len(other.items):
        for index, (item, changed) in enumerate(zip(node.items, other.items, strict=True)):
            yield from _changed_values(item, changed, (*place, str(index)))
    elif isinstance(node, Scalar) and isinstance(other, Scalar) and node.value != other.value:
        yield place


def _keys(node: Map) -> list[str]:
    return [key for key, _ in node.entries]


def _with(node: Node, place: Place, found: Mapping[Place, tuple[str, ...]], above: tuple[str, ...] = ()) -> Node:
    """Return the node with its parameters; those of a collection apply to everything in it."""
    mine = tuple(dict.fromkeys((*above, *found.get(place, ()))))
    if isinstance(node, Map):
        entries = tuple((key, _with(value, (*place, key), found, mine)) for key, value in node.entries)
        return node._replace(entries=entries, parameters=mine)
    if isinstance(node, Seq):
        items = tuple(_with(item, (*place, str(index)), found, mine) for index, item in enumerate(node.items))
        return node._replace(items=items, parameters=mine)
    return node._replace(parameters=mine)
