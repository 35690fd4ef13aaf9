"""The addresses of a bundle's programs, as defined by its Services and routes.

Third-party catalogues may write anything, so objects of an unexpected shape are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wizard.kube.data import mapping, mappings
from wizard.kube.kinds import pod_spec
from wizard.render.model import BundleFile
from wizard.text import listed

_BALANCER = "LoadBalancer"
_ADDRESS = "{.status.loadBalancer.ingress[0]}"
"""The load balancer's address: clouds assign an IP address or a host name."""


def addresses(manifests: tuple[BundleFile, ...]) -> tuple[str, ...]:
    """Return a sentence for each address, those inside the cluster first; empty if the bundle has none."""
    documents = [file.document for file in manifests]
    inside = (line for one in documents if one.get("kind") == "Service" for line in _inside(one, documents))
    nodes = (line for one in documents for line in _at_nodes(one))
    return (*inside, *nodes, *(line for one in documents for line in _outside(one)))


def _inside(service: Any, documents: list[Any]) -> Iterator[str]:
    """Yield the ports of a Service; for a headless one, only the names of the replicas.

    The network policy opens the ports of a load balancer only to callers outside, so they are not listed here.
    """
    about, spec = mapping(service, "metadata"), mapping(service, "spec")
    name, namespace = about.get("name"), about.get("namespace")
    host = f"{name}.{namespace}.svc" if namespace else name
    if spec.get("type") == _BALANCER:
        return
    alone = spec.get("clusterIP") == "None"
    named = [one for one in documents if mapping(one, "spec").get("serviceName") == name]
    for port in mappings(spec, "ports") if named or not alone else ():
        number = port.get("port")
        target = port.get("targetPort", number)
        if alone:
            first = f"`{mapping(named[0], 'metadata').get('name')}-0.{host}:{number}`{_note(port)}"
            single = mapping(named[0], "spec").get("replicas") == 1
            yield f"Its only replica, by name: {first}." if single else f"Individual replicas: {first}, and so on."
        else:
            note = _note(port, f"port {target} of the pod" if target != number else "")
            yield f"In the cluster: `{host}:{number}`{note}."


def _at_nodes(document: Any) -> Iterator[str]:
    """Yield the ports of a node that lead to a pod on it; no other object shows them."""
    namespace = mapping(document, "metadata").get("namespace")
    for port in (port for one in mappings(pod_spec(document), "containers") for port in mappings(one, "ports")):
        if number := port.get("hostPort"):
            where = f"`kubectl -n {namespace} get pods -o wide` names the nodes"
            yield f"At the address of each node with a pod: port {number}{_note(port)}; {where}."


def _note(port: Mapping[str, Any], more: str = "") -> str:
    notes = (port.get("name"), "UDP" if port.get("protocol") == "UDP" else "", more)
    return f" ({', '.join(str(note) for note in notes if note)})" if any(notes) else ""


def _outside(document: Any) -> Iterator[str]:
    spec = mapping(document, "spec")
    if document.get("kind") == "Ingress":
        secure = [host for one in mappings(spec, "tls") for host in one.get("hosts") or ()]
        hosts = [rule["host"] for rule in mappings(spec, "rules") if rule.get("host")]
        yield from (f"From outside: `{'https' if host in secure else 'http'}://{host}`." for host in hosts)
    elif document.get("kind") in ("HTTPRoute", "GRPCRoute"):
        yield from (f"From outside, through the Gateway: `{host}`." for host in spec.get("hostnames") or ())
    elif document.get("kind") == "Service" and spec.get("type") == _BALANCER:
        about = mapping(document, "metadata")
        ports = [f"{one.get('port')}/{one.get('protocol', 'TCP')}" for one in mappings(spec, "ports")]
        name, at = f"{about.get('name')}", f" -n {about['namespace']}" if about.get("namespace") else ""
        command = f"kubectl{at} get service {name} -o jsonpath='{_ADDRESS}'"
        if ports:
            yield f"From outside: {listed(ports)} at the address that `{command}` shows."
