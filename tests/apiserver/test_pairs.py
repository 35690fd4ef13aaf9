"""Creation on a real API server of every row of the pairwise array, which combines components and choices.

``make pairs`` runs it together with the property tests of the same rows; ``make apiserver`` covers only the first rows.
"""

from __future__ import annotations

import pytest

from tests.apiserver.server import ApiServer
from tests.apiserver.test_covering import created
from tests.contract.bundles import array

pytestmark = [pytest.mark.apiserver, pytest.mark.timeout(900)]  # this test may be the first to compute the rows


def test_every_row_is_created_and_its_pods_are_admitted(api_server: ApiServer) -> None:
    made = created(api_server, ((one.name, one.session.bundle) for one in array()), "pairs")
    assert not made.refused, "\n".join(made.refused[:20])
    assert made.bundles == len(array())
    assert made.objects > 5 * made.bundles
    assert made.pods >= made.bundles * 0.7
