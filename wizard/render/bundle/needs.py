"""What must exist before a bundle can be applied: APIs, and Secrets a person makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wizard.catalog.model import Component, Parameter
from wizard.kube.kinds import is_own_group
from wizard.render.compose.workshop import Workshop
from wizard.render.model import BundleFile

_LISTS = {"imagePullSecrets": ("name", (".dockerconfigjson",)), "tls": ("secretName", ("tls.crt", "tls.key"))}
"""Lists whose items name Secrets of a known type: the field, and the keys."""


@dataclass(frozen=True, slots=True)
class SecretNeed:
    """An existing Secret the bundle refers to."""

    name: str
    keys: tuple[str, ...]
    asks: tuple[str, ...]
    """The questions of the parameters that name it."""
    optional: bool = False


def requirements(shop: Workshop, manifests: tuple[BundleFile, ...]) -> tuple[str, ...]:
    """API group/versions that Kubernetes itself does not bring.

    What a component declares counts when an object uses it, or when no template of the component
    could make such an object (it is needed for another reason then).
    """
    used = {f.ref.api_version for f in manifests if f.ref is not None}
    foreign = {v for v in used if not is_own_group(v)}
    for component in shop.components:
        foreign.update(api for api in component.requires if api in used or not _makes(shop, component, api))
    return tuple(sorted(foreign))


def _makes(shop: Workshop, component: Component, api: str) -> bool:
    folder = shop.catalog.root / "templates"
    paths = [folder / component.folder / name for name in component.objects]
    paths += [folder / "shared" / name for name in component.shared]
    return any(api in path.read_text("utf-8") for path in paths if path.is_file())


def secrets(shop: Workshop, manifests: tuple[BundleFile, ...]) -> tuple[SecretNeed, ...]:
    """The Secrets a person must create, in name order; those the bundle makes itself are left out."""
    made = {
        f.ref.name
        for f in manifests
        if f.ref is not None and f.ref.kind in ("Secret", "ExternalSecret", "SealedSecret")
    }
    made |= {
        str(f.document.get("spec", {}).get("secretName")) for f in manifests if f.ref and f.ref.kind == "Certificate"
    }
    keys: dict[str, list[str]] = {}
    required: set[str] = set()
    for file in manifests:
        for name, key, optional in _references(file.document):
            keys.setdefault(name, [])
            if key and key not in keys[name]:
                keys[name].append(key)
            if not optional:
                required.add(name)
    asks: dict[str, list[str]] = {}
    for parameter, value in _secret_parameters(shop):
        asks.setdefault(value, []).append(parameter.ask)
        keys.setdefault(value, [])
        required.add(value)
    for file in manifests:
        for name, key in _selectors(file.document):
            if name in asks and key not in keys[name]:
                keys[name].append(key)
    return tuple(
        SecretNeed(name, tuple(keys[name]), tuple(dict.fromkeys(asks.get(name, ()))), name not in required)
        for name in sorted(keys)
        if name not in made
    )


def _secret_parameters(shop: Workshop) -> Iterator[tuple[Parameter, str]]:
    for component in shop.components:
        for parameter in component.parameters:
            value = shop.request.parameters.get(parameter.key)
            if parameter.type == "secret-name" and value and parameter.key in shop.used:
                yield parameter, str(value)


def _references(data: Any) -> Iterator[tuple[str, str, bool]]:
    """(name, key, optional) of every reference to a Secret below ``data``."""
    if isinstance(data, list):
        for item in data:
            yield from _references(item)
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _reference(key, value)
        elif isinstance(value, list) and key in _LISTS:
            field, keys = _LISTS[key]
            names = [str(item[field]) for item in value if isinstance(item, dict) and item.get(field)]
            yield from ((name, inner, False) for name in names for inner in keys)
        yield from _references(value)


def _selectors(data: Any, parent: str = "") -> Iterator[tuple[str, str]]:
    """(name, key) of everything shaped like a selector of one key, as custom resources have them."""
    if isinstance(data, list):
        for item in data:
            yield from _selectors(item)
    elif isinstance(data, dict):
        if (
            set(data) == {"name", "key"}
            and parent != "configMapKeyRef"
            and all(isinstance(v, str) for v in data.values())
        ):
            yield data["name"], data["key"]
        for key, value in data.items():
            yield from _selectors(value, key)


def _reference(key: str, value: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    optional = value.get("optional") is True
    if key in ("secretKeyRef", "secretRef") and isinstance(value.get("name"), str):
        yield value["name"], str(value.get("key") or ""), optional
    elif key == "secret" and isinstance(value.get("secretName") or value.get("name"), str):
        items = [i for i in value.get("items") or () if isinstance(i, dict)]
        for item in items or [{}]:
            yield str(value.get("secretName") or value.get("name")), str(item.get("key") or ""), optional
