"""Replies of a child process that renders: JSON, which is data and nothing else, even from a hostile sender."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

from wizard.errors import CatalogError, Fault, Position, RenderError, WizardError
from wizard.kube.objects import ObjectRef
from wizard.render.model import (
    Bundle,
    BundleFile,
    ContainerNote,
    Contract,
    Fallback,
    FileKind,
    First,
    Must,
    Origin,
    Owner,
    PodNote,
    Step,
    WorkloadContract,
)
from wizard.render.paths import safe_path
from wizard.render.template_errors import LimitError

_KINDS = get_args(FileKind)
_SIMPLE = ("name", "namespace", "images", "requires", "privileged", "digest")
"""The fields of a bundle that are text already."""


def line_of(message: Mapping[str, Any]) -> bytes:
    """One message as one line."""
    return json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def encode_bundle(bundle: Bundle) -> dict[str, Any]:
    """The bundle as plain data; each origin, which many lines share, is there once."""
    places: dict[Origin | None, int] = {None: -1}
    known: list[Origin] = []

    def number(origin: Origin | None) -> int:
        if origin is not None and origin not in places:
            places[origin] = len(known)
            known.append(origin)
        return places[origin]

    files = [
        {
            "path": file.path,
            "text": file.text,
            "kind": file.kind,
            "origins": [number(origin) for origin in file.origins],
            "ref": file.ref._asdict() if file.ref else None,
            "document": file.document,
            "paths": {path: number(origin) for path, origin in file.paths.items()},
        }
        for file in bundle.files
    ]
    pod = _record(bundle.pod) if bundle.pod else None
    whole = {
        name: getattr(bundle, name) for name in ("name", "namespace", "images", "requires", "privileged", "digest")
    }
    origins = [_record(origin) for origin in known]
    beside = [_record(one) for one in bundle.beside]
    contract = _record(bundle.contract)
    return {**whole, "files": files, "pod": pod, "beside": beside, "contract": contract, "origins": origins}


def _record(value: Any) -> Any:
    """A record by the names of its fields, those inside it likewise; anything else as it is."""
    if hasattr(value, "_asdict"):
        return {name: _record(one) for name, one in value._asdict().items()}
    return [_record(one) for one in value] if isinstance(value, tuple) else value


def decode_bundle(data: Mapping[str, Any]) -> Bundle:
    """The bundle of such data.

    Raises:
        TypeError, KeyError, ValueError, LookupError, AttributeError: it is not the data of a bundle.
    """
    origins: list[Origin | None] = [
        Origin(_text(o["component"]), _text(o["rule"]), _texts(o["questions"]), _texts(o["parameters"]))
        for o in data["origins"]
    ]
    origins.append(None)  # at -1
    return Bundle(
        files=tuple(_file(file, origins) for file in data["files"]),
        name=_text(data["name"]),
        namespace=_text(data["namespace"]),
        pod=_pod(data["pod"]) if data["pod"] is not None else None,
        images=tuple((_text(owner), _text(reference)) for owner, reference in data["images"]),
        requires=_texts(data["requires"]),
        privileged=_text(data["privileged"]),
        contract=_contract(data["contract"]),
        beside=tuple(_pod(one) for one in data["beside"]),
        digest=_text(data["digest"]),
    )


def _file(data: Mapping[str, Any], origins: list[Origin | None]) -> BundleFile:
    path = _text(data["path"])
    if not safe_path(path) or data["kind"] not in _KINDS:
        raise ValueError(path)
    return BundleFile(
        path,
        _text(data["text"]),
        data["kind"],
        tuple(origins[number] for number in data["origins"]),
        ObjectRef(**{name: _text(value) for name, value in data["ref"].items()}) if data["ref"] else None,
        data["document"],
        {name: origin for name, number in data["paths"].items() if (origin := origins[number]) is not None},
    )


def _pod(data: Mapping[str, Any]) -> PodNote:
    containers = (ContainerNote(**{k: _text(v) for k, v in one.items()}) for one in data["containers"])
    kind, replicas, name, component = (_text(data[key]) for key in ("kind", "replicas", "name", "component"))
    cpu, memory, helper_cpu, helper_memory = (
        int(data[key]) for key in ("cpu_millis", "memory_bytes", "helper_cpu_millis", "helper_memory_bytes")
    )
    return PodNote(kind, replicas, tuple(containers), cpu, memory, helper_cpu, helper_memory, name, component)


def _contract(data: Mapping[str, Any]) -> Contract:
    workloads = (
        WorkloadContract(_text(one["kind"]), _text(one["name"]), tuple(Must(**_all_text(line)) for line in one["must"]))
        for one in data["workloads"]
    )
    return Contract(
        workloads=tuple(workloads),
        first=tuple(_first(one) for one in data["first"]),
        next=tuple(Step(**_all_text(one)) for one in data["next"]),
        undo=tuple(Step(**_all_text(one)) for one in data["undo"]),
        fallbacks=tuple(Fallback(**_all_text(one)) for one in data["fallbacks"]),
    )


def _first(data: Mapping[str, Any]) -> First:
    owner: Owner = "platform" if data["owner"] == "platform" else "you"
    others = ("keys", "asked_by", "owner", "optional")
    texts = _all_text({key: value for key, value in data.items() if key not in others})
    keys, asked_by = _texts(data["keys"]), _texts(data["asked_by"])
    return First(**texts, keys=keys, asked_by=asked_by, owner=owner, optional=data["optional"] is True)


def _all_text(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _text(value) for key, value in data.items()}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} where a text was expected")
    return value


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(_text(value) for value in values)


def encode_faults(faults: tuple[Fault, ...]) -> list[dict[str, Any]]:
    """Faults as plain data."""
    return [_record(fault) for fault in faults]


def decode_faults(data: Any) -> tuple[Fault, ...]:
    """The faults of such data."""
    return tuple(Fault(**{**fault, "position": Position(**fault["position"])}) for fault in data)


def encode_error(error: WizardError) -> dict[str, Any]:
    """An error of rendering as plain data."""
    return {
        "kind": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
        "path": getattr(error, "path", ""),
        "faults": encode_faults(getattr(error, "faults", ())),
    }


def decode_error(data: Mapping[str, Any]) -> WizardError:
    """The error of such data."""
    message, hint = _text(data["message"]), _text(data["hint"])
    if data["kind"] == LimitError.__name__:
        return LimitError(message, hint=hint, path=_text(data["path"]))
    if data["kind"] == CatalogError.__name__:
        return CatalogError(message, hint=hint, faults=decode_faults(data["faults"]))
    return RenderError(message, hint=hint)
