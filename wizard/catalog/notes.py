"""Notes on objects that a bundle names and does not create: who makes them, and for what."""

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
    """With the gaps ``{value}``, ``{last}``, ``{namespace}`` and ``{name}``, as the commands."""
    check: str = ""
    create: str = ""

    def values(self, document: Any) -> Iterator[str]:
        """The texts of the field in an object."""
        if is_of(document, self.of):
            for _, holder in found_at(document, self.at):
                if isinstance(holder, dict) and isinstance(value := holder.get(self.name), str):
                    yield value


class Held(NamedTuple):
    """The content of a key of a Secret or ConfigMap, for what reads it."""

    of: str
    """The kind of the object that names the key, ``Kind`` or ``Kind.group``; ``Pod`` is what makes pods, too."""
    key: str
    say: str
    variable: str = ""
    """The shell variable in the command that makes it; empty for the key in capitals."""
    when: When = ALWAYS


class KindNote(NamedTuple):
    """The maker of objects of a kind that must be there."""

    owner: str
    create: str = ""
    """The command; ``{name}`` and ``{namespace}`` stand for the object's."""
    cluster: bool = False
    """The kind lives in no namespace."""
    appends: tuple[tuple[str, When], ...] = ()
    """Texts that follow the command for a new object, each with its condition."""


class ApiNote(NamedTuple):
    """The product that brings an API group and version."""

    product: str
    install: str


class References(NamedTuple):
    """References of custom resources, and who makes what a bundle only names."""

    rows: tuple[Row, ...] = ()
    makes: tuple[Made, ...] = ()
    outside: tuple[Outside, ...] = ()
    holds: tuple[Held, ...] = ()
    kinds: Mapping[str, KindNote] = {}
    apis: Mapping[str, ApiNote] = {}
