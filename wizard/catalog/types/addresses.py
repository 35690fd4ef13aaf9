"""Types whose values are addresses: hosts, ports, URLs, paths in a container, images.

A form field is stricter than Kubernetes if the text is clearly an error; docs/architecture.md ("Stricter than
Kubernetes") has the list. All other decisions on validity are up to ``wizard.kube``.
"""

from __future__ import annotations

import re

from wizard.catalog.model import Parameter, ParameterType, Value
from wizard.catalog.typed import hinted
from wizard.catalog.types.scalars import Number, Scalar, read_several
from wizard.kube.credentials import is_token
from wizard.kube.images import ImageReference, parse_image, split_reference, split_registry
from wizard.kube.names import parse_port, parse_subdomain, service_namespace
from wizard.kube.reason import Reason
from wizard.text import shown

_FIRST_PORT = 41000
_WEB = (("http", 80), ("https", 443))
"""The allowed schemes unless a parameter declares others, each with its usual port."""
_VERSION = "add the tag of the version that you tested, after a `:`, or its digest, after `@sha256:`"
_IMAGE = "for example ghcr.io/acme/orders:1.4.2"
_FIRST_FREE = 1024
"""The first port that any user may listen on (``net.ipv4.ip_unprivileged_port_start``)."""


class Port(Number):
    name = "port"
    takes = "1 to 65535"
    first = _FIRST_PORT

    def read(self, _parameter: Parameter, text: str) -> int | Reason:
        return parse_port(text)

    def part(self, _parameter: Parameter, value: Value, part: str) -> Value:
        """Return, for ``low``, ``yes`` if Linux reserves the port for root, else ``no``."""
        return ("yes" if isinstance(value, int) and value < _FIRST_FREE else "no") if part == "low" else None


class Host(Scalar):
    name = "host"
    takes = "a DNS name or an IPv4 address, without a port"
    keys = ("max_length",)
    mark = "{mark}.example"

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        return _host(text)

    def part(self, _parameter: Parameter, value: Value, part: str) -> Value:
        """Return, for ``inside``, ``yes`` if the name is inside the cluster, else ``no``."""
        return ("no" if service_namespace(str(value)) is None else "yes") if part == "inside" else None


class Endpoint(Scalar):
    name = "endpoint"
    takes = "`host:port`"
    keys = ("max_length",)

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        if "://" in text:
            bare = text.split("://", 1)[1].split("/", 1)[0]
            return Reason("remove the `://` part", f"did you mean `{shown(bare)}`?")
        name, colon, number = text.rpartition(":")
        if not colon:
            return Reason("the port is missing", f"for example {shown(text)}:6379")
        host, port = _host(name), parse_port(number)
        if isinstance(host, Reason):
            return host
        return port if isinstance(port, Reason) else f"{host}:{port}"

    def sentinel(self, _parameter: Parameter, number: int, _value: Value) -> Value:
        return f"zq{number:04d}zq.example:{_FIRST_PORT + number}"


def _host(text: str) -> str | Reason:
    bare = text.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    hint = f"did you mean `{shown(bare)}`?" if bare else "for example postgres.orders.svc"
    if "://" in text:
        return Reason(f"remove `{shown(text.split('://', 1)[0], 12)}://`", hint)
    if ":" in text or "/" in text:
        return Reason("write only the host, without port or path", hint)
    parts = text.split(".")
    if all(part.isdigit() for part in parts):
        if len(parts) == 4 and all(_octet(part) for part in parts):
            return text
        return Reason("not an IPv4 address", "four numbers from 0 to 255, such as 10.0.0.7")
    return parse_subdomain(text)


def _octet(part: str) -> bool:
    return part.isascii() and len(part) <= 3 and int(part) <= 255 and (part == "0" or part[0] != "0")


class Cidr(Scalar):
    name = "cidr"
    takes = "an address range in CIDR notation, such as `10.20.0.0/16`"

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        return _range(text)

    def sentinel(self, _parameter: Parameter, number: int, _value: Value) -> Value:
        return f"10.{number // 250}.{number % 250}.0/24"


class Cidrs(Cidr):
    name = "cidrs"
    takes = "one or more address ranges, separated by blanks, such as `0.0.0.0/0 ::/0` for all"

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        return read_several(text, _range)


def _range(text: str) -> str | Reason:
    from ipaddress import ip_network  # ranges are rare, and the import is slow

    try:
        whole = ip_network(text, strict=False)
    except ValueError:
        return Reason("not an address range", "an address and how many of its bits are fixed, such as 10.20.0.0/16")
    return text if str(whole) == text else Reason("not the canonical form of a range", f"did you mean `{whole}`?")


_NO_LOGIN = Reason("an address must not contain a user or password", "put them into a Secret", secret=True)


