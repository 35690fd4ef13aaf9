"""The small text formats of the Kubernetes API: names, labels, quantities, ports, percentages.

Patterns are texts: ``re`` compiles one when it is first matched, and remembers it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_OLD_LABEL = r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?"
_SUBDOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_LABEL_VALUE = r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?"
_LABEL_NAME = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_PERCENT = r"[0-9]+%"
_CONFIG_KEY = r"[-._a-zA-Z0-9]{1,253}"
_QUANTITY = r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))([eE][+-]?[0-9]{1,4}|[KMGTPE]i|[numkMGTPE])?"
_PORT_NAME = r"(?!.*--)(?=.*[a-z])[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUFFIX = {
    "": Decimal(1),
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    **{unit: Decimal(1000) ** power for power, unit in enumerate("kMGTPE", start=1)},
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", start=1)},
}
_IMAGE = (
    r"(?:(?P<registry>(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
    r"(?::[0-9]+)?|\[[0-9a-fA-F:]+\](?::[0-9]+)?)/)?"
    r"(?P<path>[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?P<digest>[A-Za-z][A-Za-z0-9+._-]*:[0-9a-fA-F]{32,}))?"
)


def quantity(value: Any) -> Decimal | None:
    """The amount a quantity stands for, or ``None`` when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        text = repr(value)
    elif isinstance(value, str):
        text = value
    else:
        return None
    match = re.fullmatch(_QUANTITY, text) if len(text) <= 64 else None
    if match is None:
        return None
    number, suffix = match.group(1), match.group(2) or ""
    if suffix[:1] in {"e", "E"} and len(suffix) > 1 and suffix != "Ei":
        return Decimal(number + suffix)
    return Decimal(number) * _SUFFIX[suffix]


def is_label(text: str) -> bool:
    """A DNS label (RFC 1123): lower-case letters, digits and dashes, at most 63."""
    return re.fullmatch(_LABEL, text) is not None


def is_old_label(text: str) -> bool:
    """A DNS label (RFC 1035): as above, but it begins with a letter."""
    return re.fullmatch(_OLD_LABEL, text) is not None


def is_subdomain(text: str) -> bool:
    """A DNS name (RFC 1123), at most 253."""
    return len(text) <= 253 and re.fullmatch(_SUBDOMAIN, text) is not None


def is_label_value(text: str) -> bool:
    """A label value: empty, or at most 63 of letters, digits, ``-``, ``_`` and ``.``."""
    return re.fullmatch(_LABEL_VALUE, text) is not None


def is_label_key(text: str) -> bool:
    """A label or annotation key: ``[dns.name/]name``."""
    prefix, slash, name = text.rpartition("/")
    if slash and not is_subdomain(prefix):
        return False
    return re.fullmatch(_LABEL_NAME, name) is not None


def is_config_key(text: str) -> bool:
    """A key of a ConfigMap or Secret, as far as its letters go."""
    return re.fullmatch(_CONFIG_KEY, text) is not None


def is_percent(text: str) -> bool:
    """A whole percentage, such as ``25%``."""
    return re.fullmatch(_PERCENT, text) is not None


def is_port_name(text: str) -> bool:
    """A container port name (IANA service name): at most 15, with a letter."""
    return len(text) <= 15 and re.fullmatch(_PORT_NAME, text) is not None


def percent_or_int(value: Any) -> Decimal | None:
    """``25%`` as 25, ``3`` as 3; ``None`` for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and is_percent(value):
        return Decimal(value[:-1])
    return None


def image_parts(text: str) -> tuple[str, str, str] | None:
    """(repository, tag, digest) of an image reference, or ``None`` when no container runtime can read it."""
    match = re.fullmatch(_IMAGE, text) if len(text) <= 1024 else None
    if match is None:
        return None
    registry = f"{match['registry']}/" if match["registry"] else ""
    return registry + match["path"], match["tag"] or "", match["digest"] or ""
