"""Notes on objects that a bundle names but does not create: their owners and their purpose."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from wizard.catalog.when import ALWAYS, When
from wizard.kube.references import Made, Row, found_at, is_of


class Outside(NamedTuple):
    """A field that names something outside the cluster, which must be ready for the object."""

    of: str
    """The kind of the object, ``Kind`` or ``Kind.group``."""
    at: tuple[str, ...]
    name: str
    say: str
    """A sentence with the gaps ``{value}``, ``{last}``, ``{namespace}`` and ``{name}``, as in the commands."""
    check: str = ""
    create: str = ""

    def values(self, document: Any) -> Iterator[str]:
        """Yield the texts of the field in an object."""
        if is_of(document, self.of):
            for _, holder in found_at(document, self.at):
                if isinstance(holder, dict) and isinstance(value := holder.get(self.name), str):
                    yield value


class Held(NamedTuple):
    """The contents of a key of a Secret or ConfigMap, as its reader expects them."""

    of: str
    """The kind of the object that names the key, ``Kind`` or ``Kind.group``; ``Pod`` includes all that create pods."""
    key: str
    say: str
    variable: str = ""
    """The shell variable in the command that creates it; if it is empty, the key in capitals."""
    when: When = ALWAYS


class Append(NamedTuple):
    """A text appended to the command that creates an object."""

    text: str
    when: When = ALWAYS


class KindNote(NamedTuple):
    """The owner of a kind's objects that must exist, and the command that creates one."""

    owner: str
    create: str = ""
    """The command; ``{name}`` and ``{namespace}`` are the object's."""
    cluster: bool = False
    """True if the kind is cluster-scoped."""
    appends: tuple[Append, ...] = ()


class ApiNote(NamedTuple):
    """The product that provides an API group and version."""

    product: str
    install: str


class References(NamedTuple):
    """The references of custom resources, and the owners of objects that a bundle only names."""

    rows: tuple[Row, ...] = ()
    makes: tuple[Made, ...] = ()
    outside: tuple[Outside, ...] = ()
    holds: tuple[Held, ...] = ()
    kinds: Mapping[str, KindNote] = {}
    apis: Mapping[str, ApiNote] = {}
