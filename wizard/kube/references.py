"""References from one object to another by name: which fields hold them, and which keys they need.

Source: the API reference of Kubernetes 1.37, Gateway API 1.4 and the schemas in ``wizard/validation/schemas``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from wizard.kube.kinds import built_in, kinds_with_pods, template_path

# A row: the kind that refers (`Pod` is every pod template, too), the path of the mapping that holds the reference
# (`[]` goes through a list, `.` is the object itself), the field with the name, the kind that is meant, and the keys
# that must be in it (`@path` reads them from the mapping). `@kind` reads the kind from the mapping as well.
_ROWS = """
Pod imagePullSecrets[] name v1/Secret .dockerconfigjson
Pod containers[].env[].valueFrom.secretKeyRef name v1/Secret @key
Pod initContainers[].env[].valueFrom.secretKeyRef name v1/Secret @key
Pod containers[].env[].valueFrom.configMapKeyRef name v1/ConfigMap @key
Pod initContainers[].env[].valueFrom.configMapKeyRef name v1/ConfigMap @key
Pod containers[].envFrom[].secretRef name v1/Secret
Pod initContainers[].envFrom[].secretRef name v1/Secret
Pod containers[].envFrom[].configMapRef name v1/ConfigMap
Pod initContainers[].envFrom[].configMapRef name v1/ConfigMap
Pod volumes[].secret secretName v1/Secret @items[].key
Pod volumes[].configMap name v1/ConfigMap @items[].key
Pod volumes[].projected.sources[].secret name v1/Secret @items[].key
Pod volumes[].projected.sources[].configMap name v1/ConfigMap @items[].key
Pod volumes[].persistentVolumeClaim claimName v1/PersistentVolumeClaim
Pod volumes[].csi.nodePublishSecretRef name v1/Secret
Pod . serviceAccountName v1/ServiceAccount
Pod . priorityClassName scheduling.k8s.io/v1/PriorityClass
Pod . runtimeClassName node.k8s.io/v1/RuntimeClass
StatefulSet spec serviceName v1/Service
StatefulSet spec.volumeClaimTemplates[].spec storageClassName storage.k8s.io/v1/StorageClass
PersistentVolumeClaim spec storageClassName storage.k8s.io/v1/StorageClass
Ingress spec ingressClassName networking.k8s.io/v1/IngressClass
Ingress spec.tls[] secretName v1/Secret tls.crt,tls.key
Ingress spec.defaultBackend.service name v1/Service
Ingress spec.rules[].http.paths[].backend.service name v1/Service
HorizontalPodAutoscaler spec.scaleTargetRef name @kind
RoleBinding roleRef name @kind
RoleBinding subjects[] name @kind
ClusterRoleBinding roleRef name @kind
ClusterRoleBinding subjects[] name @kind
HTTPRoute spec.parentRefs[] name gateway.networking.k8s.io/v1/Gateway
HTTPRoute spec.rules[].backendRefs[] name v1/Service
GRPCRoute spec.parentRefs[] name gateway.networking.k8s.io/v1/Gateway
GRPCRoute spec.rules[].backendRefs[] name v1/Service
"""


class Row(NamedTuple):
    """One field that names another object."""

    kind: str
    """The kind that refers; ``Pod`` stands for every pod and pod template."""
    holder: tuple[str, ...]
    """The keys that lead to the mapping with the reference; a key that ends in ``[]`` goes through a list."""
    name: str
    """The field of the mapping with the name."""
    target: str
    """``group/version/Kind``; empty where the mapping itself names the kind."""
    keys: tuple[str, ...] = ()
    keys_at: tuple[str, ...] = ()
    """The keys that lead from the mapping to the names of the keys that must be in the target."""


class Named(NamedTuple):
    """One reference in one object."""

    path: str
    """The field with the name, such as ``spec.tls[0].secretName``."""
    api_version: str
    """Empty where the reference does not name it."""
    kind: str
    name: str
    namespace: str
    """Empty for a kind that lives in no namespace."""
    keys: tuple[tuple[str, str], ...] = ()
    """(path, key) of each key that must be in the target; the path is empty where the kind itself asks for it."""
    optional: bool = False


@cache
def built_in_rows() -> tuple[Row, ...]:
    """The references of Kubernetes' own kinds and of the Gateway API."""
    return tuple(row_of(*line.split()) for line in _ROWS.split("\n") if line)


def row_of(kind: str, holder: str, name: str, target: str, keys: str = "") -> Row:
    """A row of the columns that the table above has."""
    path = () if holder == "." else tuple(holder.split("."))
    meant = "" if target == "@kind" else target
    if keys.startswith("@"):
        return Row(kind, path, name, meant, (), tuple(keys[1:].split(".")))
    return Row(kind, path, name, meant, tuple(keys.split(",")) if keys else ())


def references(data: Any, rows: Iterable[Row] = ()) -> Iterator[Named]:
    """Every reference of an object of any shape, by the built-in rows and by ``rows``."""
    if not isinstance(data, dict):
        return
    kind, namespace = data.get("kind"), _text(_map(data.get("metadata")).get("namespace"))
    pods = template_path(kind) if isinstance(kind, str) and kind in kinds_with_pods() else None
    for row in (*built_in_rows(), *rows):
        if row.kind == kind and kind != "Pod":
            yield from _named(row, data, "", namespace)
        elif row.kind == "Pod" and pods is not None:
            keys = (*pods, "spec")
            yield from _named(row, _under(data, keys), ".".join(keys), namespace)


def _named(row: Row, start: Any, path: str, namespace: str) -> Iterator[Named]:
    for at, holder in found_at(start, row.holder, path):
        name = _text(_map(holder).get(row.name))
        if not name:
            continue
        api_version, _, kind = row.target.rpartition("/")
        if not row.target:
            kind = _text(holder.get("kind"))
            group = _text(holder.get("apiGroup")) or _text(holder.get("group"))
            api_version = _text(holder.get("apiVersion")) or _version(group, kind)
        keys = [("", key) for key in row.keys]
        if row.keys_at:
            keys += [(where, key) for where, key in found_at(holder, row.keys_at, at) if isinstance(key, str)]
        place = "" if _cluster_wide(kind) else _text(holder.get("namespace")) or namespace
        spot = f"{at}.{row.name}" if at else row.name
        yield Named(spot, api_version, kind, name, place, tuple(keys), holder.get("optional") is True)


def found_at(data: Any, keys: tuple[str, ...], path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, value) of everything that these keys lead to; ``key[]`` goes through each item of a list."""
    if not keys:
        yield path, data
        return
    key, *rest = keys
    name = key.removesuffix("[]")
    value = _map(data).get(name)
    at = f"{path}.{name}" if path else name
    if not key.endswith("[]"):
        if value is not None:
            yield from found_at(value, tuple(rest), at)
        return
    for index, item in enumerate(value if isinstance(value, list) else ()):
        yield from found_at(item, tuple(rest), f"{at}[{index}]")


@cache
def _scopes() -> Mapping[str, bool]:
    return {kind.name: kind.namespaced for kind in built_in()} | {"RuntimeClass": False}


def _cluster_wide(kind: str) -> bool:
    return not _scopes().get(kind, True)


@cache
def _versions() -> Mapping[tuple[str, str], str]:
    return {(kind.api_version.rpartition("/")[0], kind.name): kind.api_version for kind in reversed(built_in())}


def _version(group: str, kind: str) -> str:
    return _versions().get((group, kind), f"{group}/" if group else "")


def _under(data: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        data = _map(data).get(key)
    return data


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
