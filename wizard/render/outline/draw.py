"""The drawing of a bundle's certain parts, from outlines and declarations; no template is rendered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from wizard.catalog.declarations import NOTHING, Beside
from wizard.catalog.globs import matches_any
from wizard.catalog.model import IN_POD, Component
from wizard.catalog.start_order import start_order
from wizard.catalog.when import parameters_of
from wizard.kube.kinds import apply_rank
from wizard.render.compose.declared import Declared, Listening
from wizard.render.drawn import (
    APP,
    Around,
    Drawing,
    DrawnContainer,
    DrawnInjected,
    DrawnMount,
    DrawnObject,
    DrawnPort,
    DrawnProduct,
    DrawnSetting,
)
from wizard.render.outline.model import Outline, Outlines
from wizard.render.outline.parts import (
    Certain,
    Inside,
    Object,
    Parts,
    Volume,
    names_of,
    objects_of,
    own_names,
    parts_of,
)

_NOTHING = Outline()
_UNNAMED = "NAME"
"""The placeholder for the program's name in names of Services."""
Mounts = tuple[tuple[str, str], ...]


class Picture:
    """The parts of a bundle, each computed once.

    Args:
        certain: the known facts of the bundle.
        outlines: of the catalogue's components; a component without one is drawn from its declarations alone.
        implementations: pattern id -> implementation, for the components in play.
    """

    def __init__(self, certain: Certain, outlines: Outlines, implementations: dict[str, str]) -> None:
        self.catalog = certain.catalog
        self.name = certain.name
        self.declared = certain.declared
        self.open_keys = certain.open_keys
        self.components = certain.declared.components
        self.base = next((one for one in self.components if one.id == APP), None)
        self.implementations = implementations
        self.parts: dict[str, Parts] = {}
        self.objects: dict[str, tuple[Object, ...]] = {}
        everywhere = names_of(certain)
        for pattern, name in implementations.items():
            known = certain.catalog.components.get((pattern, name))
            component = next((one for one in self.components if known and one.folder == known.folder), None)
            if component is not None:
                outline, names = outlines.get((pattern, name), _NOTHING), own_names(certain, component, everywhere)
                self.parts[component.id] = parts_of(outline, component, names)
                self.objects[component.id] = tuple(objects_of(outline, component, names))
        within = tuple(one for one in self.components if one.role in IN_POD and one.pod)
        for one in within:
            self.parts.setdefault(one.id, Parts(inits=(Inside(one.slug, "", (), lasting=True),)))
        self.helpers = start_order(
            tuple(one for one in within if self.parts[one.id].inits or self.parts[one.id].containers)
        )
        self.loaded = tuple(one.id for one in within if not self.parts[one.id].lasting)
        """Components that add to the program's container, so that their ports are shown there."""
        self.volumes = {one.name: one for part in self.parts.values() for one in part.volumes}
        self.ports = _ports(self.declared)
        self.goals = _goals(self.declared)
        self.scraped = {one.component for one in self.declared.scrapes()}

    def drawing(self, base: str, possible: tuple[str, ...] = ()) -> Drawing:
        """Return the drawing; ``base`` is the workload's pattern if certain, ``possible`` are the candidates if not."""
        operated = any(one.role == "operator" for one in self.components)
        return Drawing(
            workload=base,
            containers=() if operated else self.pod(base),
            objects=tuple(
                DrawnObject(
                    one.id,
                    self._title(one.id),
                    containers=self.beside(one),
                    implementation=self.implementations.get(one.id, ""),
                )
                for one in self.components
                if one.role in ("object", "job")
            ),
            replicas="" if operated or not base else self.replicas(),
            at_once=bool(base) and not operated and self.declared.at_once(),
            settings=tuple(DrawnSetting(*one) for one in self.parts.get(APP, Parts()).settings) if base else (),
            operated=operated,
            product=self.product() if operated else None,
            injected=self.injected(base),
            possible=possible,
            around=self.around(),
        )

    def product(self) -> DrawnProduct:
        """Return what is known of the program that an operator runs."""
        own = self.base if self.base is not None and self.base.declares is not NOTHING else None
        if own is None:
            return DrawnProduct("")
        shown = (one.say for component, one in self.declared.each(lambda each: each.shows) if component is own)
        return DrawnProduct(
            title=own.title,
            instances=self.replicas(),
            lines=tuple(self.declared.filled(own.id, say, lambda text: text or _UNNAMED) for say in shown),
            goes_to=self.goals.get(own.id, ()),
        )

    def injected(self, base: str) -> tuple[DrawnInjected, ...]:
        """Return the containers that a mesh adds to the workload's pod."""
        if not base:
            return ()
        return tuple(
            DrawnInjected(one.name, one.by, owner.id) for owner, one in self.declared.each(lambda each: each.injects)
        )

    def _title(self, pattern: str) -> str:
        known = self.catalog.patterns[pattern]
        return known.short or known.title

    def pod(self, base: str) -> tuple[DrawnContainer, ...]:
        """Return the containers of the workload's pod in start order, including the program."""
        part = self.parts.get(APP, Parts())
        inside = next(iter(part.containers), Inside(self.name, "", ()))
        mounts = (*inside.mounts, *(one for other in self.parts.values() for one in other.mounts))
        program = _drawn(inside._replace(name=self.name), mounts, self.volumes)._replace(
            pattern=base,
            listens=tuple(port for one in (APP, *self.loaded) for port in self.ports.get(one, ())),
            goes_to=self.goals.get(APP, ()),
        )
        early = [each for one in self.helpers if self.parts[one.id].inits for each in self._helper(one, mounts)]
        late = [each for one in self.helpers if not self.parts[one.id].inits for each in self._helper(one, mounts)]
        return (*early, program, *late)

    def _helper(self, component: Component, program: Mounts) -> Iterator[DrawnContainer]:
        """Yield the containers of one component; its declarations apply to the last one."""
        part = self.parts[component.id]
        found = (*part.inits, *part.containers)
        for inside in found:
            own = inside is found[-1]
            lasts = component.role != "init" and (inside.lasting or inside not in part.inits)
            ports = () if component.id in self.loaded else self.ports.get(component.id, ())
            mounts = (*inside.mounts, *(program if inside.like_app else ()))
            yield _drawn(inside, mounts, self.volumes)._replace(
                role=component.role if lasts else "init",
                pattern=component.id,
                implementation=self.implementations.get(component.id, ""),
                metrics=self._metrics(component, ports) if own else "",
                listens=ports if own else (),
                goes_to=self.goals.get(component.id, ()) if own else (),
                order="beside" if lasts else "then",
                late=not part.inits,
                called=tuple(f"localhost{at}" for at in self._local(component, "app")) if own else (),
                calls=tuple(at for at in self._local(component, "own") if at) if own else (),
                needed=lasts and self._needed(component),
            )

    def _local(self, component: Component, by: str) -> tuple[str, ...]:
        found = dict.fromkeys(at for owner, who, at in self.declared.local() if (owner, who) == (component.id, by))
        return tuple(found)

    def _needed(self, component: Component) -> bool:
        """Return True if an init container starts only after the containers of this component."""
        steps = (one for one in self.helpers if one.role == "init" and self.parts[one.id].inits)
        return any(matches_any(need, (component.id,)) for one in steps for need in one.needs)

    def _metrics(self, component: Component, ports: tuple[DrawnPort, ...]) -> Literal["", "read", "sent"]:
        """Return the way of the program's metrics to an adapter with a metrics page."""
        if component.role != "adapter" or component.id not in self.scraped or not ports:
            return ""
        return "sent" if any(port.loopback for port in ports) else "read"

    def beside(self, owner: Component) -> tuple[DrawnContainer, ...]:
        """Return the containers of the component's pods beside the workload, without those that the pods leave out."""
        return tuple(one for pod in owner.declares.pods for one in self._pod_beside(owner, pod))

    def _pod_beside(self, owner: Component, pod: Beside) -> Iterator[DrawnContainer]:
        objects = self.objects.get(owner.id, ())
        own = next((one.pod for one in objects if one.path.endswith(f"/{pod.file}")), None) or Parts()
        inside = next(iter(own.containers), Inside(owner.slug, "", ()))
        base = next(iter(self.parts.get(APP, Parts()).containers), Inside("", "", ()))
        within = [one.id for one in self.components[1:] if pod.holds(one.id)]
        shared = (one for key in (APP, *within) for one in self.parts.get(key, Parts()).mounts)
        dropped = any(matches_any(glob, ("volumeMounts",)) for glob in pod.drop)
        mounts = (*inside.mounts, *(() if dropped else (*base.mounts, *shared)))
        yield from (each for one in self.helpers if one.id in within for each in self._helper(one, mounts))
        yield _drawn(inside, mounts, {**self.volumes, **{one.name: one for one in own.volumes}})._replace(
            pattern=owner.id,
            cpu_millis=inside.cpu_millis or base.cpu_millis,
            memory_bytes=inside.memory_bytes or base.memory_bytes,
        )

    def replicas(self) -> str:
        """Return the number of pods; empty while a parameter that decides it is open."""
        deciding = {
            key for one in self.components for each in one.declares.replicas for key in parameters_of(each.when)
        }
        return "" if deciding & self.open_keys else self.declared.replicas()

    def around(self) -> tuple[Around, ...]:
        """Return the objects next to the workload, each once, in the order of applying."""
        found: dict[tuple[str, str], Around] = {}
        for owner, objects in self.objects.items():
            for one in objects:
                found.setdefault((one.kind, one.name), Around(one.kind, one.name, owner))
        return tuple(sorted(found.values(), key=lambda one: apply_rank(one.kind)))


