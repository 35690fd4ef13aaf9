"""The covering bundles of the shipped catalogue, each with its components' declarations."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from itertools import islice
from typing import Any

from tests.contract.pairs import Pairs
from tests.contract.pairwise import Array
from tests.shipped import CATALOG, composed, with_options
from wizard.kube.kinds import template_path
from wizard.render.compose.declared import Declared
from wizard.render.compose.tree import plain
from wizard.render.compose.workshop import Workshop
from wizard.render.model import Contract
from wizard.session.session import Session, start


class Rendered:
    """A bundle as data that a test may change, rendered on first access.

    Rendering all bundles during collection would repeat the work in every process that runs tests.
    """

    def __init__(self, name: str, session: Session, **changes: Any) -> None:
        self.name = name
        self.session = session
        self._changes = changes
        self.__dict__.update(changes)

    @cached_property
    def objects(self) -> list[dict[str, Any]]:
        return [plain(one.node) for one in composed(self.session)[1].objects]

    @property
    def namespace(self) -> str:
        """The namespace of the program's objects."""
        return composed(self.session)[0].namespace

    @cached_property
    def declared(self) -> Declared:
        return Workshop(self.session.catalog, self.session.request).declared

    @cached_property
    def contract(self) -> Contract:
        return self.session.bundle.contract

    def _replace(self, **changes: Any) -> Rendered:
        return type(self)(self.name, self.session, **{**self._changes, **changes})

    def changed(self) -> Rendered:
        """Return a copy whose objects a test may break."""
        return self._replace(objects=copy.deepcopy(self.objects))

    def of(self, *kinds: str) -> Iterator[dict[str, Any]]:
        return (one for one in self.objects if one["kind"] in kinds)

    @property
    def workload(self) -> dict[str, Any] | None:
        """The object with the program's pods."""
        if not self.has_workload:
            return None
        return next(self.of("Deployment", "StatefulSet", "DaemonSet", "CronJob"), None) or next(self.of("Job"))

    @property
    def has_workload(self) -> bool:
        return self.session.components[0].role == "workload"

    @property
    def template(self) -> dict[str, Any]:
        found: Any = self.workload
        for key in template_path(found["kind"]) or ():
            found = found[key]
        return found  # type: ignore[no-any-return]

    @property
    def containers(self) -> list[dict[str, Any]]:
        if self.workload is None:
            return []
        spec = self.template["spec"]
        return [*spec.get("initContainers", ()), *spec["containers"]]


def rendered(name: str, session: Session) -> Rendered:
    """Return the bundle of a session."""
    return Rendered(name, session)


def demands(bundle: Rendered) -> str:
    """Return the text of everything that the program of a bundle must do."""
    return " ".join(line.say for line in bundle.contract.workloads[0].must)


def for_each(source: Callable[[], Iterable[Rendered]]) -> Callable[[Callable[[Rendered], None]], Callable[[], None]]:
    """Return a decorator that runs the test of one bundle on all of ``source`` and names each bundle that fails.

    With one test per bundle, each process would have to find all bundles and report more than a thousand tests.
    """

    def decorate(test: Callable[[Rendered], None]) -> Callable[[], None]:
        def run() -> None:
            failed = []
            for bundle in source():
                try:
                    test(bundle)
                except AssertionError as error:
                    failed.append(f"{bundle.name}: {error}")
            assert not failed, "\n".join(failed)

        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        return run

    return decorate


@cache
def bundles() -> tuple[Rendered, ...]:
    """Return every covering bundle that nothing blocks, and variants that show each option of each choice."""
    return tuple(rendered(name, session) for name, session in with_options())


@cache
def served() -> tuple[Rendered, ...]:
    """Return the bundles that have a workload, not only objects for an operator."""
    return tuple(one for one in bundles() if one.has_workload)


SAMPLE = 32
"""The number of rows of the pairwise array that every run tests."""


EVERY = bool(os.environ.get("PODWIZARD_PAIRS"))
"""True if a run tests every row."""


@cache
def unshown() -> Pairs:
    """Return the pairs as they are before the first row; tests only read them."""
    return Pairs(start(CATALOG))


@cache
def generator() -> Array:
    """Return the generator of the pairwise array."""
    return Array(start(CATALOG), unshown().duplicate())


@cache
def array() -> tuple[Rendered, ...]:
    """Return the first rows of the pairwise array; with ``PODWIZARD_PAIRS``, every row."""
    rows = islice(generator().rows(), None if EVERY else SAMPLE)
    return tuple(rendered(_name(number, session), session) for number, session in enumerate(rows, start=1))


def _name(number: int, session: Session) -> str:
    return f"pair-{number:03d}-{session.verdict.base.lower() if session.verdict else 'open'}"


@cache
def listed() -> tuple[Rendered, ...]:
    """Return bundles with a workload that may connect only to declared destinations; some list destinations."""
    found, seen = [], set[str]()
    for one in served():
        reach = one.session.resolved.get("app.reach")
        if reach is not None and not reach.parameter.decided:
            found.append(rendered(one.name, one.session.give("app.reach", "declared")))
            if (workload := one.session.components[0].id) not in seen:
                seen.add(workload)
                parameter = one.session.parameter("app.destinations")
                session = one.session.give("app.reach", "declared")
                session = session.give("app.destinations", parameter.type.plain(parameter.sample))
                found.append(rendered(f"{one.name}-listed", session))
    return tuple(found)
