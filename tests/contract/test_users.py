"""Users and groups of containers: above 10000, unlike the users of nodes, except for images that give a reason."""

from __future__ import annotations

from collections.abc import Iterator

from tests.contract.bundles import Rendered, for_each, served
from tests.shipped import CATALOG

LOWEST = 10001
FIXED = {
    image.reference(): (image.uid, image.uid if image.gid is None else image.gid)
    for image in CATALOG.images.values()
    if image.uid_fixed
}


def wrong_users(bundle: Rendered) -> Iterator[str]:
    """Yield containers without a user or group, or with one that a user of the node may have."""
    pod = bundle.template["spec"].get("securityContext", {})
    for container in bundle.containers:
        context = {**pod, **container.get("securityContext", {})}
        user, group = context.get("runAsUser"), context.get("runAsGroup")
        if container["image"] in FIXED:
            if (user, group) != FIXED[container["image"]]:
                yield f"{container['name']} runs as {user}:{group}, not as its image must"
        elif user is None or group is None or min(user, group) < LOWEST:
            yield f"{container['name']} runs as {user}:{group}"


@for_each(served)
def test_every_container_runs_as_a_user_that_no_node_has(bundle: Rendered) -> None:
    assert not list(wrong_users(bundle))


def test_a_container_that_runs_as_a_low_user_or_group_is_found() -> None:
    for key, value in (("runAsUser", 100), ("runAsGroup", 1000), ("runAsGroup", None)):
        broken = served()[0].changed()
        for container in broken.containers:
            container.setdefault("securityContext", {})[key] = value
        assert list(wrong_users(broken))


def test_an_image_with_a_low_user_gives_a_reason() -> None:
    low = {image.id for image in CATALOG.images.values() if min(image.uid, image.gid or image.uid) < LOWEST}
    assert low == {image.id for image in CATALOG.images.values() if image.uid_fixed}
