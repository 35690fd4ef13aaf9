"""Each component's contribution to a bundle, from the outline of its templates and the parameters' values."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from wizard.catalog.globs import matches_any
from wizard.catalog.model import Catalog, Component
from wizard.catalog.start_order import start_order
from wizard.kube.data import mapping, mappings, text_at
from wizard.kube.images import image_called
from wizard.kube.kinds import template_path
from wizard.render.compose.declared import PULL_SECONDS, Declared
from wizard.render.loads import millicores, whole_bytes
from wizard.render.outline.following import OPEN, Unknown, text_of
from wizard.render.outline.model import Outline
from wizard.render.outline.tree import documents

_TITLED = "\x02"
"""A prefix that marks the title of a known image; an image reference never begins with it."""
_KINDS = {"configMap": "ConfigMap", "secret": "Secret", "persistentVolumeClaim": "claim", "ephemeral": "claim"}
_NAMED_BY = {"configMap": "name", "secret": "secretName", "persistentVolumeClaim": "claimName"}
"""The field of a volume that names its object."""
_SETTINGS = ("schedule", "concurrencyPolicy")
"""The fields of a workload's ``spec`` that say when its pods run."""
LATER = "*"
"""The placeholder in a name for a part that only the finished bundle determines."""


class Inside(NamedTuple):
    """One container as its template defines it."""

    name: str
    image: str
    mounts: tuple[tuple[str, str], ...]
    """(path, volume)."""
    like_app: bool = False
    """True if it has the program's mounts, too."""
    lasting: bool = False
    """True if it keeps running although it is an init container."""
    cpu_millis: int = 0
    memory_bytes: int = 0


class Volume(NamedTuple):
    """One volume of a pod."""

    name: str
    kind: str
    source: str = ""
    """The name of its ConfigMap, Secret or claim; empty for other kinds, and while it is not known."""


