"""Everything a person has given on the way to a bundle, as one immutable value."""

from collections.abc import Mapping
from typing import NamedTuple

from wizard.catalog.model import Catalog, Evidence
from wizard.decision.compiled import Compiled
from wizard.decision.model import Answer
from wizard.render.options import Options


class Given(NamedTuple):
    """The answers and parameters that are given, without anything that follows from them."""

    catalog: Catalog
    compiled: Compiled
    options: Options = Options()
    answers: Mapping[str, Answer] = {}
    assumed: frozenset[str] = frozenset()
    preset: frozenset[str] = frozenset()
    evidence: tuple[Evidence, ...] = ()
    """The evidence found on a cluster."""
    quick: bool = False
    """True when what cannot change the workload is assumed, and not asked."""
    given: Mapping[str, object] = {}
    """Parameters a person gave, by ``component.name``: text as typed, or plain data of an answers file."""
    catalog_path: str = ""
    """The path of the catalogue from the bundle's folder; empty for the shipped one."""

    def __eq__(self, other: object) -> bool:
        """Only the same value is equal: what it holds takes long to compare."""
        return self is other

    def __ne__(self, other: object) -> bool:
        """A tuple has one of its own."""
        return self is not other

    def __hash__(self) -> int:
        """By identity, too."""
        return id(self)

    def __repr__(self) -> str:
        """Nothing of what it holds: that would be the whole catalogue, and answers do not belong into a report."""
        return f"<{type(self).__name__}>"
