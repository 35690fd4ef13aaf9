"""Reduce an API server's OpenAPI document to the compact schemas that ``wizard.validation`` reads.

    make schemas

Reads from the kube-apiserver in the folder ``KUBEBUILDER_ASSETS``, which must be of the newest minor of
``wizard/kube/versions.py``. Only names and types are kept, no descriptions. Writes
``wizard/validation/schemas/v<minor>.json``. If the file of the previous minor exists, it is removed, and
``history.json`` records the fields that were added and removed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.apiserver.server import ApiServer, serve
from wizard.kube.reason import Reason
from wizard.kube.versions import NEWEST, Minor, minor_text, parse_minor
from wizard.validation.schema import SCHEMAS

PREFIXES = ("io.k8s.api.", "io.k8s.apimachinery.pkg.apis.", "io.k8s.apiextensions-apiserver.pkg.apis.", "io.k8s.")
SKIP_KINDS = {
    "APIGroup", "APIGroupList", "APIResourceList", "APIVersions", "Binding", "ComponentStatus", "CSINode",
    "CSIStorageCapacity", "ControllerRevision", "DeleteOptions", "Event", "Eviction", "IPAddress", "Node",
    "PodCertificateRequest", "ResourceSlice", "Scale", "ServiceCIDR", "Status", "StorageVersionMigration",
    "VolumeAttachment", "WatchEvent", "TokenRequest", "ClusterTrustBundle", "APIService", "FlowSchema",
    "PriorityLevelConfiguration", "DeviceTaintRule", "CertificateSigningRequest",
}  # fmt: skip
SPECIAL = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "intstr",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "object",
    "io.k8s.apimachinery.pkg.runtime.RawExtension": "any",
    "io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry": "object",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps": "object",
}
FORMATS = {"byte": "bytes", "int64": "long"}
# The server accepts objects without these fields, although its OpenAPI document requires them.
NOT_REQUIRED = {
    ("core.v1.SleepAction", "seconds"),
    ("batch.v1.PodFailurePolicy", "rules"),
    ("core.v1.LimitRangeSpec", "limits"),
}
# The server requires these fields, although the document calls them optional.
ALSO_REQUIRED = {
    "apps.v1.ReplicaSetSpec": ["template"],
    "batch.v1.Job": ["spec"],
    "batch.v1.JobTemplateSpec": ["spec"],
    "core.v1.ConfigMapEnvSource": ["name"],
    "core.v1.ConfigMapKeySelector": ["name"],
    "core.v1.ConfigMapProjection": ["name"],
    "core.v1.ConfigMapVolumeSource": ["name"],
    "core.v1.ExecAction": ["command"],
    "core.v1.PersistentVolumeSpec": ["accessModes", "capacity"],
    "core.v1.Pod": ["spec"],
    "core.v1.PodTemplateSpec": ["spec"],
    "core.v1.SecretEnvSource": ["name"],
    "core.v1.SecretKeySelector": ["name"],
    "core.v1.SecretProjection": ["name"],
    "core.v1.SecretVolumeSource": ["secretName"],
    "networking.v1.Ingress": ["spec"],
}
SCALARS = {"string": "string", "boolean": "bool", "integer": "int", "number": "number", "object": "object"}


def short(name: str) -> str:
    for prefix in PREFIXES:
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return name


def kind_type(schema: Mapping[str, Any]) -> str:
    """Return the type of a field in the compact grammar that ``wizard.validation.schema`` reads."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return SPECIAL.get(name) or "#" + short(name)
    kind = schema.get("type")
    if kind == "array":
        keys = schema.get("x-kubernetes-list-map-keys") or []
        return "[" + kind_type(schema["items"]) + "".join(f";{key}" for key in keys) + "]"
    if kind == "object" and "additionalProperties" in schema:
        return "{" + kind_type(schema["additionalProperties"]) + "}"
    if "enum" in schema:
        return "=" + "|".join(schema["enum"])
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    return SCALARS.get(kind or "", "any")


def reduce_type(type_name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: kind_type(field) for name, field in sorted(schema.get("properties", {}).items())}
    if "status" in fields and "metadata" in fields:
        fields["status"] = "any"
    reduced: dict[str, Any] = {"fields": fields}
    required = [
        name for name in schema.get("required", []) if name != "status" and (type_name, name) not in NOT_REQUIRED
    ]
    required += ALSO_REQUIRED.get(type_name, [])
    if required:
        reduced["required"] = required
    return reduced


def references(reduced: Mapping[str, Any]) -> Iterator[str]:
    for text in reduced["fields"].values():
        name = text.strip("[{]}").partition(";")[0]
        while name[:1] in "[{":
            name = name.strip("[{]}")
        if name.startswith("#"):
            yield name[1:]