class Parts(NamedTuple):
    """Everything that one component adds to the pod."""

    inits: tuple[Inside, ...] = ()
    containers: tuple[Inside, ...] = ()
    mounts: tuple[tuple[str, str], ...] = ()
    """The mounts that it adds to the program's container."""
    volumes: tuple[Volume, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    """(field, value) of a workload, for the fields that say when its pods run."""

    @property
    def lasting(self) -> bool:
        """True if one of its containers runs alongside the program."""
        return bool(self.containers) or any(one.lasting for one in self.inits)


class Object(NamedTuple):
    """One object, with its pod if that is beside the workload."""

    kind: str
    name: str
    path: str
    pod: Parts | None = None


class Certain(NamedTuple):
    """The known facts of a bundle: the components in play, their declarations, and the open parameters."""

    catalog: Catalog
    declared: Declared
    """The components and values; an open value has its default here."""
    settled: bool = True
    """True if every question is answered."""
    open_keys: frozenset[str] = frozenset()
    """The parameters that an open rule may still decide."""
    possible: tuple[str, ...] = ()
    """The patterns that may still be added."""

    @property
    def name(self) -> str:
        """The workload's name; empty without a value."""
        return str(self.declared.values.get("app.name") or "")


def names_of(certain: Certain) -> dict[str, Any]:
    """Return the variables and functions that every template of a bundle may use."""
    declared, images = certain.declared, certain.catalog.images
    components = declared.components
    base = next((one for one in components if one.id == "app"), None)
    return {
        "app": {**(_values(certain, base) if base else {}), "name": certain.name or LATER},
        "image": lambda name: f"{_TITLED}{images[name].called}" if name in images else "",
        "feature": lambda name: name in declared.bundle.features,
        "has": lambda glob: _has(certain, glob),
        "pull_seconds": PULL_SECONDS,
        "seconds": lambda *_: 0,
        "uid": lambda _: 0,
        "gid": lambda _: 0,
        "digest": lambda *_: LATER,
        "pod_digest": lambda *_: LATER,
        "inits": lambda of="": _inits(components, of),
        "peers": lambda: list(declared.peers()),
        "destinations": lambda: list(declared.destinations()),
        "privileged": lambda: any(declared.privileges()),
        "scrapes": lambda: [one._asdict() for one in declared.scrapes()],
    }


def own_names(certain: Certain, component: Component, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``names`` extended by those of one component."""
    app = names["app"]
    return {
        **names,
        "own": app if component.id == "app" else _values(certain, component),
        "slug": component.slug,
        "config_name": f"{app['name']}-{component.slug}" if component.slug else app["name"],
    }


def _values(certain: Certain, component: Component) -> Mapping[str, Any]:
    values, open_keys = certain.declared.values, certain.open_keys
    keyed = ((one, one.key) for one in component.parameters)
    return {one.name: OPEN if key in open_keys else one.type.for_templates(values.get(key)) for one, key in keyed}


def _has(certain: Certain, glob: str) -> bool:
    if matches_any(glob, certain.declared.bundle.patterns):
        return True
    if not certain.settled and matches_any(glob, certain.possible):
        raise Unknown
    return False


def _inits(components: tuple[Component, ...], of: str) -> list[str]:
    pods = [pod for one in components if one.id == of for pod in one.declares.pods]
    steps = start_order(tuple(one for one in components if one.role == "init" and one.pod))
    return [one.slug for one in steps if all(pod.holds(one.id) for pod in pods)]


def parts_of(outline: Outline, component: Component, names: Mapping[str, Any]) -> Parts:
    """Return everything that a component adds to the workload's pod."""
    found = Parts()
    if outline.workload is not None:
        for whole in documents(text_of(outline.workload.steps, names)):
            templates = mappings(whole, "spec", "volumeClaimTemplates")
            claims = [text_at(one, "metadata", "name") for one in templates]
            spec = mapping(whole, *component.template.split("."), "spec")
            settings = ((field, text_at(whole, "spec", field)) for field in _SETTINGS)
            found = _of_spec(spec, (Volume(name, "claim", name) for name in claims))
            found = found._replace(settings=tuple((field, value) for field, value in settings if value))
    for slots in documents(text_of(outline.pod.steps, names)) if outline.pod else ():
        slots = {"initContainers": slots.get("init_containers"), **slots} if isinstance(slots, dict) else {}
        more = _of_spec(slots)
        found = found._replace(
            inits=more.inits,
            containers=(*found.containers, *more.containers),
            mounts=tuple(_mounts(slots.get("app"))),
            volumes=(*found.volumes, *more.volumes),
        )
    return found


def objects_of(outline: Outline, component: Component, names: Mapping[str, Any]) -> Iterator[Object]:
    """Yield the objects that a component adds, in the order of its files."""
    pods = {f"{component.folder}/{pod.file}" for pod in component.declares.pods}
    for fragment in outline.objects:
        for whole in documents(text_of(fragment.steps, names)):
            if kind := text_at(whole, "kind"):
                keys = template_path(kind) or ("spec", "template")
                pod = _of_spec(mapping(whole, *keys, "spec")) if fragment.path in pods else None
                yield Object(kind, text_at(whole, "metadata", "name"), fragment.path, pod)
    if any(text_of(fragment.steps, names).strip() for fragment in outline.config):
        yield Object("ConfigMap", str(names["config_name"]), component.folder)


def _of_spec(spec: Mapping[str, Any], claims: Iterable[Volume] = ()) -> Parts:
    volumes = map(_volume, mappings(spec, "volumes"))
    return Parts(
        inits=tuple(map(_inside, mappings(spec, "initContainers"))),
        containers=tuple(map(_inside, mappings(spec, "containers"))),
        volumes=(*volumes, *claims),
    )


def _inside(container: Mapping[str, Any]) -> Inside:
    image = text_at(container, "image")
    called = image.removeprefix(_TITLED) if image.startswith(_TITLED) else image_called(image) if image else ""
    requests = ("resources", "requests")
    return Inside(
        name=text_at(container, "name"),
        image=called,
        mounts=tuple(_mounts(container)),
        like_app=text_at(container, "likeApp") == "true",
        lasting=text_at(container, "restartPolicy") == "Always",
        cpu_millis=millicores(text_at(container, *requests, "cpu")),
        memory_bytes=whole_bytes(text_at(container, *requests, "memory")),
    )


def _mounts(container: Any) -> Iterator[tuple[str, str]]:
    return ((text_at(one, "mountPath"), text_at(one, "name")) for one in mappings(container, "volumeMounts"))


def _volume(volume: Mapping[str, Any]) -> Volume:
    name, field = text_at(volume, "name"), next((key for key in volume if key != "name"), "")
    source = text_at(volume, field, _NAMED_BY[field]) if field in _NAMED_BY else name if field == "ephemeral" else ""
    return Volume(name, _KINDS.get(field, field), "" if LATER in source else source)
