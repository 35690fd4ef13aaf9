"""Image references as a node parses them; the API server accepts any text.

Source: github.com/distribution/reference (the grammar in its package comment, ``ParseNormalizedNamed``) and
github.com/opencontainers/go-digest, which container runtimes use.
"""

from itertools import pairwise
from string import ascii_letters, ascii_lowercase, digits, hexdigits
from typing import NamedTuple

from wizard.kube.names import consists_of, parse_port
from wizard.kube.reason import Reason

_HOST = frozenset(ascii_letters + digits + "-")
_TAG = frozenset(ascii_letters + digits + "-_.")
_PATH = frozenset(ascii_lowercase + digits + "-_.")
_ADDRESS = frozenset(hexdigits + ":")
_HEX = frozenset(digits + "abcdef")
_DIGESTS = {"sha256": 64, "sha384": 96, "sha512": 128}
_LONGEST_PATH = 255
_EXAMPLE = "for example ghcr.io/acme/orders:1.4.2"


class ImageReference(NamedTuple):
    """The parts of an image reference; a missing tag or digest is empty."""

    name: str
    """The registry, if any, and the repository path."""
    tag: str = ""
    digest: str = ""
    """``sha256:`` and hex digits."""


def split_reference(text: str) -> ImageReference:
    """Split a text into the parts of an image reference, valid or not."""
    rest, _, digest = text.partition("@")
    cut = rest.rfind(":")
    if cut <= rest.rfind("/"):
        return ImageReference(rest, "", digest)
    return ImageReference(rest[:cut], rest[cut + 1 :], digest)


def split_registry(name: str) -> tuple[str, str]:
    """Split an image name into registry and path; without a registry, the image is on Docker Hub."""
    first, slash, rest = name.partition("/")
    is_registry = bool(slash) and ("." in first or ":" in first or first == "localhost" or first != first.lower())
    return (first, rest) if is_registry else ("", name)


def image_called(reference: str, title: str = "") -> str:
    """Return a short name for an image: its title, or the last part of its path, and the start of its version.

    ``docker.io/library/busybox:1.38.0`` becomes ``busybox 1.38``.
    """
    found = split_reference(reference)
    name = title or found.name.rpartition("/")[2]
    number = next((part.lstrip("v") for part in found.tag.split("-") if part.lstrip("v")[:1].isdigit()), "")
    version = ".".join(number.split(".")[:2]) if number else found.tag
    return f"{name} {version}".strip()


def parse_image(text: str) -> ImageReference | Reason:
    """Return the parts of an image reference that a node can pull.

    Beyond the grammar, this refuses what a runtime refuses later: digests of other algorithms, and ports above 65535.
    """
    found = split_reference(text)
    if "@" in text and not _is_digest(found.digest):
        return Reason("not a digest after `@`", "for example @sha256: and 64 hex digits")
    if text.partition("@")[0] != found.name and not _is_tag(found.tag):
        return Reason("not a tag after `:`", "for example 1.4.2")
    fault = _name_fault(found.name)
    if fault is None and len(text) == _DIGESTS["sha256"] and _HEX.issuperset(text):
        fault = Reason("64 hex digits are the id of an image, not its name", _EXAMPLE)
    return fault or found


def _name_fault(name: str) -> Reason | None:
    registry, path = split_registry(name)
    fault = _registry_fault(registry) if registry and not _is_part(registry) else None
    if fault is None and len(path) > _LONGEST_PATH:
        return Reason(f"an image name of {len(path)} characters, at most {_LONGEST_PATH} fit", "shorten it")
    if fault is None and not all(map(_is_part, path.split("/"))):
        return Reason("an image name has a-z and 0-9, separated by one `.`, `_` or `__`, or by dashes", _EXAMPLE)
    return fault


def _registry_fault(text: str) -> Reason | None:
    """Return why a text is not a host with an optional port; an IPv6 address must be in brackets."""
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        good = bool(host and bracket) and _ADDRESS.issuperset(host) and rest[:1] in ("", ":")
        colon, port = rest[:1], rest[1:]
    else:
        host, colon, port = text.partition(":")
        good = all(consists_of(_HOST, part) for part in host.split("."))
    if not good:
        return Reason("the registry before the first `/` is not a host", _EXAMPLE)
    if colon and isinstance(parse_port(port.lstrip("0")), Reason):
        return Reason(
            "the port of the registry is not a number from 1 to 65535", "for example localhost:5000/orders:1.4.2"
        )
    return None


def _is_tag(text: str) -> bool:
    return 0 < len(text) <= 128 and _TAG.issuperset(text) and text[0] not in "-."


def _is_digest(text: str) -> bool:
    algorithm, _, value = text.partition(":")
    return _DIGESTS.get(algorithm) == len(value) and _HEX.issuperset(value)


def _is_part(text: str) -> bool:
    """Test for words of lower-case letters and digits, separated by ``.``, ``_``, ``__`` or dashes."""
    joined = text.replace("__", ".") if "___" not in text else ""
    doubled = any(a + b != "--" and {a, b} <= {"-", "_", "."} for a, b in pairwise(joined))
    return consists_of(_PATH, joined) and not doubled
