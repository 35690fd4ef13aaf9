"""The text forms of names, addresses and image references; every refusal carries its fix."""

from __future__ import annotations

import string

from wizard.catalog.words import shown
from wizard.errors import UsageError

_LABEL = frozenset(string.ascii_lowercase + string.digits + "-")
_KEY = frozenset(string.ascii_letters + string.digits + "-._")
_TAG = _KEY
_HEX = frozenset("0123456789abcdef")
_DIGESTS = {"sha256": 64, "sha512": 128}


class ValueProblem(UsageError):  # noqa: N818
    """A value that does not fit its parameter; ``message`` says why, ``hint`` what to type instead."""


def label(text: str, limit: int = 63) -> str:
    """An RFC 1123 label: a-z, 0-9 and ``-``, at most 63."""
    if len(text) > limit:
        raise ValueProblem(
            f"{shown(text)}: {len(text)} characters, at most {limit} fit", hint=f"shorten it to {limit} characters"
        )
    if text and _LABEL.issuperset(text) and text[0] != "-" and text[-1] != "-":
        return text
    raise ValueProblem(f"{shown(text)}: {_label_fix(text)}", hint=_suggest(text, limit))


def _label_fix(text: str) -> str:
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
    return "only a-z, 0-9 and `-` may stand in a name"


def _suggest(text: str, limit: int) -> str:
    """The nearest valid label, when something of the text is left."""
    kept = "".join(char if char in _LABEL else "-" for char in text.lower()[:300])
    while "--" in kept:
        kept = kept.replace("--", "-")
    kept = kept.strip("-")[:limit].strip("-")
    return f"did you mean `{kept}`?" if kept else "for example orders-api"


def subdomain(text: str, limit: int = 253) -> str:
    """An RFC 1123 subdomain: labels joined by dots, at most 253."""
    if len(text) > limit:
        raise ValueProblem(
            f"{shown(text)}: {len(text)} characters, at most {limit} fit", hint=f"shorten it to {limit} characters"
        )
    for part in text.split("."):
        if not part:
            raise ValueProblem(f"{shown(text)}: a dot too many", hint="put one name between two dots")
        label(part)
    return text


def secret_name(text: str) -> str:
    """The name of a Secret that exists; a secret's content is refused with a warning about what it is."""
    try:
        return subdomain(text)
    except ValueProblem as problem:
        if any(char in text for char in "=+/:@") or len(text) > 100:
            raise ValueProblem(
                "this takes the name of a Secret in the cluster, never its content",
                hint="create the Secret with kubectl and name it here",
            ) from None
        raise problem from None


def config_key(text: str) -> str:
    """A key of a ConfigMap or Secret."""
    if len(text) > 253:
        raise ValueProblem(f"{shown(text)}: {len(text)} characters, at most 253 fit", hint="shorten it")
    if not _KEY.issuperset(text) or text in (".", "..") or text.startswith(".."):
        raise ValueProblem(
            f"{shown(text)}: only letters, digits, `-`, `_` and `.` may stand in a key", hint="for example app.conf"
        )
    return text


def host(text: str) -> str:
    """A DNS name or an IPv4 address, without a port."""
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
    """A port, 1 to 65535."""
    if text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535:
        return int(text)
    raise ValueProblem(f"{shown(text)}: a port is a number from 1 to 65535", hint="for example 8080")


def endpoint(text: str) -> str:
    """``host:port``."""
    if "://" in text:
        bare = text.split("://", 1)[1].split("/", 1)[0]
        raise ValueProblem(f"{shown(text)}: leave off the `://` part", hint=f"did you mean `{shown(bare)}`?")
    name, colon, number = text.rpartition(":")
    if not colon:
        raise ValueProblem(f"{shown(text)}: the port is missing", hint=f"for example {shown(text)}:6379")
    return f"{host(name)}:{port_number(number)}"


