"""Names, labels, keys and ports.

Sets of letters instead of patterns: each start of the program would compile the patterns again, for a few names.
Source: k8s.io/apimachinery/pkg/util/validation; kube-apiserver 1.37.2 for the texts of ``tests/kube/texts.py``.
"""

from __future__ import annotations

from string import ascii_letters, ascii_lowercase, digits

from wizard.kube.reason import Reason

LONGEST_LABEL = 63
LONGEST_SUBDOMAIN = 253
_LONGEST_KEY = 253
_LABEL = frozenset(ascii_lowercase + digits + "-")
_NAME = frozenset(ascii_letters + digits + "-_.")


def made_of(letters: frozenset[str], text: str) -> bool:
    """Tell whether the text holds only these, and begins and ends with a letter or digit."""
    return bool(text) and letters.issuperset(text) and text[0].isalnum() and text[-1].isalnum()


# --- tests, for callers who need no reason ------------------------------------------------------


def is_label(text: str) -> bool:
    """Test for a DNS label (RFC 1123): lower-case letters, digits and dashes, at most 63."""
    return len(text) <= LONGEST_LABEL and made_of(_LABEL, text)


def is_old_label(text: str) -> bool:
    """Test for a DNS label (RFC 1035): as above, but it begins with a letter."""
    return is_label(text) and not text[0].isdigit()


def is_subdomain(text: str) -> bool:
    """Test for a DNS name (RFC 1123), at most 253."""
    return len(text) <= LONGEST_SUBDOMAIN and all(made_of(_LABEL, part) for part in text.split("."))


def is_label_value(text: str) -> bool:
    """Test for a label value: empty, or at most 63 of letters, digits, ``-``, ``_`` and ``.``."""
    return not text or (len(text) <= LONGEST_LABEL and made_of(_NAME, text))


def is_label_key(text: str) -> bool:
    """Test for a label or annotation key: ``[dns.name/]name``."""
    prefix, slash, name = text.rpartition("/")
    return (not slash or is_subdomain(prefix)) and bool(name) and is_label_value(name)


def is_config_key(text: str) -> bool:
    """Test for a key of a ConfigMap or Secret; it becomes a file name, so it does not lead to another folder."""
    return 0 < len(text) <= _LONGEST_KEY and _NAME.issuperset(text) and text != "." and not text.startswith("..")


def is_port_name(text: str) -> bool:
    """Test for the name of a container port (IANA service name): at most 15, with a letter."""
    return len(text) <= 15 and "--" not in text and made_of(_LABEL, text) and not set(text) <= {*digits, "-"}


def is_variable(text: str) -> bool:
    """Test for the name of an environment variable that every supported minor takes."""
    return bool(text) and _NAME.issuperset(text) and not text[0].isdigit()


def is_relaxed_variable(text: str) -> bool:
    """Test for the name of an environment variable from Kubernetes 1.32 on: printable ASCII without ``=``."""
    return bool(text) and text.isascii() and text.isprintable() and "=" not in text


def service_namespace(host: str) -> str | None:
    """The namespace of a name inside the cluster; empty for the program's own, ``None`` for a name outside.

    ``db`` is a Service of the own namespace, ``db.shop.svc`` and ``db-0.db.shop.svc.cluster.local`` are in ``shop``.
    Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
    """
    host = host.rstrip(".")
    labels = host.split(".")
    if "svc" in labels[2:]:
        return labels[labels.index("svc", 2) - 1]
    return "" if len(labels) == 1 and is_label(host) and not host.isdigit() else None


# --- the same with a reason ---------------------------------------------------------------------


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
    """Return a DNS name (RFC 1123): labels of at most 63 characters with dots between them, at most 253 together.

    Stricter than the server, which counts only the whole: no resolver takes a label above 63.
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
    """Return the number of a port, 1 to 65535."""
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
    """Return the hint with the nearest valid label, when something of the text is left."""
    kept = "".join(char if char in _LABEL else "-" for char in text.lower()[:300])
    while "--" in kept:
        kept = kept.replace("--", "-")
    kept = kept.strip("-")[:limit].strip("-")
    return f"did you mean `{kept}`?" if kept else "for example orders-api"


def is_address(text: str) -> bool:
    """Tell whether a text is an IP address of either version."""
    from ipaddress import ip_address  # addresses are rare, and the import costs

    try:
        ip_address(text)
    except ValueError:
        return False
    return True
