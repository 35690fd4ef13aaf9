"""The filters that templates have besides Jinja's own; they need no Jinja."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wizard.errors import RenderError
from wizard.kube.names import service_namespace
from wizard.kube.quantities import BILLION, parse_quantity
from wizard.kube.reason import Reason
from wizard.text import visible

_MEBI = 1024**2
_MOST_ORDINALS = 1000


def env_entries(value: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Filter ``env``: a map as the ``env`` list of a container."""
    return [{"name": name, "value": text} for name, text in (value or {}).items()]


def volume_mounts(paths: Sequence[str] | None, volume: str) -> list[dict[str, str]]:
    """Filter ``mounts``: paths as mounts of one volume, each a folder of its own in it."""
    return [{"name": volume, "mountPath": path, "subPath": path.strip("/") or "root"} for path in paths or ()]


def indented(text: str, width: int = 4, first: bool = False) -> str:  # noqa: FBT001, FBT002 - Jinja's signature
    """Filter ``indent``: as Jinja's, but nothing stays nothing, so that an empty include leaves no blanks behind."""
    lines = text.split("\n")
    pad = " " * width
    return "\n".join(f"{pad}{line}" if line and (first or number) else line for number, line in enumerate(lines))


def prefixed(items: Iterable[str] | None, text: str) -> list[str]:
    """Filter ``prefixed``: each text of a list with ``text`` before it."""
    return [f"{text}{item}" for item in items or ()]


def quoted_word(value: str) -> str:
    """Filter ``quoted``: one word in double quotes, for a configuration file in which a ``$`` begins a variable.

    Raises:
        RenderError: the text holds a ``$``, or what cannot be printed.
    """
    if "$" in value or not value.isprintable():
        raise RenderError(
            f"{visible(value)} holds a $ or a control character, which no word of this file can hold",
            hint="leave it out",
        )
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def full_host(host: str, namespace: str, domain: str) -> str:
    """Filter ``full_host``: a Service's name in full, for a program that asks the DNS for names as they are written.

    Most programs try a name with each ending of the ``search`` line in /etc/resolv.conf, so ``db.shop.svc`` is enough
    for them. ``domain`` is the cluster's own, such as cluster.local, or a variable of the file that has it.
    """
    found = service_namespace(host)
    if found is None or host.rstrip(".").split(".")[-1] not in ("svc", host):
        return host
    return f"{host}.{domain}" if found else f"{host}.{namespace}.svc.{domain}"


def quantity_sum(value: str, more: str) -> str:
    """Filter ``plus``: the sum of two quantities, in whole mebibytes where it is one.

    Raises:
        RenderError: one of them is not a quantity of whole bytes.
    """
    amounts = [parse_quantity(str(text)) for text in (value, more)]
    if any(isinstance(amount, Reason) for amount in amounts):
        raise RenderError(f"{value} plus {more}: `plus` adds quantities, such as 64Mi")
    whole = sum(-(-amount // BILLION) for amount in amounts if not isinstance(amount, Reason))
    return f"{whole // _MEBI}Mi" if whole % _MEBI == 0 else str(whole)


def ordinals(count: int) -> list[int]:
    """Filter ``ordinals``: the numbers of so many replicas, from 0; a template has no ``range``, which has no end.

    Raises:
        RenderError: it is not a whole number from 1 to 1000.
    """
    if not isinstance(count, int) or not 1 <= count <= _MOST_ORDINALS:
        raise RenderError(f"`ordinals` counts from 1 to {_MOST_ORDINALS} replicas", hint="give another number")
    return list(range(count))


def product(value: int, count: int) -> int:
    """Filter ``times``: a product of numbers; a template has no ``*``, which could make a text without end.

    Raises:
        RenderError: a factor is not a whole number, or the product is more than Kubernetes can represent.
    """
    if not isinstance(value, int) or not isinstance(count, int):
        raise RenderError("`times` multiplies whole numbers")
    if abs(value * count) >= 2**31:
        raise RenderError(
            f"{value} times {count} is more than Kubernetes can represent", hint="make one of them smaller"
        )
    return value * count
