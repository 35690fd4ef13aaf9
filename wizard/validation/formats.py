"""The small text formats of the Kubernetes API: names, labels, quantities, ports, percentages.

Sets of letters instead of patterns: each start of the program would compile the patterns anew, for a few names.
"""

from __future__ import annotations

from itertools import pairwise
from string import ascii_letters, ascii_lowercase, digits, hexdigits
from typing import Any

from wizard.catalog.quantity import billionths

_LABEL = frozenset(ascii_lowercase + digits + "-")
_NAME = frozenset(ascii_letters + digits + "-_.")
_HOST = frozenset(ascii_letters + digits + "-")
_PATH = frozenset(ascii_lowercase + digits + "-_.")
_ALGORITHM = _NAME | {"+"}


def _made_of(letters: frozenset[str], text: str) -> bool:
    """Whether the text holds only these, and begins and ends with a letter or digit."""
    return bool(text) and letters.issuperset(text) and text[0].isalnum() and text[-1].isalnum()


def quantity(value: Any) -> int | None:
    """The amount a quantity stands for, in billionths, or ``None`` when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    return billionths(value if isinstance(value, str) else repr(value))


def is_label(text: str) -> bool:
    """A DNS label (RFC 1123): lower-case letters, digits and dashes, at most 63."""
    return len(text) <= 63 and _made_of(_LABEL, text)


def is_old_label(text: str) -> bool:
    """A DNS label (RFC 1035): as above, but it begins with a letter."""
    return is_label(text) and not text[0].isdigit()


def is_subdomain(text: str) -> bool:
    """A DNS name (RFC 1123), at most 253."""
    return len(text) <= 253 and all(_made_of(_LABEL, part) for part in text.split("."))


def is_label_value(text: str) -> bool:
    """A label value: empty, or at most 63 of letters, digits, ``-``, ``_`` and ``.``."""
    return not text or (len(text) <= 63 and _made_of(_NAME, text))


def is_label_key(text: str) -> bool:
    """A label or annotation key: ``[dns.name/]name``."""
    prefix, slash, name = text.rpartition("/")
    return (not slash or is_subdomain(prefix)) and bool(name) and is_label_value(name)


def is_config_key(text: str) -> bool:
    """A key of a ConfigMap or Secret, as far as its letters go."""
    return 0 < len(text) <= 253 and _NAME.issuperset(text)


def is_port_name(text: str) -> bool:
    """A container port name (IANA service name): at most 15, with a letter."""
    return len(text) <= 15 and "--" not in text and _made_of(_LABEL, text) and not set(text) <= {*digits, "-"}


def is_percent(text: str) -> bool:
    """A whole percentage, such as ``25%``."""
    return text.endswith("%") and len(text) <= 19 and _is_number(text[:-1])


def percent_or_int(value: Any) -> int | None:
    """``25%`` as 25, ``3`` as 3; ``None`` for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and is_percent(value):
        return int(value[:-1])
    return None


def image_parts(text: str) -> tuple[str, str, str] | None:
    """(repository, tag, digest) of an image reference, or ``None`` when no container runtime can read it.

    Source: github.com/distribution/reference, the grammar in its package comment.
    """
    rest, at, digest = text.partition("@")
    head, slash, last = rest.rpartition("/")
    last, colon, tag = last.partition(":")
    first, *path = f"{head}{slash}{last}".split("/")
    if len(text) > 1024 or (at and not _is_digest(digest)) or (colon and not _is_tag(tag)):
        return None
    if not all(map(_is_component, path)) or not (_is_component(first) or (path and _is_server(first))):
        return None
    return f"{head}{slash}{last}", tag, digest


def _is_tag(text: str) -> bool:
    return 0 < len(text) <= 128 and _NAME.issuperset(text) and text[0] not in "-."


def _is_digest(text: str) -> bool:
    algorithm, _, value = text.partition(":")
    known = bool(algorithm) and _ALGORITHM.issuperset(algorithm) and algorithm[0].isalpha()
    return known and len(value) >= 32 and set(value) <= set(hexdigits)


def _is_component(text: str) -> bool:
    """Words of small letters and digits with ``.``, ``_``, ``__`` or dashes between them."""
    joined = text.replace("__", ".") if "___" not in text else ""
    return _made_of(_PATH, joined) and not any(a + b != "--" and {a, b} <= {"-", "_", "."} for a, b in pairwise(joined))


def _is_server(text: str) -> bool:
    if text.startswith("["):
        address, bracket, port = text[1:].partition("]")
        good = bool(bracket and address) and set(address) <= {*hexdigits, ":"} and port[:1] in ("", ":")
        return good and (not port or _is_number(port[1:]))
    name, colon, port = text.partition(":")
    return all(_made_of(_HOST, part) for part in name.split(".")) and (not colon or _is_number(port))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