class Url(Scalar):
    """A URL with one of the declared schemes; a password in it is refused and not shown.

    An SSH URL contains the name of its user, as in ``ssh://git@example.org/shop.git``.
    """

    name = "url"
    takes = "an address, http or https unless `schemes` lists others with their ports"
    widget = "text"
    keys = ("max_length", "schemes")
    mark = "https://{mark}.example"

    def is_credential(self, text: str) -> bool:
        return is_token(text)  # a password in the URL has its own message

    def read(self, parameter: Parameter, text: str) -> str | Reason:
        known = [name for name, _ in parameter.schemes or _WEB]
        scheme, mark, rest = text.partition("://")
        authority, _ = _split_authority(rest if mark else text)
        user, at, authority = authority.rpartition("@")
        if ":" in user:
            return _NO_LOGIN
        if not mark or scheme.lower() not in known:
            *others, last = (f"{name}://" for name in known)
            starts = f"{', '.join(others)} or {last}" if others else last
            return Reason(f"an address starts with {starts}", f"did you mean `{_addressed(rest or scheme, known)}`?")
        if any(char.isspace() for char in rest):
            return Reason("an address must not contain spaces", "write it as %20")
        if at and (scheme.lower() != "ssh" or not user):
            return _NO_LOGIN
        name, colon, number = authority.partition(":")
        host = _host(name) if name else Reason("the host is missing", "for example https://example.org/")
        port = parse_port(number) if colon else 0
        fault = next((each for each in (host, port) if isinstance(each, Reason)), None)
        return fault or f"{scheme.lower()}://{rest}"

    def part(self, parameter: Parameter, value: Value, part: str) -> Value:
        """Return the ``scheme``, ``host``, ``port`` or ``path``; the port defaults to that of the scheme."""
        scheme, _, rest = str(value).partition("://")
        authority, path = _split_authority(rest)
        name, _, number = authority.rpartition("@")[2].partition(":")
        parts: dict[str, Value] = {
            "scheme": scheme,
            "host": name,
            "port": int(number) if number else dict(parameter.schemes or _WEB).get(scheme),
            "path": path.partition("?")[0].partition("#")[0] or "/",
        }
        return parts.get(part)


def _addressed(text: str, known: list[str]) -> str:
    """Return the text with the scheme that was most likely meant; Git's ``user@host:path`` means SSH.

    No other scheme allows a user.
    """
    authority, path = _split_authority(text)
    user, at, host = authority.rpartition("@")
    name, colon, first = host.partition(":")
    if at and colon and not first.isdigit():
        host = f"{name}/{first}"
    if at and "ssh" in known:
        return f"ssh://{shown(f'{user}@{host}{path}')}"
    return f"{'https' if 'https' in known else known[-1]}://{shown(f'{host}{path}')}"


def host_of(text: str) -> str:
    """Return the host of an address; a text without a scheme is itself a host."""
    _, mark, rest = text.partition("://")
    return _split_authority(rest)[0].rpartition("@")[2].partition(":")[0] if mark else text


def _split_authority(rest: str) -> tuple[str, str]:
    place = min((rest.find(char) for char in "/?#" if char in rest), default=len(rest))
    return rest[:place], rest[place:]


class Path(Scalar):
    name = "path"
    takes = "an absolute path in a container, without `..`"
    keys = ("max_length",)
    mark = "/{mark}"

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        if not text.startswith("/"):
            return Reason("a path starts with `/`", f"did you mean `/{shown(text)}`?")
        if ".." in text.split("/"):
            return Reason("a path must not contain `..`", "write the whole path")
        if "//" in text:
            return Reason("two slashes in a row", "write one")
        if ":" in text:
            return Reason("a path must not contain `:`", "leave it out")
        return text if text == "/" else text.rstrip("/")


class Image(Scalar):
    name = "image"
    takes = "an image reference with a tag or digest, never `latest`"
    keys = ("max_length",)
    names_image = True
    mark = "{mark}.example/{mark}:{mark}"

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        return read_image(text)

    def part(self, _parameter: Parameter, value: Value, part: str) -> Value:
        """Return, for ``name``, the last part of the path, with dashes in place of characters not valid in names."""
        if part != "name":
            return None
        return re.sub(r"[^a-z0-9]+", "-", split_reference(str(value)).name.rpartition("/")[2].lower()).strip("-")


def read_image(text: str) -> str | Reason:
    """Read an image reference with a tag or digest, other than ``latest``."""
    if "://" in text:
        return Reason("remove the `://` part", _IMAGE)
    parts = split_reference(text)
    lower = _in_lower_case(parts)
    if lower != parts.name and not isinstance(parse_image(text.replace(parts.name, lower, 1)), Reason):
        meant = text.replace(parts.name, lower, 1)
        fits = not isinstance(read_image(meant), Reason)  # Europe/Berlin has no version, and may not be an image at all
        hint = f"did you mean `{shown(meant, 80)}`?" if fits else _IMAGE
        return Reason("an image name is written in lower case", hint)
    found = hinted(parse_image(text), _IMAGE)
    if isinstance(found, Reason):
        return found
    if found.tag.lower() == "latest":
        return Reason("`latest` can change at any time", _VERSION)
    if not found.tag and not found.digest:
        return Reason("the version is missing", _VERSION)
    return text


def _in_lower_case(parts: ImageReference) -> str:
    """Return the name in lower case, except for a registry that is clearly a host."""
    registry, path = split_registry(parts.name)
    sure = "." in registry or ":" in registry
    return f"{registry}/{path.lower()}" if sure else parts.name.lower()


def read_registry(text: str) -> str | Reason:
    """Read the part before an image's own path: a host, optionally with a port and a path."""
    if isinstance(read_image(f"{text.removesuffix('/')}/image:1"), Reason):
        return Reason("not a registry", "a host and perhaps a path, such as registry.example.com/mirror")
    return text


ADDRESSES: tuple[ParameterType, ...] = (Image(), Port(), Path(), Url(), Host(), Endpoint(), Cidr(), Cidrs())
