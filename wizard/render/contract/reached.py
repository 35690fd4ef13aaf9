"""The remote ends of connections that a program needs to start or to work, or to store what it sends."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from wizard.kube.names import is_address, is_subdomain
from wizard.render.compose.declared import Connecting
from wizard.render.compose.workshop import Workshop
from wizard.render.model import First

_TAKES = "{host} must accept connections on port {port} from the namespace {namespace}: "
_SENTENCES = {
    "start": f"{_TAKES}the program starts only then.",
    "work": f"{_TAKES}the program starts without it, but cannot use it until then.",
    "store": f"{_TAKES}log lines wait in the pod until then, as long as there is room.",
}
_FIRST = {needed: number for number, needed in enumerate(_SENTENCES)}
"""The rank of each need, most urgent first."""


def reached(shop: Workshop) -> Iterator[First]:
    """Yield one prerequisite for each needed host and port, with the most urgent need."""
    found: dict[tuple[str, int], Connecting] = {}
    for one in shop.declared.connections():
        key = one.host, one.port
        if one.needed and one.host and (key not in found or _FIRST[one.needed] < _FIRST[found[key].needed]):
            found[key] = one
    for one in found.values():
        say = _SENTENCES[one.needed].format(host=one.host, port=one.port, namespace=shop.namespace)
        yield First("", "", "you", say=say, check=_check(shop, one))


def _check(shop: Workshop, one: Connecting) -> str:
    """Return a command that shows the endpoints of a Service or resolves an outside name; empty for an IP address."""
    if one.namespace is None:
        named = is_subdomain(one.host) and not is_address(one.host)
        return f"nslookup {quote(one.host)}" if named else ""
    labels = one.host.rstrip(".").split(".")
    service = labels[labels.index("svc", 2) - 2] if "svc" in labels[2:] else labels[0]
    where = quote(one.namespace or shop.namespace)
    return f"kubectl -n {where} get endpointslices.discovery.k8s.io -l kubernetes.io/service-name={quote(service)}"
