"""Where each kind lives: a table of the built-in kinds, and one question per other group and version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from wizard.cluster.request import segment

_CLUSTER = "cluster"
_BUILT_IN = """
v1 ConfigMap configmaps
v1 Endpoints endpoints
v1 LimitRange limitranges
v1 Namespace namespaces cluster
v1 PersistentVolume persistentvolumes cluster
v1 PersistentVolumeClaim persistentvolumeclaims
v1 Pod pods
v1 PodTemplate podtemplates
v1 ReplicationController replicationcontrollers
v1 ResourceQuota resourcequotas
v1 Secret secrets
v1 Service services
v1 ServiceAccount serviceaccounts
admissionregistration.k8s.io/v1 MutatingWebhookConfiguration mutatingwebhookconfigurations cluster
admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings cluster
admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy validatingadmissionpolicies cluster
admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration validatingwebhookconfigurations cluster
apiextensions.k8s.io/v1 CustomResourceDefinition customresourcedefinitions cluster
apps/v1 DaemonSet daemonsets
apps/v1 Deployment deployments
apps/v1 ReplicaSet replicasets
apps/v1 StatefulSet statefulsets
autoscaling/v1 HorizontalPodAutoscaler horizontalpodautoscalers
autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers
batch/v1 CronJob cronjobs
batch/v1 Job jobs
coordination.k8s.io/v1 Lease leases
discovery.k8s.io/v1 EndpointSlice endpointslices
networking.k8s.io/v1 IngressClass ingressclasses cluster
networking.k8s.io/v1 Ingress ingresses
networking.k8s.io/v1 NetworkPolicy networkpolicies
policy/v1 PodDisruptionBudget poddisruptionbudgets
rbac.authorization.k8s.io/v1 ClusterRole clusterroles cluster
rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings cluster
rbac.authorization.k8s.io/v1 Role roles
rbac.authorization.k8s.io/v1 RoleBinding rolebindings
scheduling.k8s.io/v1 PriorityClass priorityclasses cluster
storage.k8s.io/v1 StorageClass storageclasses cluster
"""
_OTHER_GROUPS = tuple(
    f"{name}.k8s.io"
    for name in (
        "apiregistration", "authentication", "authorization", "certificates", "events", "flowcontrol.apiserver",
        "internal.apiserver", "node", "resource", "storagemigration",
    )
)  # fmt: skip
_ORDER = (
    "Namespace", "CustomResourceDefinition", "PriorityClass", "StorageClass", "ServiceAccount", "Secret", "ConfigMap",
    "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "PersistentVolume", "PersistentVolumeClaim", "Service",
    "NetworkPolicy", "Pod", "ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob",
    "PodDisruptionBudget", "HorizontalPodAutoscaler", "Ingress",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Resource:
    """Where a kind lives."""

    api_version: str
    plural: str
    namespaced: bool

    def path(self, namespace: str, name: str = "") -> str:
        """The path of the collection, or of one object."""
        root = "/api/v1" if self.api_version == "v1" else f"/apis/{group_path(self.api_version)}"
        inside = f"/namespaces/{segment(namespace)}" if self.namespaced else ""
        return f"{root}{inside}/{segment(self.plural)}{f'/{segment(name)}' if name else ''}"


Resources = Mapping[tuple[str, str], Resource]
"""(apiVersion, kind) -> where it lives."""


def built_in() -> dict[tuple[str, str], Resource]:
    """The kinds every supported server has."""
    found = {}
    for row in _BUILT_IN.split("\n"):
        words = row.split()
        if words:
            found[words[0], words[1]] = Resource(words[0], words[2], _CLUSTER not in words[3:])
    return found


def group_path(api_version: str) -> str:
    """``group/version`` as part of a path."""
    return "/".join(segment(part) for part in api_version.split("/"))


def is_built_in_group(api_version: str) -> bool:
    """Whether Kubernetes itself owns the group, so that no CRD can bring it."""
    group = api_version.rpartition("/")[0]
    known = {version.rpartition("/")[0] for version, _ in built_in()}
    return "." not in group or group in known or group in _OTHER_GROUPS


def served(api_version: str, answer: Any) -> Resources:
    """What an ``APIResourceList`` says; anything unexpected in it is left out."""
    items = answer.get("resources") if isinstance(answer, dict) else None
    found = {}
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue
        plural, kind = item.get("name"), item.get("kind")
        if (
            isinstance(plural, str)
            and isinstance(kind, str)
            and plural
            and "/" not in plural
            and plural not in ("..", ".")
        ):
            found[api_version, kind] = Resource(api_version, plural, bool(item.get("namespaced")))
    return MappingProxyType(found)


def in_order(objects: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What others need first, unknown kinds last; the given order otherwise."""
    rank = {kind: number for number, kind in enumerate(_ORDER)}
    return sorted(objects, key=lambda each: rank.get(str(each.get("kind")), len(rank)))
