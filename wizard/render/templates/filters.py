"""The filters of templates besides Jinja's own; they do not need Jinja."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from wizard.errors import RenderError
from wizard.kube.names import service_namespace
from wizard.kube.quantities import BILLION, parse_quantity
from wizard.kube.reason import Reason
from wizard.text import visible

_MEBI = 1024**2
_MOST_ORDINALS = 1000


def env_entries(value: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Filter ``env``: turn a mapping into the ``env`` list of a container."""
    return [{"name": name, "value": text} for name, text in (value or {}).items()]


def volume_mounts(paths: Sequence[str] | None, volume: str) -> list[dict[str, str]]:
    """Filter ``mounts``: turn paths into mounts of one volume, each with its own folder in it."""
    return [{"name": volume, "mountPath": path, "subPath": path.strip("/") or "root"} for path in paths or ()]


def indented(text: str, width: int = 4, first: bool = False) -> str:  # noqa: FBT001, FBT002 - Jinja's signature
    """Filter ``indent``: indent as Jinja does, but keep an empty text empty: an empty include must not add spaces."""
    lines = text.split("\n")
    pad = " " * width
    return "\n".join(f"{pad}{line}" if line and (first or number) else line for number, line in enumerate(lines))


def prefixed(items: Iterable[str] | None, text: str) -> list[str]:
    """Filter ``prefixed``: put ``text`` before each text of a list."""
    return [f"{text}{item}" for item in items or ()]


def quoted_word(value: str) -> str:
    """Filter ``quoted``: put one word in double quotes, for a configuration file in which a ``$`` starts a variable.

    Raises:
        RenderError: the text contains a ``$`` or an unprintable character.
    """
    if "$" in value or not value.isprintable():
        message = f"{visible(value)} holds a $ or a control character, which no word of this file can hold"
        raise RenderError(message, hint="leave it out")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def full_host(host: str, namespace: str, domain: str) -> str:
    """Filter ``full_host``: return the full name of a Service, for a program whose DNS lookups use the name as written.

    Most programs try a name with each suffix of the ``search`` line in /etc/resolv.conf, so ``db.shop.svc`` is enough
    for them. ``domain`` is the cluster's domain, such as cluster.local, or a variable of the file that contains it.
    """
    found = service_namespace(host)
    if found is None or host.rstrip(".").split(".")[-1] not in ("svc", host):
        return host
    return f"{host}.{domain}" if found else f"{host}.{namespace}.svc.{domain}"


def quantity_sum(value: str, more: str) -> str:
    """Filter ``plus``: add two quantities; the sum is in mebibytes if that is a whole number.

    Raises:
        RenderError: one of them is not a valid quantity.
    """
    amounts = [parse_quantity(str(text)) for text in (value, more)]
    if any(isinstance(amount, Reason) for amount in amounts):
        raise RenderError(f"{value} plus {more}: `plus` adds quantities, such as 64Mi")
    whole = sum(-(-amount // BILLION) for amount in amounts if not isinstance(amount, Reason))
    return f"{whole // _MEBI}Mi" if whole % _MEBI == 0 else str(whole)


def ordinals(count: int) -> list[int]:
    """Filter ``ordinals``: list the ordinals of replicas, from 0; templates have no ``range``, which is unbounded.

    Raises:
        RenderError: ``count`` is not a whole number from 1 to 1000.
    """
    if not isinstance(count, int) or not 1 <= count <= _MOST_ORDINALS:
        raise RenderError(f"`ordinals` counts from 1 to {_MOST_ORDINALS} replicas", hint="give another number")
    return list(range(count))


def product(value: int, count: int) -> int:
    """Filter ``times``: multiply numbers; templates have no ``*``, which could produce texts of any size.

    Raises:
        RenderError: a factor is not a whole number, or the product is more than Kubernetes can represent.
    """
    if not isinstance(value, int) or not isinstance(count, int):
        raise RenderError("`times` multiplies whole numbers")
    if abs(value * count) >= 2**31:
        message = f"{value} times {count} is more than Kubernetes can represent"
        raise RenderError(message, hint="make one of them smaller")
    return value * count


FILTERS: Mapping[str, Callable[..., Any]] = {
    "env": env_entries,
    "full_host": full_host,
    "indent": indented,
    "mounts": volume_mounts,
    "ordinals": ordinals,
    "plus": quantity_sum,
    "prefixed": prefixed,
    "quoted": quoted_word,
    "times": product,
}
"""The filters by their names in templates."""
