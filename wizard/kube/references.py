"""References from one object to another by name: which fields hold them, and which keys they need.

Source: the API reference of Kubernetes 1.37, Gateway API 1.4 and the schemas in ``wizard/validation/schemas``.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from wizard.kube.data import as_list, as_text, dig, mapping, text_at
from wizard.kube.kinds import built_in, group_of, template_path

# The columns: the referring kind (`Pod` includes every pod template, `Container` each container in one), the path of
# the mapping that holds the reference (`[]` goes through a list, `.` is the object itself), the field with the name,
# the target's kind (`@kind` reads it from the mapping), and the keys that the target must have (`@path` reads them
# from the mapping).
_ROWS = """
Pod imagePullSecrets[] name Secret .dockerconfigjson
Container env[].valueFrom.secretKeyRef name Secret @key
Container env[].valueFrom.configMapKeyRef name ConfigMap @key
Container envFrom[].secretRef name Secret
Container envFrom[].configMapRef name ConfigMap
Pod volumes[].secret secretName Secret @items[].key
Pod volumes[].configMap name ConfigMap @items[].key
Pod volumes[].projected.sources[].secret name Secret @items[].key
Pod volumes[].projected.sources[].configMap name ConfigMap @items[].key
Pod volumes[].persistentVolumeClaim claimName PersistentVolumeClaim
Pod volumes[].csi.nodePublishSecretRef name Secret
Pod . serviceAccountName ServiceAccount
Pod . priorityClassName PriorityClass.scheduling.k8s.io
Pod . runtimeClassName RuntimeClass.node.k8s.io
ServiceAccount imagePullSecrets[] name Secret .dockerconfigjson
StatefulSet spec serviceName Service
StatefulSet spec.volumeClaimTemplates[].spec storageClassName StorageClass.storage.k8s.io
PersistentVolumeClaim spec storageClassName StorageClass.storage.k8s.io
Ingress spec ingressClassName IngressClass.networking.k8s.io
Ingress spec.tls[] secretName Secret tls.crt,tls.key
Ingress spec.defaultBackend.service name Service
Ingress spec.rules[].http.paths[].backend.service name Service
HorizontalPodAutoscaler spec.scaleTargetRef name @kind
RoleBinding roleRef name @kind
RoleBinding subjects[] name @kind
ClusterRoleBinding roleRef name @kind
ClusterRoleBinding subjects[] name @kind
BackendTLSPolicy spec.targetRefs[] name @kind
BackendTLSPolicy spec.validation.caCertificateRefs[] name @kind ca.crt
HTTPRoute spec.parentRefs[] name Gateway.gateway.networking.k8s.io
HTTPRoute spec.rules[].backendRefs[] name Service
GRPCRoute spec.parentRefs[] name Gateway.gateway.networking.k8s.io
GRPCRoute spec.rules[].backendRefs[] name Service
"""


class Row(NamedTuple):
    """One field that names another object."""

    kind: str
    """The referring kind, ``Kind`` or ``Kind.group``; ``Pod`` includes every pod template."""
    holder: tuple[str, ...]
    """The keys that lead to the mapping with the reference; a key that ends in ``[]`` goes through a list."""
    name: str
    """The field of the mapping that holds the name."""
    target: str
    """``Kind`` or ``Kind.group``, as kubectl accepts them; empty if the mapping itself names the kind."""
    keys: tuple[str, ...] = ()
    keys_at: tuple[str, ...] = ()
    """The path inside the mapping to the names of the keys that the target must have."""


class Named(NamedTuple):
    """One reference in one object."""

    path: str
    """The field that holds the name, such as ``spec.tls[0].secretName``."""
    kind: str
    group: str
    """The API group; empty for the core group, and if the reference leaves the group to the server."""
    name: str
    namespace: str
    """Empty for a cluster-wide kind."""
    keys: tuple[tuple[str, str], ...] = ()
    """(path, key) of each key that the target must have; the path is empty if the kind itself requires the key."""
    optional: bool = False


@cache
def built_in_rows() -> tuple[Row, ...]:
    """Return the references of Kubernetes' own kinds and of the Gateway API."""
    return tuple(row_of(*row) for line in _ROWS.split("\n") if line for row in _expanded(*line.split()))


def _expanded(kind: str, holder: str, *rest: str) -> Iterator[tuple[str, ...]]:
    if kind != "Container":
        yield kind, holder, *rest
        return
    for containers in ("containers", "initContainers", "ephemeralContainers"):
        yield "Pod", f"{containers}[].{holder}", *rest