def _drawn(inside: Inside, mounts: Mounts, volumes: dict[str, Volume]) -> DrawnContainer:
    found = {name: volumes.get(name, Volume(name, "")) for _, name in mounts}
    return DrawnContainer(
        name=inside.name,
        role=APP,
        pattern="",
        image=inside.image,
        mounts=tuple(
            DrawnMount(path, name, found[name].kind, source=found[name].source) for path, name in dict.fromkeys(mounts)
        ),
        cpu_millis=inside.cpu_millis,
        memory_bytes=inside.memory_bytes,
    )


def _ports(declared: Declared) -> dict[str, tuple[DrawnPort, ...]]:
    """Return the ports by component, without those of a mesh's proxy, which is in no container of the manifests."""
    found: dict[str, dict[int, DrawnPort]] = {}
    for one in declared.listeners():
        if one.bind == "injected":
            continue
        ports = found.setdefault(one.component, {})
        inner = one.bind == "loopback"
        known = ports.get(one.port, DrawnPort(one.port, one.protocol, loopback=inner))
        callers = dict.fromkeys((*known.callers, *(() if inner else _callers(one))))
        node = one.host_port or known.host_port
        ports[one.port] = known._replace(callers=tuple(callers), loopback=known.loopback and inner, host_port=node)
    return {component: tuple(ports.values()) for component, ports in found.items()}


def _callers(one: Listening) -> Iterator[str]:
    for peer in one.to:
        if peer == "callers" and one.callers != "nobody":
            yield f"namespace {one.namespace}" if one.callers == "namespace" else one.callers
        elif peer in ("entry", "monitoring"):
            yield f"{peer} {one.namespace}".strip()
        elif peer == "outside" and one.ranges:
            yield f"outside {one.ranges}"
        elif peer == "kubelet":
            yield peer


def _goals(declared: Declared) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for component, output in declared.each(lambda declares: declares.outputs):
        found.setdefault(component.id, {})[output.say] = None
    for one in declared.connections():
        where = f"{one.called} on port {one.port}" if one.called else f"{one.host}:{one.port}"
        found.setdefault(one.component, {})[where] = None
    for owner, name in declared.unplaced():
        found.setdefault(owner, {})[name] = None
    return {component: tuple(goals) for component, goals in found.items()}
