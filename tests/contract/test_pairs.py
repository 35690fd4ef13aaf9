"""All properties over the pairwise array: components and options in combination.

The mutations of each property are next to its own tests.
A plain run tests the first rows, ``make pairs`` all wide rows, ``make pairs ROWS=all`` every pair (takes an hour).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.contract.bundles import Rendered, array
from tests.contract.levels import Level, levels_of
from tests.contract.pairwise import Array
from tests.contract.test_beside import wrong_pods
from tests.contract.test_cases import WEB, bundle
from tests.contract.test_contract import wrong_lines
from tests.contract.test_drawing import differences
from tests.contract.test_exposure import wrong_exposure
from tests.contract.test_first import superfluous, unresolved
from tests.contract.test_fits import wrong_mounts, wrong_sums
from tests.contract.test_jobs import wrong_retries
from tests.contract.test_listeners import closed_or_open, wrong_egress, wrong_listeners
from tests.contract.test_load_balancers import wrong_balancers
from tests.contract.test_mesh import wrong_mesh
from tests.contract.test_own_programs import LOW
from tests.contract.test_users import wrong_users
from tests.shipped import CATALOG
from wizard.errors import WizardError
from wizard.faces.drawing import drawing
from wizard.render.contract.undeclared import undeclared
from wizard.session.session import start

ROWS = os.environ.get("PODWIZARD_PAIRS", "")
WIDE = bool(ROWS)
_SECONDS = {"": 120, "wide": 600, "all": 7200}
pytestmark = pytest.mark.timeout(_SECONDS[ROWS])  # the first test makes the rows
Check = Callable[[Rendered], Iterator[str]]


def limited(bundle: Rendered) -> bool:
    """Return whether the program may connect only to declared destinations; no policy applies on the host network."""
    reach = bundle.session.resolved.get("app.reach")
    policed = bundle.has_workload and not bundle.template["spec"].get("hostNetwork")
    return policed and reach is not None and reach.text != "anywhere"


def not_written(bundle: Rendered) -> Iterator[str]:
    """Yield the reasons why ``new`` would not write a bundle."""
    try:
        assert bundle.session.bundle.files
    except WizardError as error:
        yield error.message
        return
    yield from (f"{one.ref}: {one.message}" for one in bundle.session.findings if one.severity == "error")


def not_declared(bundle: Rendered) -> Iterator[str]:
    """Yield ports and pauses that nothing declares."""
    for file in bundle.session.bundle.manifests:
        yield from (leaf.message for leaf in undeclared(file, bundle.declared))


def not_drawn(bundle: Rendered) -> Iterator[str]:
    """Return every difference between the drawing and the bundle."""
    return differences(drawing(bundle.session), bundle)


def everyone(_bundle: Rendered) -> bool:
    return True


def has_pods(bundle: Rendered) -> bool:
    return bundle.has_workload


def operated(bundle: Rendered) -> bool:
    return not bundle.has_workload


CHECKS: dict[str, tuple[Check, Callable[[Rendered], bool]]] = {
    "it is written": (not_written, everyone),
    "what it has is declared": (not_declared, everyone),
    "P1 listeners": (wrong_listeners, has_pods),
    "P1 listeners of an operator": (closed_or_open, operated),
    "P1 calls from outside": (wrong_exposure, has_pods),
    "P1 load balancers": (wrong_balancers, has_pods),
    "P1 meshes": (wrong_mesh, has_pods),
    "P2 destinations": (wrong_egress, limited),
    "P3 references": (unresolved, everyone),
    "P3 lines under First": (superfluous, everyone),
    "P4 mounts": (wrong_mounts, has_pods),
    "P5 sums": (wrong_sums, has_pods),
    "P5 retries": (wrong_retries, has_pods),
    "P6 contract": (wrong_lines, everyone),
    "P7 pods beside": (wrong_pods, has_pods),
    "users": (wrong_users, has_pods),
    "drawing": (not_drawn, everyone),
}


@pytest.mark.parametrize("what", CHECKS)
def test_every_property_holds_for_any_two_levels_together(what: str) -> None:
    check, applies = CHECKS[what]
    checked = [one for one in array() if applies(one)]
    assert checked or not WIDE
    wrong = {one.name: found for one in checked if (found := sorted(set(check(one))))}
    assert wrong == {}


UNSHOWN = {
    ("sidecar.mtls.gateway_certificate", "no"),  # refused, with a hint
    # No wide row starts with these; the covering bundles have them.
    ("app.backups", "snapshots"),
    ("app.backups", "none"),
    ("app.devices", "several"),
    ("adapter.loaded.rules", "empty"),  # also refused
}


BELOW_1024 = (
    *LOW,
    (WEB, {"listeners": [{"name": "http", "port": 80}]}),
    ({**WEB, "metrics": "native"}, {"metrics_at": "own", "metrics_port": 90}),
)
"""Bundles with low ports: rows use the sample of every port, so none shows the levels that follow a low port."""
FOLLOWERS = {"low_port", "low_health", "metrics_low", "listens_low"}


def _followed_below_1024() -> set[Level]:
    shown = {level for answers, given in BELOW_1024 for level in levels_of(bundle(answers, **given).session)}
    return {(key, value) for key, value in shown if key.rpartition(".")[2] in FOLLOWERS and value == "yes"}


def test_the_array_covers_most_pairs() -> None:
    whole = Array(start(CATALOG))
    apart = UNSHOWN | _followed_below_1024() if WIDE else UNSHOWN
    unshown = sum(1 << number for number, level in enumerate(whole.levels) if level in apart)

    def counted() -> int:
        """Return the number of remaining pairs, without those of levels that no row shows."""
        return sum((left & ~unshown).bit_count() for one, left in enumerate(whole.left) if not unshown >> one & 1)

    pairs = counted()
    alone = {whole.levels[one] for one, left in enumerate(whole.left) if left}
    shown = {level for one in array() for level in levels_of(one.session)}
    for one in array():
        whole.show(one.session)
    left = counted() / pairs
    if WIDE:
        assert alone - shown <= apart
        assert left < 1 / 10
    else:
        assert left < 1 / 2
