"""Names, labels, keys and ports.

Character sets are used instead of regular expressions, which would be compiled at every start for a few names.
Source: k8s.io/apimachinery/pkg/util/validation; kube-apiserver 1.37.2 for the texts of ``tests/kube/texts.py``.
"""

from __future__ import annotations

from contextlib import suppress
from string import ascii_letters, ascii_lowercase, digits
from typing import Any

from wizard.kube.reason import Reason

LONGEST_LABEL = 63
LONGEST_SUBDOMAIN = 253
_LONGEST_KEY = 253
_LABEL = frozenset(ascii_lowercase + digits + "-")
_NAME = frozenset(ascii_letters + digits + "-_.")


def consists_of(letters: frozenset[str], text: str) -> bool:
    """Return whether a text consists of these characters and begins and ends with a letter or digit."""
    return bool(text) and letters.issuperset(text) and text[0].isalnum() and text[-1].isalnum()


# --- tests, for callers that need no reason -----------------------------------------------------


def is_label(text: str) -> bool:
    """Test for a DNS label (RFC 1123): at most 63 lower-case letters, digits and dashes."""
    return len(text) <= LONGEST_LABEL and consists_of(_LABEL, text)


def is_old_label(text: str) -> bool:
    """Test for a DNS label (RFC 1035): like RFC 1123, but it begins with a letter."""
    return is_label(text) and not text[0].isdigit()


def is_subdomain(text: str) -> bool:
    """Test for a DNS name (RFC 1123) of at most 253 characters."""
    return len(text) <= LONGEST_SUBDOMAIN and all(consists_of(_LABEL, part) for part in text.split("."))


def is_label_value(text: str) -> bool:
    """Test for a label value: empty, or at most 63 letters, digits, ``-``, ``_`` and ``.``."""
    return not text or (len(text) <= LONGEST_LABEL and consists_of(_NAME, text))


def is_label_key(text: str) -> bool:
    """Test for a label or annotation key: ``[dns.name/]name``."""
    prefix, slash, name = text.rpartition("/")
    return (not slash or is_subdomain(prefix)) and bool(name) and is_label_value(name)


def is_config_key(text: str) -> bool:
    """Test for a key of a ConfigMap or Secret; it becomes a file name, so it must not lead to another folder."""
    return 0 < len(text) <= _LONGEST_KEY and _NAME.issuperset(text) and text != "." and not text.startswith("..")


def is_port_name(text: str) -> bool:
    """Test for the name of a container port (IANA service name): at most 15 characters, at least one letter."""
    return len(text) <= 15 and "--" not in text and consists_of(_LABEL, text) and not set(text) <= {*digits, "-"}


def is_variable(text: str) -> bool:
    """Test for the name of an environment variable that every supported minor accepts."""
    return bool(text) and _NAME.issuperset(text) and not text[0].isdigit()


def is_relaxed_variable(text: str) -> bool:
    """Test for the name of an environment variable in Kubernetes 1.32 and newer: printable ASCII without ``=``."""
    return bool(text) and text.isascii() and text.isprintable() and "=" not in text


def service_namespace(host: str) -> str | None:
    """Return the namespace of a host name; empty for the workload's own, ``None`` for a name outside the cluster.

    ``db`` is a Service in the workload's own namespace; ``db.shop.svc`` and ``db-0.db.shop.svc.cluster.local`` are in
    ``shop``.
    Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
    """
    host = host.rstrip(".")
    labels = host.split(".")
    if "svc" in labels[2:]:
        return labels[labels.index("svc", 2) - 1]
    return "" if len(labels) == 1 and is_label(host) and not host.isdigit() else None


# --- parsers, which return a reason for an invalid text -----------------------------------------


def _too_long(text: str, limit: int) -> Reason | None:
    if len(text) <= limit:
        return None
    return Reason(f"{len(text)} characters, at most {limit} are allowed", f"shorten it to {limit} characters")


def parse_label(text: str, limit: int = LONGEST_LABEL) -> str | Reason:
    """Return a DNS label (RFC 1123) of at most ``limit`` characters."""
    found = _too_long(text, limit)
    if found is None and is_label(text):
        return text
    return found or Reason(_fault(text), _nearest(text, limit))


def parse_subdomain(text: str) -> str | Reason:
    """Return a DNS name (RFC 1123): labels of at most 63 characters separated by dots, at most 253 in total.

    Stricter than the server, which limits only the total length: no resolver accepts a label longer than 63.
    """
    found = _too_long(text, LONGEST_SUBDOMAIN)
    for part in text.split(".") if found is None else ():
        label = parse_label(part) if part else Reason("an extra dot", "put a name between the dots")
        if isinstance(label, Reason):
            return label
    return found or text


def parse_config_key(text: str) -> str | Reason:
    """Return a key of a ConfigMap or Secret."""
    if is_config_key(text):
        return text
    if _NAME.issuperset(text) and text.startswith("."):
        fault = "a key is not `.` and does not start with `..`"
    else:
        fault = "only letters, digits, `-`, `_` and `.` are allowed in a key"
    return _too_long(text, _LONGEST_KEY) or Reason(fault)


def parse_port(text: str) -> int | Reason:
    """Return a port number, 1 to 65535."""
    if text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535:
        return int(text)
    return Reason("a port is a number from 1 to 65535", "for example 8080")


def _fault(text: str) -> str:
    if "_" in text:
        return "use `-` instead of `_`"
    if text != text.lower() and _LABEL.issuperset(text.lower()):
        return "use lower-case letters"
    if " " in text:
        return "use `-` instead of spaces"
    if "." in text:
        return "use `-` instead of `.`"
    if text.startswith("-") or text.endswith("-"):
        return "start and end with a letter or digit"
    return "only a-z, 0-9 and `-` are allowed in a name"


def _nearest(text: str, limit: int) -> str:
    """Return a hint with the nearest valid label, or with an example if no valid character remains."""
    kept = "".join(char if char in _LABEL else "-" for char in text.lower()[:300])
    while "--" in kept:
        kept = kept.replace("--", "-")
    kept = kept.strip("-")[:limit].strip("-")
    return f"did you mean `{kept}`?" if kept else "for example orders-api"


def is_address(text: str) -> bool:
    """Return whether a text is an IPv4 or IPv6 address."""
    from ipaddress import ip_address  # addresses are rare, and the import is slow

    with suppress(ValueError):
        ip_address(text)
        return True
    return False


def parse_network(text: object) -> Any:
    """Return an address range such as ``10.0.0.0/8``, or ``None`` for any other value."""
    from ipaddress import ip_network

    with suppress(ValueError):
        return ip_network(text, strict=False) if isinstance(text, str) and "/" in text else None
    return None
