"""Reduce an API server's OpenAPI document to the compact schemas that ``wizard.validation`` reads.

    kubectl get --raw /openapi/v2 > openapi.json
    python tools/make_schemas.py openapi.json --minor 1.37 [--from DIR]

``--from DIR`` names the folder with the ``v1.NN.0-local/_definitions.json`` files of the PyPI package
``kubernetes-validate``; they give the first and last minor of every field (``history.json``). Only names and
types are kept, no descriptions. Writes ``wizard/validation/schemas/v<minor>.json`` and ``history.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parents[1] / "wizard" / "check" / "schemas"
OLDEST = 29
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
# The server's own code is content without these, whatever its OpenAPI document says.
NOT_REQUIRED = {
    ("core.v1.SleepAction", "seconds"),
    ("batch.v1.PodFailurePolicy", "rules"),
    ("core.v1.LimitRangeSpec", "limits"),
}
# ... and refuses these, which the document calls optional.
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
    """The type of a field in the compact grammar that ``wizard.validation.schema`` reads."""
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
    """(kinds to check by group/version, other kinds the server has)."""
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
    """Kinds whose create path has no namespace, as ``group/version Kind``."""
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


def history(newest: Mapping[str, Any], folder: Path, minor: int) -> dict[str, Any]:
    """First minor of each field (when after the oldest), and what older minors had besides."""
    since: dict[str, dict[str, int]] = {}
    gone: dict[str, dict[str, Any]] = {}
    for number in range(minor, OLDEST - 1, -1):
        text = (folder / f"v1.{number}.0-local" / "_definitions.json").read_text(encoding="utf-8")
        older = {short(name): schema.get("properties", {}) for name, schema in json.loads(text)["$defs"].items()}
        for name, reduced in newest["types"].items():
            if name not in older:
                since.setdefault(name, {}).setdefault("", number + 1)
                continue
            for field in reduced["fields"]:
                if field not in older[name]:
                    since.setdefault(name, {}).setdefault(field, number + 1)
            for field in older[name].keys() - reduced["fields"].keys():
                gone.setdefault(name, {}).setdefault(field, number)
    return {"oldest": OLDEST, "since": since, "gone": gone}


def write(path: Path, data: Mapping[str, Any]) -> None:
    """JSON with one line for each entry of a nested mapping, so that a diff can be read."""
    blocks = []
    for key, value in data.items():
        if isinstance(value, dict):
            rows = ",\n".join(f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in value.items())
            blocks.append(f"{json.dumps(key)}:{{\n{rows}\n}}")
        else:
            blocks.append(f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}")
    path.write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("openapi", type=Path, help="answer of GET /openapi/v2")
    parser.add_argument("--minor", required=True, help="the server's minor, such as 1.37")
    parser.add_argument("--from", dest="folder", type=Path, help="folder of older schemas")
    options = parser.parse_args()
    newest = compact(json.loads(options.openapi.read_text(encoding="utf-8")), options.minor)
    OUT.mkdir(exist_ok=True)
    write(OUT / f"v{options.minor}.json", newest)
    if options.folder:
        write(OUT / "history.json", history(newest, options.folder, int(options.minor.partition(".")[2])))


if __name__ == "__main__":
    main()
