"""Cluster lookup started from a question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.screens.drive import no_services, wizard
from wizard.catalog.model import Catalog, Evidence
from wizard.cluster.model import CheckFinished, Target
from wizard.cluster.model import Event as Happening
from wizard.errors import ClusterError
from wizard.session.session import start

TARGET = Target("kind-dev", "dev", "https://127.0.0.1:6443", "admin", "orders", ("~/.kube/config",))
FOUND = CheckFinished(
    8,
    10,
    evidence=(Evidence("version_133", "v1.37.2"), Evidence("collector", "logging/fluent-bit")),
    unseen=("nodes: you are not allowed to read them\x1b[2J",),
)


class Looked:
    """A lookup that finishes immediately."""

    def events(self) -> Iterable[Happening]:
        yield FOUND

    def cancel(self) -> None:
        """Do nothing: no lookup is running."""


class Many(Looked):
    """A lookup that could not read much."""

    def events(self) -> Iterable[Happening]:
        yield replace(FOUND, unseen=tuple(f"list {number}: you are not allowed to read it" for number in range(20)))


async def test_evidence_from_a_cluster_is_shown_and_preset(catalog: Catalog) -> None:
    services = no_services(save=lambda _: "", targets=lambda: (TARGET,), discover=lambda _: Looked())
    async with wizard(start(catalog), services=services) as person:
        screen = await person.press("v")
        assert "https://127.0.0.1:6443" in screen
        assert "and Prometheus objects. Nothing is created or changed;" in " ".join(screen.split())
        assert "dry run" not in screen
        screen = await person.press("enter")
        assert "DaemonSet logging/fluent-bit" in screen
        assert "nodes: you are not allowed to read them" in screen
        assert "\x1b" not in screen
        assert "What kind of work" in await person.press("enter")
        assert person.app.flow.session.answers["version"] == "v133"
        for key in ("1", "1", "2", "1", "5"):
            await person.press(key)
        screen = await person.press("n")
        assert "[x] It collects the standard output" in screen
        assert "Found in the cluster: The DaemonSet" in screen


async def test_everything_that_was_found_can_be_read_on_a_small_screen_and_the_first_question_stays_one(
    catalog: Catalog,
) -> None:
    services = no_services(save=lambda _: "", targets=lambda: (TARGET,), discover=lambda _: Many())
    async with wizard(start(catalog), services=services, size=(60, 20)) as person:
        await person.press("v")
        screen = await person.press("enter")
        assert "↑↓ scroll" in screen and "1-16 of" in screen
        assert "answers list shows both." not in screen
        assert "answers list shows both." in await person.press("end")
        screen = await person.press("enter")
        assert "/ I know what I want" in screen
        assert "← back" not in screen
        assert "← back" not in await person.press("1", "escape")


async def test_no_lookup_runs_without_confirmation(catalog: Catalog) -> None:
    def refused(_: Target) -> Looked:
        raise ClusterError("the live check needs the package kubernetes", hint="pip install it")

    services = no_services(targets=lambda: (TARGET,), discover=refused)
    async with wizard(start(catalog), services=services) as person:
        await person.press("v")
        assert "What kind of work" in await person.press("escape")
        assert "pip install it" in await person.press("v", "enter")
        assert "What kind of work" in await person.press("enter")


async def test_the_lookup_key_does_nothing_without_a_cluster(catalog: Catalog) -> None:
    async with wizard(start(catalog), services=no_services()) as person:
        assert "What kind of work" in await person.press("v")
