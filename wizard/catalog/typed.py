"""What a user types for a parameter: names, addresses and image references, each refusal with its fix.

A field of the form is stricter than Kubernetes where the text is surely a mistake; docs/architecture.md ("Stricter
than Kubernetes") has the list. What is valid at all, ``wizard.kube`` decides.
"""

from __future__ import annotations

from typing import TypeVar

from wizard.errors import UsageError
from wizard.kube.images import ImageReference, parse_image, split_reference, split_registry
from wizard.kube.names import parse_config_key, parse_label, parse_port, parse_subdomain
from wizard.kube.reason import Reason
from wizard.text import shown

T = TypeVar("T")


class ValueProblem(UsageError):  # noqa: N818
    """A value that does not fit its parameter; ``message`` says why, ``hint`` what to type instead."""


class CredentialProblem(ValueProblem):
    """A value that looks like a credential; it is shown nowhere and kept nowhere."""


def refusal(reason: Reason, text: str, hint: str = "") -> ValueProblem:
    """Name the text with the reason; ``hint`` stands in where the reason has none."""
    return ValueProblem(f"{shown(text)}: {reason.message}", hint=reason.hint or hint)


def accept(found: T | Reason, text: str, hint: str = "") -> T:
    """Give back what was found in ``text``.

    Raises:
        ValueProblem: it is a reason.
    """
    if isinstance(found, Reason):
        raise refusal(found, text, hint)
    return found


def label(text: str, limit: int = 63) -> str:
    """Read an RFC 1123 label: a-z, 0-9 and ``-``, at most 63."""
    return accept(parse_label(text, limit), text)


def subdomain(text: str) -> str:
    """Read an RFC 1123 subdomain: labels joined by dots, at most 253."""
    return accept(parse_subdomain(text), text)


def secret_name(text: str) -> str:
    """Read the name of a Secret that exists; a secret's content is refused with a warning about what it is."""
    found = parse_subdomain(text)
    if isinstance(found, Reason) and (any(char in text for char in "=+/:@") or len(text) > 100):
        raise ValueProblem(
            "this takes the name of a Secret in the cluster, never its content",
            hint="create the Secret with kubectl and name it here",
        )
    return accept(found, text)


def config_key(text: str) -> str:
    """Read a key of a ConfigMap or Secret."""
    return accept(parse_config_key(text), text, "for example app.conf")


def host(text: str) -> str:
    """Read a DNS name or an IPv4 address, without a port."""
    if "://" in text:
        raise ValueProblem(f"{shown(text)}: leave off `{shown(text.split('://', 1)[0], 12)}://`", hint=_host_hint(text))
    if ":" in text or "/" in text:
        raise ValueProblem(f"{shown(text)}: only the host, without port or path", hint=_host_hint(text))
    parts = text.split(".")
    if all(part.isdigit() for part in parts):
        if len(parts) == 4 and all(_octet(part) for part in parts):
            return text
        raise ValueProblem(f"{shown(text)}: not an IPv4 address", hint="four numbers from 0 to 255, such as 10.0.0.7")
    return subdomain(text)


def _octet(part: str) -> bool:
    return part.isascii() and len(part) <= 3 and int(part) <= 255 and (part == "0" or part[0] != "0")


def _host_hint(text: str) -> str:
    bare = text.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    return f"did you mean `{shown(bare)}`?" if bare else "for example postgres.orders.svc"


def port_number(text: str) -> int:
    """Read a port, 1 to 65535."""
    return accept(parse_port(text), text)


def endpoint(text: str) -> str:
    """Read ``host:port``."""
    if "://" in text:
        bare = text.split("://", 1)[1].split("/", 1)[0]
        raise ValueProblem(f"{shown(text)}: leave off the `://` part", hint=f"did you mean `{shown(bare)}`?")
    name, colon, number = text.rpartition(":")
    if not colon:
        raise ValueProblem(f"{shown(text)}: the port is missing", hint=f"for example {shown(text)}:6379")
    return f"{host(name)}:{port_number(number)}"


WEB = (("http", 80), ("https", 443))
"""The schemes of an address where no others are declared, each with its usual port."""


