"""The user's input on the way to a bundle, as one immutable value."""

from collections.abc import Mapping
from typing import NamedTuple

from wizard.catalog.model import Catalog, Evidence
from wizard.decision.compiled import Compiled
from wizard.decision.model import Answer
from wizard.render.options import Options


class Given(NamedTuple):
    """The given answers and parameters, without anything derived from them."""

    catalog: Catalog
    compiled: Compiled
    options: Options = Options()
    answers: Mapping[str, Answer] = {}
    assumed: frozenset[str] = frozenset()
    preset: frozenset[str] = frozenset()
    evidence: tuple[Evidence, ...] = ()
    """The evidence found on a cluster."""
    quick: bool = False
    """True when questions that cannot change the workload are assumed instead of asked."""
    given: Mapping[str, object] = {}
    """Parameters that the user gave, by ``component.name``: the text as typed, or plain data of an answers file."""
    catalog_path: str = ""
    """The path of the catalogue from the bundle's folder; empty for the shipped one."""

    def __eq__(self, other: object) -> bool:
        """Compare by identity: comparing the contents would take too long."""
        return self is other

    def __ne__(self, other: object) -> bool:
        """Compare by identity, because tuple defines its own ``__ne__``."""
        return self is not other

    def __hash__(self) -> int:
        """Hash by identity, to match ``__eq__``."""
        return id(self)

    def __repr__(self) -> str:
        """Return only the type's name: the catalogue is large, and answers must not get into error reports."""
        return f"<{type(self).__name__}>"