def row_of(kind: str, holder: str, name: str, target: str, keys: str = "") -> Row:
    """Make a row from the columns that ``_ROWS`` has."""
    path = () if holder == "." else tuple(holder.split("."))
    meant = "" if target == "@kind" else target
    if keys.startswith("@"):
        return Row(kind, path, name, meant, (), tuple(keys[1:].split(".")))
    return Row(kind, path, name, meant, tuple(keys.split(",")) if keys else ())


def references(data: Any, rows: Iterable[Row] = ()) -> Iterator[Named]:
    """Yield every reference in an object of any shape, found by the built-in rows and by ``rows``."""
    if not isinstance(data, dict):
        return
    kind, group = as_text(data.get("kind")), group_of(as_text(data.get("apiVersion")))
    namespace = text_at(data, "metadata", "namespace")
    names = {kind, f"{kind}.{group}"} - {"Pod"}
    pods = template_path(kind)
    for row in (*built_in_rows(), *rows):
        if row.kind in names:
            yield from _named(row, data, "", namespace)
        elif row.kind == "Pod" and pods is not None:
            keys = (*pods, "spec")
            yield from _named(row, dig(data, *keys), ".".join(keys), namespace)


class Made(NamedTuple):
    """An object that a controller creates for another one."""

    by: str
    """The kind that it is created for, ``Kind`` or ``Kind.group``."""
    at: tuple[str, ...]
    name: str
    kind: str
    annotated: tuple[str, ...] = ()
    """Annotations of which the object must have at least one; if empty, the controller always acts."""


_SECRETS = (
    Made(
        "Ingress",
        ("spec", "tls[]"),
        "secretName",
        "Secret",
        ("cert-manager.io/cluster-issuer", "cert-manager.io/issuer"),
    ),
    Made("Certificate.cert-manager.io", ("spec",), "secretName", "Secret"),
    Made("ExternalSecret.external-secrets.io", ("spec", "target"), "name", "Secret"),
    Made("SealedSecret.bitnami.com", ("metadata",), "name", "Secret"),
)
"""The Secrets that widely used controllers create; a catalogue can add more."""


def made_by_controllers(data: Any, more: Iterable[Made] = ()) -> Iterator[tuple[str, str]]:
    """Yield (kind, name) of everything that controllers create for an object."""
    for made in (*_SECRETS, *more):
        if is_of(data, made.by, made.annotated):
            for _, holder in found_at(data, made.at):
                if name := text_at(holder, made.name):
                    yield made.kind.partition(".")[0], name


def _named(row: Row, start: Any, path: str, namespace: str) -> Iterator[Named]:
    for at, holder in found_at(start, row.holder, path):
        name = text_at(holder, row.name)
        if not name:
            continue
        kind, _, group = row.target.partition(".")
        if not row.target:
            kind = as_text(holder.get("kind"))
            group = as_text(holder.get("apiGroup")) or as_text(holder.get("group"))
            group = group or group_of(as_text(holder.get("apiVersion")))
        keys = [("", key) for key in row.keys]
        if row.keys_at:
            keys += [(where, key) for where, key in found_at(holder, row.keys_at, at) if isinstance(key, str)]
        place = "" if kind in _cluster_wide() else as_text(holder.get("namespace")) or namespace
        name_path = f"{at}.{row.name}" if at else row.name
        yield Named(name_path, kind, group, name, place, tuple(keys), holder.get("optional") is True)


def is_of(data: Any, kind: str, annotated: tuple[str, ...] = ()) -> bool:
    """Return whether an object is of a kind (``Kind`` or ``Kind.group``) and has one of ``annotated``, if any."""
    own, group = text_at(data, "kind"), group_of(text_at(data, "apiVersion"))
    marks = mapping(data, "metadata", "annotations")
    return kind in (own, f"{own}.{group}") and (not annotated or any(mark in marks for mark in annotated))


def found_at(data: Any, keys: tuple[str, ...], path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (path, value) of everything that these keys lead to; ``key[]`` goes through each item of a list."""
    if not keys:
        yield path, data
        return
    key, *rest = keys
    name = key.removesuffix("[]")
    value = dig(data, name)
    at = f"{path}.{name}" if path else name
    if not key.endswith("[]"):
        if value is not None:
            yield from found_at(value, tuple(rest), at)
        return
    for index, item in enumerate(as_list(value)):
        yield from found_at(item, tuple(rest), f"{at}[{index}]")


@cache
def _cluster_wide() -> frozenset[str]:
    return frozenset(kind.name for kind in built_in() if not kind.namespaced) | {"RuntimeClass"}