def url(text: str, schemes: tuple[tuple[str, int], ...] = WEB) -> str:
    """Read an address with one of these schemes; a password in it is refused."""
    known = [name for name, _ in schemes]
    scheme, mark, rest = text.partition("://")
    if not mark or scheme.lower() not in known:
        *others, last = (f"{name}://" for name in known)
        starts = f"{', '.join(others)} or {last}" if others else last
        raise ValueProblem(
            f"{shown(text)}: an address starts with {starts}",
            hint=f"did you mean `{known[-1]}://{shown(rest or scheme)}`?",
        )
    if any(char.isspace() for char in rest):
        raise ValueProblem(f"{shown(text)}: a space in an address", hint="write it as %20")
    place = min((rest.find(char) for char in "/?#" if char in rest), default=len(rest))
    authority = rest[:place]
    if "@" in authority:
        raise CredentialProblem("no user or password in an address", hint="give them by a Secret")
    name, colon, number = authority.partition(":")
    host(name) if name else _no_host(text)
    if colon:
        port_number(number)
    return f"{scheme.lower()}://{rest}"


def url_part(text: str, part: str, schemes: tuple[tuple[str, int], ...] = WEB) -> str | int | None:
    """The ``scheme``, ``host``, ``port`` or ``path`` of an address; a port that is not there is the scheme's own."""
    scheme, _, rest = text.partition("://")
    place = min((rest.find(char) for char in "/?#" if char in rest), default=len(rest))
    name, _, number = rest[:place].partition(":")
    parts: dict[str, str | int | None] = {
        "scheme": scheme,
        "host": name,
        "port": int(number) if number else dict(schemes).get(scheme),
        "path": rest[place:].partition("?")[0].partition("#")[0] or "/",
    }
    return parts.get(part)


def _no_host(text: str) -> None:
    raise ValueProblem(f"{shown(text)}: no host in it", hint="for example https://example.org/")


def path(text: str) -> str:
    """Read an absolute path inside a container."""
    if not text.startswith("/"):
        raise ValueProblem(f"{shown(text)}: a path starts with `/`", hint=f"did you mean `/{shown(text)}`?")
    if ".." in text.split("/"):
        raise ValueProblem(f"{shown(text)}: no `..` in a path", hint="write the whole path")
    if "//" in text:
        raise ValueProblem(f"{shown(text)}: two slashes in a row", hint="write one")
    if ":" in text:
        raise ValueProblem(f"{shown(text)}: no `:` in a path", hint="leave it out")
    if len(text) > 1024:
        raise ValueProblem(f"{shown(text)}: {len(text)} characters, at most 1024 fit", hint="shorten it")
    return text if text == "/" else text.rstrip("/")


_IMAGE = "for example ghcr.io/acme/orders:1.4.2"


def image(text: str) -> str:
    """Read an image reference with a tag or digest, and never ``latest``."""
    if "://" in text:
        raise ValueProblem(f"{shown(text)}: leave off the `://` part", hint=_IMAGE)
    parts = split_reference(text)
    lower = _in_lower_case(parts)
    if lower != parts.name and not isinstance(parse_image(text.replace(parts.name, lower, 1)), Reason):
        raise ValueProblem(
            f"{shown(text)}: an image name is written in lower case",
            hint=f"did you mean `{shown(text.replace(parts.name, lower, 1), 80)}`?",
        )
    found = accept(parse_image(text), text, _IMAGE)
    if found.tag.lower() == "latest":
        raise ValueProblem(
            f"{shown(text)}: `latest` changes under your feet",
            hint=f"name a version, such as `{shown(found.name)}:1.4.2`",
        )
    if not found.tag and not found.digest:
        hint = f"add a tag, such as `{shown(found.name)}:1.4.2`"
        raise ValueProblem(f"{shown(text)}: the version is missing", hint=hint)
    return text


def _in_lower_case(parts: ImageReference) -> str:
    """The name in lower case, but for a registry that surely is one."""
    registry, path = split_registry(parts.name)
    sure = "." in registry or ":" in registry
    return f"{registry}/{path.lower()}" if sure else parts.name.lower()


def registry(text: str) -> str:
    """Read what may come before an image's own path: a host, perhaps with a port, perhaps with a path."""
    try:
        image(f"{text.removesuffix('/')}/image:1")
    except ValueProblem as problem:
        hint = "a host and perhaps a path, such as registry.example.com/mirror"
        raise ValueProblem(f"{shown(text)}: not a registry", hint=hint) from problem
    return text
