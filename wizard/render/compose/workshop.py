"""The materials of one render: the components in play and the contexts of their templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from wizard.catalog.globs import matches_any
from wizard.catalog.model import Catalog, Component, Image, Value
from wizard.catalog.resolve import surroundings
from wizard.catalog.start_order import start_order
from wizard.catalog.when import Surroundings, parameters_of
from wizard.errors import RenderError
from wizard.render.compose.declared import PULL_SECONDS, Declared, Peer
from wizard.render.compose.digests import PodFacts, digest, mark, with_digests
from wizard.render.compose.parse import FragmentError, parse
from wizard.render.compose.tree import OF, Node, given_to_owners, without_nulls
from wizard.render.model import Origin, RenderRequest
from wizard.render.templates.environment import Templates, templates_of
from wizard.text import did_you_mean


class RenderedText(NamedTuple):
    """A template rendered with its real values."""

    text: str
    used: set[str]
    """The parameters that the template read."""


class Scope:
    """The ``own`` or ``app`` of a template: parameters by name, nothing else."""

    __slots__ = ("_of", "_used", "_values")

    def __init__(self, of: str, values: Mapping[str, Any], used: set[str]) -> None:
        self._of = of
        self._values = values
        self._used = used

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            raise RenderError(f'{self._of} has no parameter "{name}"', hint=did_you_mean(name, self._values))
        self._used.add(f"{self._of}.{name}")
        return self._values[name]


class Workshop:
    """The materials of one render, and a record of what its templates requested.

    Attributes:
        images: (component id, image id) -> reference, for each requested image.
        missing: the requested features that the oldest minor lacks.
        used: keys of the parameters that templates read.
        pods: the composed pod templates by component, once everything is composed.
        digests_requested: the components whose pod digest was requested.
    """

    def __init__(self, catalog: Catalog, request: RenderRequest) -> None:
        self.catalog = catalog
        self.request = request
        self.images: dict[tuple[str, str], str] = {}
        self.missing: set[str] = set()
        self.used: set[str] = set()
        self.pods: dict[str, PodFacts] = {}
        self.digests_requested: set[str] = set()
        self._origins: dict[tuple[str, tuple[str, ...]], Origin] = {}

    @cached_property
    def templates(self) -> Templates:
        """The compiled templates."""
        return templates_of(self.catalog.root / "templates", self.catalog.digest)

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """The components in play, the workload first, then in pattern order."""
        found: list[Component] = []
        for pattern in self.request.verdict.patterns:
            implementation = self.request.implementations.get(pattern, "")
            component = self.catalog.components.get((pattern, implementation))
            if component is not None:
                found.append(component)
            elif implementation or ((known := self.catalog.patterns.get(pattern)) and known.implementations):
                raise RenderError(f"{pattern}: the catalogue has no implementation {implementation!r}")
        if not found or found[0].role not in ("workload", "operator"):
            raise RenderError(f"{self.request.verdict.base}: this catalogue renders no such workload")
        declared = Declared(tuple(found), self.request.parameters, self._surroundings)
        return tuple(component for component in found if declared.present(component))

    @cached_property
    def _surroundings(self) -> Surroundings:
        return surroundings(self.catalog, self.request.verdict.patterns, self.request.minor)

    @property
    def base(self) -> Component:
        """The workload or operator."""
        return self.components[0]

    @cached_property
    def scopes(self) -> Mapping[str, Mapping[str, Any]]:
        """The parameters of each component in play, as templates see them."""
        return {component.id: self._values(component, {}) for component in self.components}

    def _values(self, component: Component, overrides: Mapping[str, Value]) -> dict[str, Any]:
        given = self.request.parameters
        values: dict[str, Any] = {}
        for parameter in component.parameters:
            key = parameter.key
            if key not in overrides and key not in given and parameter.name != "implementation":
                raise RenderError(f"{key} has no value", hint=f"--set {key}=...")
            value: Any = overrides.get(key, given.get(key))
            values[parameter.name] = parameter.type.for_templates(value)
        return values

    @property
    def name(self) -> str:
        """The workload's name."""
        return str(self.scopes[self.base.id].get("name") or self.base.slug or "app")

    @property
    def namespace(self) -> str:
        """The namespace of all objects."""
        return str(self.scopes[self.base.id].get("namespace") or "")

    @cached_property
    def declared(self) -> Declared:
        """The declarations of the components, with the values of this render."""
        return Declared(self.components, self.request.parameters, self._surroundings)

    def config_name(self, component: Component) -> str:
        """Return the name of the component's ConfigMap."""
        return f"{self.name}-{component.slug}" if component.slug else self.name

    def context(self, component: Component, used: set[str], overrides: Mapping[str, Value]) -> dict[str, Any]:
        """Return the names that a template of ``component`` may use; ``used`` collects the parameters that it reads."""
        own, app = self.scopes[component.id], self.scopes[self.base.id]
        name = self.config_name(component)
        if overrides:
            own, app = self._values(component, overrides), self._values(self.base, overrides)
            name = f"{app.get('name')}-{component.slug}" if component.slug else str(app.get("name"))
        return {
            "own": Scope(component.id, own, used),
            "app": Scope(self.base.id, app, used),
            "config_name": name,
            "slug": component.slug,
            "image": lambda image_id: self._image(component, image_id),
            "uid": lambda image_id: self._known_image(image_id).uid,
            "gid": lambda image_id: self._known_image(image_id).group,
            "feature": self._feature,
            "has": lambda pattern: matches_any(pattern, self.request.verdict.patterns),
            "digest": digest,
            "pod_digest": self._pod_digest,
            "inits": self._inits,
            "seconds": lambda what, of="": self._seconds(what, of, used, overrides),
            "peers": lambda: self._peers(Declared.peers, used, overrides),
            "destinations": lambda: self._peers(Declared.destinations, used, overrides),
            "privileged": lambda: self._privileged(used, overrides),
            "pull_seconds": PULL_SECONDS,
            "scrapes": lambda: self._scrapes(used, overrides),
        }

    def rendered(self, component: Component, path: str) -> RenderedText:
        """Render one template."""
        used: set[str] = set()
        return RenderedText(self.text_with(component, path, used, {}), used)

    def text_with(self, component: Component, path: str, used: set[str], overrides: Mapping[str, Value]) -> str:
        """Render one template with other values for some parameters; ``used`` collects the parameters that it reads."""
        return self.templates.render(path, self.context(component, used, overrides))

    def nodes(self, component: Component, path: str) -> tuple[Node, ...]:
        """Return the documents of a YAML template, without null values.

        Raises:
            RenderError: the template or its output is wrong; the message has the template's file and line.
        """
        nodes, rendered = self._parsed(component, path)
        nodes = self.traced(component, path, nodes, rendered)
        if OF in rendered.text:
            nodes = tuple(given_to_owners(node) for node in nodes)
        return tuple(without_nulls(node) for node in nodes)

    @property
    def behind_name(self) -> tuple[str, ...]:
        """The parameters that the workload's name depends on; only a tracer knows them."""
        return ()

    def traced(
        self, _component: Component, _path: str, nodes: tuple[Node, ...], _rendered: RenderedText
    ) -> tuple[Node, ...]:
        """Return the trees parsed from a rendered text; a tracer fills in their ``parameters``."""
        return nodes

    def behind_text(self, _component: Component, _path: str) -> tuple[str, ...]:
        """Return the parameters that a whole rendered text depends on; only a tracer knows them."""
        return ()

    def config(self, component: Component, path: str) -> tuple[Node, ...]:
        """Return the documents of a YAML configuration file, which the tracer treats as one text.

        Raises:
            RenderError: as ``nodes`` does.
        """
        nodes, _ = self._parsed(component, path)
        return tuple(without_nulls(node) for node in nodes)

    def _parsed(self, component: Component, path: str) -> tuple[tuple[Node, ...], RenderedText]:
        rendered = self.rendered(component, path)
        self.used |= rendered.used
        try:
            return parse(rendered.text, owner=component.id), rendered
        except FragmentError as error:
            raise self._located(error, path, self.context(component, set(), {})) from None

    def nodes_with(self, path: str, extra: Mapping[str, Any], component: Component | None = None) -> tuple[Node, ...]:
        """Return the documents of a YAML template that gets more than the usual context."""
        owner = component or self.base
        context = {**self.context(owner, set() if component is None else self.used, {}), **extra}
        try:
            return parse(self.templates.render(path, context), owner=owner.id)
        except FragmentError as error:
            raise self._located(error, path, context) from None

    def _located(self, error: FragmentError, path: str, context: Mapping[str, Any]) -> RenderError:
        line = self.templates.source_line(path, context, error.line)
        where = f"templates/{path}:{line}" if line else f"templates/{path}: line {error.line} of what it renders"
        return RenderError(f"{where}: {error.message}", hint=error.hint)

    def origin(self, owner: str, parameters: tuple[str, ...]) -> Origin:
        """Return the origin of a component's block."""
        found = self._origins.get((owner, parameters))
        if found is None:
            pattern = self.request.verdict.base if owner == self.base.id else owner
            known = self.request.origins.get(pattern, Origin(owner))
            found = Origin(owner, known.rule, known.questions, parameters)
            self._origins[owner, parameters] = found
        return found

    def _seconds(self, what: str, of: str, used: set[str], overrides: Mapping[str, Value]) -> int:
        """Return the seconds that a pod's containers take to ``start`` or ``stop``, or a new pod waits ``before``."""
        if what not in ("start", "stop", "before"):
            raise RenderError(f'seconds("{what}") is not known', hint="start, stop or before")
        declared = self._declared_with(overrides)
        read = ("start", "before") if what == "before" else (what,)
        for _, times in declared.each(lambda declares: declares.times):
            used.update(key for name in read if (key := getattr(times, name)) in declared.parameters)
        if what == "before":
            return declared.before()
        inside = declared.beside(of) if of else tuple(component.id for component in self.components)
        return declared.seconds(lambda times: str(getattr(times, what)), inside.__contains__)

    def _inits(self, of: str = "") -> tuple[str, ...]:
        """Return the names of the init containers in a component's pod, in start order."""
        owner = next((one for one in self.components if one.id == of), self.base)
        steps = tuple(one for one in self.components if one.role == "init" and one.pod)
        inside = (one for one in start_order(steps) if all(pod.holds(one.id) for pod in owner.declares.pods))
        return tuple(one.slug for one in inside)

    def _pod_digest(self, of: str, *values: Any) -> str:
        """Return the digest of a component's pod template and more values, or a placeholder until it is composed."""
        known = {c.id for c in self.components if c.workload or c.declares.pods}
        if of not in known:
            raise RenderError(f"pod_digest('{of}'): no such pod in this bundle", hint=did_you_mean(of, known))
        self.digests_requested.add(of)
        text = mark(of, values)
        return with_digests(text, self.pods) if self.pods else text

    def _scrapes(self, used: set[str], overrides: Mapping[str, Value]) -> list[dict[str, Any]]:
        """Return the pages with metrics in play: component, name, port, path, params and instance."""
        found = list(self._declared_with(overrides).scrapes())
        used.update(key for one in found for key in one.keys)
        return [{key: value for key, value in one._asdict().items() if key != "keys"} for one in found]

    def _declared_with(self, overrides: Mapping[str, Value]) -> Declared:
        if not overrides:
            return self.declared
        return Declared(self.components, {**self.request.parameters, **overrides}, self._surroundings)

    def _peers(
        self, of: Callable[[Declared], tuple[Peer, ...]], used: set[str], overrides: Mapping[str, Value]
    ) -> tuple[Peer, ...]:
        declared = self._declared_with(overrides)
        used.update(declared.addressing())
        return of(declared)

    def _privileged(self, used: set[str], overrides: Mapping[str, Value]) -> bool:
        """Return whether anything in the bundle needs a namespace that allows privileged pods."""
        declared = self._declared_with(overrides)
        whens = (one.when for component in declared.components for one in component.declares.privileged)
        used.update(key for when in whens for key in parameters_of(when))
        return any(declared.privileges())

    def _image(self, component: Component, image_id: str) -> str:
        reference = self._known_image(image_id).reference(self.request.options.registry)
        self.images[component.id, image_id] = reference
        return reference

    def _known_image(self, image_id: str) -> Image:
        images = self.catalog.images
        if image_id not in images:
            raise RenderError(f'images.yaml has no image "{image_id}"', hint=did_you_mean(image_id, images))
        return images[image_id]

    def _feature(self, feature_id: str) -> bool:
        features = self.catalog.features
        if feature_id not in features:
            raise RenderError(f'features.yaml has no "{feature_id}"', hint=did_you_mean(feature_id, features))
        if self.request.minor < features[feature_id].first:
            self.missing.add(feature_id)
            return False
        return True