def url(text: str) -> str:
    """An http or https address; a password in it is refused."""
    scheme, mark, rest = text.partition("://")
    if not mark or scheme.lower() not in ("http", "https"):
        raise ValueProblem(
            f"{shown(text)}: an address starts with http:// or https://",
            hint=f"did you mean `https://{shown(rest or scheme)}`?",
        )
    if any(char.isspace() for char in rest):
        raise ValueProblem(f"{shown(text)}: a space in an address", hint="write it as %20")
    place = min((rest.find(char) for char in "/?#" if char in rest), default=len(rest))
    authority = rest[:place]
    if "@" in authority:
        raise ValueProblem("no user or password in an address", hint="give them by a Secret")
    name, colon, number = authority.partition(":")
    host(name) if name else _no_host(text)
    if colon:
        port_number(number)
    return f"{scheme.lower()}://{rest}"


def _no_host(text: str) -> None:
    raise ValueProblem(f"{shown(text)}: no host in it", hint="for example https://example.org/")


def path(text: str) -> str:
    """An absolute path inside a container."""
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


def image(text: str) -> str:
    """An image reference with a tag or digest, and never ``latest``."""
    if "://" in text:
        raise ValueProblem(f"{shown(text)}: leave off the `://` part", hint="for example ghcr.io/acme/orders:1.4.2")
    if any(char.isspace() for char in text) or len(text) > 512:
        raise ValueProblem(f"{shown(text)}: not an image reference", hint="for example ghcr.io/acme/orders:1.4.2")
    rest, at, digest = text.partition("@")
    if at:
        _check_digest(text, digest)
    cut = rest.rfind(":")
    name, tag = (rest[:cut], rest[cut + 1 :]) if cut > rest.rfind("/") else (rest, "")
    _check_repository(text, name)
    if cut > rest.rfind("/") and not (0 < len(tag) <= 128 and _TAG.issuperset(tag) and tag[0] not in "-."):
        raise ValueProblem(f"{shown(text)}: `{shown(tag)}` cannot be a tag", hint="for example 1.4.2")
    if tag.lower() == "latest":
        raise ValueProblem(
            f"{shown(text)}: `latest` changes under your feet", hint=f"name a version, such as `{shown(name)}:1.4.2`"
        )
    if not tag and not at:
        raise ValueProblem(f"{shown(text)}: the version is missing", hint=f"add a tag, such as `{shown(name)}:1.4.2`")
    return text


def registry(text: str) -> str:
    """What may stand before an image's own path: a host, perhaps with a port, perhaps with a path."""
    try:
        image(f"{text.removesuffix('/')}/image:1")
    except ValueProblem as problem:
        hint = "a host and perhaps a path, such as registry.example.com/mirror"
        raise ValueProblem(f"{shown(text)}: not a registry", hint=hint) from problem
    return text


def _check_digest(text: str, digest: str) -> None:
    algorithm, _, value = digest.partition(":")
    if _DIGESTS.get(algorithm) != len(value) or not _HEX.issuperset(value):
        raise ValueProblem(f"{shown(text)}: not a digest after `@`", hint="for example @sha256: and 64 hex digits")


def _check_repository(text: str, name: str) -> None:
    first, slash, rest = name.partition("/")
    registry = bool(slash) and ("." in first or ":" in first or first == "localhost")
    if registry:
        server, colon, number = first.partition(":")
        subdomain(server.lower())
        if colon:
            port_number(number)
    repository = rest if registry else name
    if repository != repository.lower():
        raise ValueProblem(
            f"{shown(text)}: an image name is written in lower case",
            hint=f"did you mean `{shown(text.replace(repository, repository.lower(), 1), 80)}`?",
        )
    for part in repository.split("/"):
        if not part or not (_LABEL | {"_", "."}).issuperset(part) or not (part[0].isalnum() and part[-1].isalnum()):
            raise ValueProblem(
                f"{shown(text)}: `{shown(part)}` cannot be part of an image name",
                hint="for example ghcr.io/acme/orders:1.4.2",
            )
