"""The addresses at which a bundle's programs are called, as its Services and routes give them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wizard.render.model import BundleFile


def addresses(manifests: tuple[BundleFile, ...]) -> tuple[str, ...]:
    """A sentence for each address, those inside the cluster first; none where nobody calls."""
    documents = [file.document for file in manifests]
    inside = (line for one in documents if one.get("kind") == "Service" for line in _inside(one, documents))
    return (*inside, *(line for one in documents for line in _outside(one)))


def _inside(service: Any, documents: list[Any]) -> Iterator[str]:
    """The ports of a Service; of one without an address of its own only the names that it gives to replicas."""
    name, spec = service["metadata"]["name"], service["spec"]
    host = f"{name}.{service['metadata']['namespace']}.svc"
    alone = spec.get("clusterIP") == "None"
    named = [one["metadata"]["name"] for one in documents if (one.get("spec") or {}).get("serviceName") == name]
    for port in spec.get("ports", ()) if named or not alone else ():
        number = port["port"]
        if alone:
            yield f"One replica of several: `{named[0]}-0.{host}:{number}` ({port['name']}), and so on."
            continue
        target = port.get("targetPort", number)
        leads = "" if target == number else f", port {target} of the pod"
        yield f"In the cluster: `{host}:{number}` ({port['name']}{leads})."


def _outside(document: Any) -> Iterator[str]:
    spec = document.get("spec") or {}
    if document.get("kind") == "Ingress":
        secure = {host for one in spec.get("tls", ()) for host in one.get("hosts", ())}
        hosts = [rule["host"] for rule in spec.get("rules", ())]
        yield from (f"From outside: `{'https' if host in secure else 'http'}://{host}`." for host in hosts)
    elif document.get("kind") in ("HTTPRoute", "GRPCRoute"):
        yield from (f"From outside, by the Gateway: `{host}`." for host in spec.get("hostnames", ()))