def kinds(document: Mapping[str, Any]) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    """Return (kinds to check by group/version, other kinds that the server has)."""
    checked: dict[str, dict[str, str]] = {}
    other: dict[str, list[str]] = {}
    for name, schema in sorted(document["definitions"].items()):
        for gvk in schema.get("x-kubernetes-group-version-kind", []):
            kind = gvk["kind"]
            version = f"{gvk['group']}/{gvk['version']}".lstrip("/")
            if len(schema["x-kubernetes-group-version-kind"]) > 1:
                continue
            if kind in SKIP_KINDS or kind.endswith(("List", "Review")):
                other.setdefault(version, []).append(kind)
            else:
                checked.setdefault(version, {})[kind] = short(name)
    return checked, other


def cluster_scoped(document: Mapping[str, Any]) -> list[str]:
    """Return the kinds whose create path has no namespace, as ``group/version Kind``."""
    found = set()
    for path, operations in document["paths"].items():
        gvk = operations.get("post", {}).get("x-kubernetes-group-version-kind")
        if gvk and "{namespace}" not in path:
            found.add(f"{gvk['group']}/{gvk['version']} {gvk['kind']}".lstrip("/"))
    return sorted(found)


def compact(document: Mapping[str, Any], minor: str) -> dict[str, Any]:
    checked, other = kinds(document)
    by_short = {short(name): schema for name, schema in document["definitions"].items()}
    types: dict[str, Any] = {}
    queue = [name for group in checked.values() for name in group.values()]
    while queue:
        name = queue.pop()
        if name not in types:
            types[name] = reduce_type(name, by_short[name])
            queue.extend(references(types[name]))
    return {
        "minor": minor,
        "kinds": checked,
        "other": other,
        "cluster": cluster_scoped(document),
        "types": {name: types[name] for name in sorted(types)},
    }


def next_history(history: Mapping[str, Any], before: Mapping[str, Any], newest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first minor of each newer type (key "") and field, and the last minor of each removed field.

    ``before`` and ``newest`` are the schemas of two consecutive minors, ``history`` is that of ``before``.
    """
    minor = int(newest["minor"].partition(".")[2])
    found: dict[str, Any] = {"since": {}, "gone": {}}
    for name, reduced in newest["types"].items():
        now, old = reduced["fields"], before["types"].get(name, {"fields": {}})["fields"]
        since = {key: first for key, first in history["since"].get(name, {}).items() if not key or key in now}
        gone = {key: last for key, last in history["gone"].get(name, {}).items() if key not in now}
        if name not in before["types"]:
            since = {"": minor}
        else:
            since |= {key: minor for key in now if key not in old}
            gone |= {key: minor - 1 for key in old if key not in now}
        found["since"] |= {name: since} if since else {}
        found["gone"] |= {name: gone} if gone else {}
    return found


def write(path: Path, data: Mapping[str, Any]) -> None:
    """Write JSON with one line for each entry of a nested mapping, so that diffs are readable."""
    blocks = []
    for key, value in data.items():
        if isinstance(value, dict):
            rows = ",\n".join(f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in value.items())
            blocks.append(f"{json.dumps(key)}:{{\n{rows}\n}}")
        else:
            blocks.append(f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}")
    path.write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes", file=sys.stderr)


def minor_of(server: ApiServer) -> Minor:
    version = server.request("GET", "/version").body
    found = parse_minor(f"{version['major']}.{version['minor'].rstrip('+')}")
    if isinstance(found, Reason):
        sys.exit(f"the server's version is {found.message}")
    return found


def main() -> None:
    with serve() as server:
        found = minor_of(server)
        document = server.request("GET", "/openapi/v2").body
    if found != NEWEST:
        newest = minor_text(NEWEST)
        sys.exit(f"the server is {minor_text(found)}, and the newest minor of wizard/kube/versions.py is {newest}")
    schema = compact(document, minor_text(NEWEST))
    for path in SCHEMAS.glob("v*.json"):
        before = json.loads(path.read_text(encoding="utf-8"))
        old = parse_minor(before["minor"])
        if old == (NEWEST[0], NEWEST[1] - 1):
            history = json.loads((SCHEMAS / "history.json").read_text(encoding="utf-8"))
            write(SCHEMAS / "history.json", next_history(history, before, schema))
            path.unlink()
        elif old != NEWEST:
            sys.exit(f"{path.name} is not of the minor before {minor_text(NEWEST)}: go one minor at a time")
    write(SCHEMAS / f"v{minor_text(NEWEST)}.json", schema)


if __name__ == "__main__":
    main()
