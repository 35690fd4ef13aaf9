"""All properties over the pairwise array: components and options in combination.

The mutations of each property are next to its own tests.
A plain run tests the first rows, ``make pairs`` every row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.contract.bundles import EVERY, Rendered, array, bundles, generator, unshown
from tests.contract.levels import Level, levels_of
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
from tests.contract.test_promises import silently_dropped
from tests.contract.test_users import wrong_users
from wizard.decision.bits import bits
from wizard.errors import WizardError
from wizard.faces.drawing import drawing
from wizard.render.contract.undeclared import undeclared
from wizard.session.session import Session

pytestmark = pytest.mark.timeout(900 if EVERY else 120)  # the first test makes the rows
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
    "P9 older minors": (silently_dropped, has_pods),
    "users": (wrong_users, has_pods),
    "drawing": (not_drawn, everyone),
}


REFUSED = {("sidecar.mtls.gateway_certificate", "no"), ("adapter.loaded.rules", "empty")}
"""Levels that are always refused, with a hint."""

BELOW_1024 = (
    *LOW,
    (WEB, {"listeners": [{"name": "http", "port": 80}]}),
    ({**WEB, "metrics": "native"}, {"metrics_at": "own", "metrics_port": 90}),
)
"""Bundles with low ports: rows use the sample of every port, so none shows the levels that follow a low port."""
FOLLOWERS = {"low_port", "low_health", "metrics_low", "listens_low"}


def low_ports() -> Iterator[Session]:
    return (bundle(answers, **given).session for answers, given in BELOW_1024)


def _apart() -> set[Level]:
    """Return the levels that no row can show."""
    shown = {level for session in low_ports() for level in levels_of(session)}
    return REFUSED | {(key, value) for key, value in shown if key.rpartition(".")[2] in FOLLOWERS and value == "yes"}


def test_the_rows_show_every_level() -> None:
    pairs = unshown()
    shown = {level for one in array() for level in levels_of(one.session)}
    missing = {level for level, left in zip(pairs.levels, pairs.left, strict=True) if left} - shown
    assert missing == _apart() if EVERY else len(missing) < len(pairs.levels) / 2


def test_the_rows_show_every_pair_that_is_not_impossible() -> None:
    pairs, made = unshown().duplicate(), generator().pairs
    all_pairs = sum(left.bit_count() for left in pairs.left)
    for one in array():
        pairs.show(one.session)
    left = [rest & ~apart for rest, apart in zip(pairs.left, made.apart, strict=True)]
    assert not any(left) if EVERY else sum(rest.bit_count() for rest in left) < all_pairs / 2


def test_no_bundle_shows_a_pair_that_was_found_to_be_impossible() -> None:
    assert array()
    made = generator().pairs
    apart = made.numbers(_apart())
    for session in (*(one.session for one in bundles()), *low_ports()):
        shown = made.shown(session) & ~apart
        wrong = [
            (made.levels[one], made.levels[other]) for one in bits(shown) for other in bits(made.apart[one] & shown)
        ]
        assert wrong == []


def test_no_bundle_shows_a_pair_that_the_conditions_rule_out() -> None:
    pairs = unshown()
    factors: dict[str, int] = {}
    for number, (factor, _) in enumerate(pairs.levels):
        factors[factor] = factors.get(factor, 0) | 1 << number
    wrong = set()
    for session in (*(one.session for one in (*bundles(), *array())), *low_ports()):
        uses = {*session.implementations.items()}
        # Another implementation may have a number where this one has an option of the same text.
        shown = sum(
            1 << one for one in bits(pairs.shown(session)) if not pairs.homes[one] or uses & {*pairs.homes[one]}
        )
        for one in bits(shown):
            # A list shows several levels of one factor.
            apart = shown & ~pairs.left[one] & ~factors[pairs.levels[one][0]]
            wrong |= {frozenset((pairs.levels[one], pairs.levels[other])) for other in bits(apart)}
    assert wrong == set()


@pytest.mark.parametrize("what", CHECKS)
def test_every_property_holds_for_any_two_levels_together(what: str) -> None:
    check, applies = CHECKS[what]
    checked = [one for one in array() if applies(one)]
    assert checked or not EVERY
    wrong = {one.name: found for one in checked if (found := sorted(set(check(one))))}
    assert wrong == {}
