"""The whole journey on the shipped catalogue, with the real renderer, checks and writer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from threading import Event

from tests.journeys import answered
from tests.screens.drive import Driver, answer_all, key_event, wizard
from wizard.catalog.model import Catalog
from wizard.cluster.model import Cause, CheckFinished, Identity, ObjectResult, ObjectState, Target
from wizard.cluster.model import Event as Happening
from wizard.decision.model import Answer
from wizard.faces.services import Services
from wizard.render.model import Bundle
from wizard.session.session import Session, start
from wizard.store.writer import WritePlan, plan, write
from wizard.validation.run import rules

WEB: dict[str, Answer] = {
    "work": "server",
    "keeps": "nothing",
    "copies": "several",
    "logs": "stdout",
    "metrics": "none",
    "needs": (),
    "habits": (),
    "cluster": ("collector",),
}
SERVICES = Services(plan=plan, write=write, rules=lambda: len(rules()))


async def test_a_plain_web_service_takes_few_keys(catalog: Catalog, tmp_path: Path) -> None:
    target = tmp_path / "orders"
    async with wizard(start(catalog), services=SERVICES, target=target) as person:
        asked = 0
        pressed = await answer_all(person, WEB)
        asked = len(person.app.flow.session.answers)
        assert "Deployment" in person.screen
        await person.press("enter")
        await person.type("example.com/orders:1.4.2")
        screen = await person.press("enter")
        assert "new" in screen
        assert "deployment.yaml" in screen
        assert "nothing found" in screen
        screen = await person.press("enter")
        assert "kubectl apply -k" in screen
        await person.press("enter")
        pressed += 4
    assert asked <= 8
    assert pressed <= 25
    assert person.outcome.written is not None
    assert (target / "manifests" / "deployment.yaml").is_file()
    assert (target / "podwizard.yaml").is_file()


async def test_nothing_is_written_before_the_bundle_screen(catalog: Catalog, tmp_path: Path) -> None:
    session = answered(catalog, WEB, name="orders", image="example.com/orders:1")
    target = tmp_path / "orders"
    async with wizard(session, services=SERVICES, target=target) as person:
        await person.press("enter", "b")
        assert "deployment.yaml" in person.screen
        await person.press("ctrl+c", "ctrl+c")
    assert not target.exists()
    assert person.outcome.keep


async def test_a_line_of_a_manifest_leads_to_its_parameter(catalog: Catalog, tmp_path: Path) -> None:
    session = answered(catalog, WEB, name="orders", image="example.com/orders:1")
    async with wizard(session, services=SERVICES, target=tmp_path / "orders") as person:
        await person.press("enter", "b", "o")
        text = next(file.text for file in session.bundle.files if file.path.endswith("deployment.yaml"))
        lines = text.split("\n")
        await person.ahead(*["down"] * next(n for n, line in enumerate(lines) if "image: " in line))
        assert "← parameter image" in person.screen
        assert "Which image does it run?" in await person.press("enter")


async def test_the_bundle_marks_the_file_whose_text_it_shows(catalog: Catalog, tmp_path: Path) -> None:
    session = answered(catalog, WEB, name="orders", image="example.com/orders:1")
    async with wizard(session, services=SERVICES, target=tmp_path / "orders") as person:
        assert "› + deployment.yaml" in await person.press("enter", "b")
        assert "› + README.md" in await person.press("home")


async def test_a_line_without_a_source_offers_no_way_to_it(catalog: Catalog, tmp_path: Path) -> None:
    session = answered(catalog, WEB, name="orders", image="example.com/orders:1")
    async with wizard(session, services=SERVICES, target=tmp_path / "orders") as person:
        assert "enter change its source" in await person.press("enter", "b", "o"), "a manifest's line"
        screen = await person.press("escape", "home", "o")
        assert "No single answer or detail is behind this line." in screen
        assert "change its source" not in screen, "a line of the README"
        assert "README.md" in await person.press("enter")


async def test_an_edited_file_is_kept_unless_the_user_overwrites_it(catalog: Catalog, tmp_path: Path) -> None:
    session = answered(catalog, WEB, name="orders", image="example.com/orders:1")
    target = tmp_path / "orders"
    write(plan(session.bundle, target))
    readme = target / "README.md"
    readme.write_text("mine\n")
    async with wizard(session, services=SERVICES, target=target) as person:
        screen = await person.press("enter", "b")
        assert "README.md kept" in " ".join(screen.split())
        await person.press("home")
        assert "-mine" in await person.press("d")
        screen = await person.press("escape")
        assert "O overwrite" in screen
        lost = session.bundle.files[0].text.count("\n")
        assert f"O overwrites {lost} lines you edited in README.md" in screen
        screen = await person.press("O")
        assert "README.md lost" in " ".join(screen.split()) and "s keep as it is" in screen
        assert f" overwrites {lost} lines you edited in README.md; s keeps yours" in screen
        assert "README.md kept" in " ".join((await person.press("s")).split())
        assert "README.md lost" in " ".join((await person.press("O")).split())
        await person.press("enter")
    assert readme.read_text() != "mine\n"


TARGET = Target("kind-dev", "dev", "https://127.0.0.1:6443", "admin\x1b[2J", "orders", ("~/.kube/config",))


class Answers:
    """A cluster that accepts every object except the Deployment."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    def events(self) -> Iterable[Happening]:
        yield Identity("dev-admin", (), "1.33")
        for file in self.bundle.manifests:
            assert file.ref is not None
            bad = file.ref.kind == "Deployment"
            cause = Cause("spec.template.spec.containers[0].image", "registry not allowed")
            yield ObjectResult(
                file.ref,
                ObjectState.DENIED if bad else ObjectState.ACCEPTED,
                "denied by policy [x]" if bad else "",
                (cause,) if bad else (),
            )
        yield CheckFinished(len(self.bundle.manifests), len(self.bundle.manifests))

    def cancel(self) -> None:
        """Do nothing: no request is running."""


async def test_the_cluster_is_confirmed_first_and_a_denial_leads_to_its_cause(catalog: Catalog, tmp_path: Path) -> None:
    session = answered(catalog, WEB, name="orders", image="example.com/orders:1")
    services = Services(
        plan=plan, write=write, targets=lambda: (TARGET,), dry_run=lambda _, bundle, **__: Answers(bundle)
    )
    async with wizard(session, services=services, target=tmp_path / "orders") as person:
        screen = await person.press("enter", "b", "v")
        assert "https://127.0.0.1:6443" in screen
        assert "\x1b" not in screen
        screen = await person.press("enter")
        while "asking" in person.screen:
            await person.settle()
        assert "denied by policy [x]" in person.screen
        refs = [file.ref.kind for file in session.bundle.manifests if file.ref]
        screen = await person.press(*["down"] * refs.index("Deployment"), "enter")
        assert "registry not allowed" in screen
        assert "Which image does it run?" in await person.press("enter")
        await person.press("escape")
        screen = await person.press("escape")
        assert "registry not allowed" in screen and "done; nothing was stored" in screen, "back at the result"
        await person.press("enter")
        await person.type("2")
        await person.press("escape")
        assert "Bundle" in await person.press("escape"), "the result is of another image"


class Deep(Answers):
    """A cluster that denies the Deployment's Pod and already has the Service."""

    def events(self) -> Iterable[Happening]:
        refs = [file.ref for file in self.bundle.manifests if file.ref]
        for ref in refs:
            diff = "\n".join(f"+line {number}" for number in range(60)) if ref.kind == "Service" else ""
            state = ObjectState.EXISTS if diff else ObjectState.ACCEPTED
            yield ObjectResult(ref, state, "exists, and would change" if diff else "", diff=diff)
            if ref.kind == "Deployment":
                cause = Cause("spec.template.spec.containers[0].image", "registry not allowed")
                pod = ref._replace(api_version="v1", kind="Pod")
                yield ObjectResult(pod, ObjectState.DENIED, "no", (cause,), owner=ref)
        yield CheckFinished(len(refs), len(refs))


async def test_a_pod_counts_with_its_workload_and_leads_to_its_parameter(catalog: Catalog, tmp_path: Path) -> None:
    session = answered(catalog, WEB, name="orders", image="example.com/orders:1")
    services = Services(plan=plan, write=write, targets=lambda: (TARGET,), dry_run=lambda _, bundle, **__: Deep(bundle))
    refs = [file.ref.kind for file in session.bundle.manifests if file.ref]
    async with wizard(session, services=services, target=tmp_path / "orders") as person:
        await person.press("enter", "b", "v", "enter")
        while "asking" in person.screen or "exists  would change" not in person.screen:
            await person.settle()
        assert f"{len(refs)} of {len(refs)} · {len(refs)} ok" in person.screen
        screen = await person.press(*["down"] * refs.index("Service"), "enter")
        assert "line 0" in screen and "line 59" not in screen
        assert "line 59" in await person.press("end")
        screen = await person.press("escape", "home", *["down"] * (refs.index("Deployment") + 1))
        assert "change: image" in screen
        assert "Which image does it run?" in await person.press("c")


async def test_one_extra_key_adds_pods_to_the_dry_run(catalog: Catalog, tmp_path: Path) -> None:
    session = answered(catalog, WEB, name="orders", image="example.com/orders:1")
    asked: list[bool] = []

    def check(_: Target, bundle: Bundle, *, deep: bool) -> Answers:
        asked.append(deep)
        return Answers(bundle)

    services = Services(plan=plan, write=write, targets=lambda: (TARGET,), dry_run=check)
    async with wizard(session, services=services, target=tmp_path / "orders") as person:
        screen = await person.press("enter", "b", "v")
        assert "d with Pods" in screen and "A Pod of each workload" not in screen
        screen = await person.press("d")
        assert "d without Pods" in screen and "A Pod of each workload is validated, too" in screen
        await person.press("enter")
        while "asking" in person.screen:
            await person.settle()
        await person.press("escape", "v", "enter")
    assert asked == [True, False], "each look is confirmed again"


async def test_an_open_file_uses_the_width_of_a_narrow_terminal(catalog: Catalog, tmp_path: Path) -> None:
    session = answered(catalog, WEB, name="orders", image="example.com/orders:1")
    async with wizard(session, services=SERVICES, target=tmp_path / "orders") as person:
        assert "/orders " in (await person.press("enter", "b")).splitlines()[0], "the end of a long path tells most"
        screen = await person.press("o")
        assert "app.kubernetes.io/managed-by: podwizard" in screen and "│" not in screen
        assert screen.startswith(" Bundle → manifests/deployment.yaml")
        assert await person.press("d", "o") == screen, "one key leads from the text to the diff, one back"
        end = await person.press("d", "end")
        assert "+" in end.splitlines()[2], "the last page is full"
        assert "nothing was found" in await person.press("escape", "f")
        assert "Bundle" in person.screen


class Wordy(Answers):
    """A cluster that returns a long message for each object."""

    def events(self) -> Iterable[Happening]:
        refs = [file.ref for file in self.bundle.manifests if file.ref]
        yield from (ObjectResult(ref, ObjectState.DENIED, "many words " * 60 + "and an end") for ref in refs)
        yield CheckFinished(len(refs), len(refs))


async def test_a_long_message_does_not_push_other_objects_off_the_list(catalog: Catalog, tmp_path: Path) -> None:
    session = answered(catalog, WEB, name="orders", image="example.com/orders:1")
    services = Services(
        plan=plan, write=write, targets=lambda: (TARGET,), dry_run=lambda _, bundle, **__: Wordy(bundle)
    )
    async with wizard(session, services=services, target=tmp_path / "orders") as person:
        await person.press("enter", "b", "v", "enter")
        while "asking" in person.screen:
            await person.settle()
        for file in session.bundle.manifests:
            assert str(file.ref) in person.screen
        assert "and an end" not in person.screen
        assert "and an end" in await person.press("enter")


class Slow(Answers):
    """A cluster that sends one result and then nothing until it is cancelled."""

    def __init__(self, bundle: Bundle) -> None:
        super().__init__(bundle)
        self.stopped = Event()

    def events(self) -> Iterable[Happening]:
        yield next(item for item in super().events() if isinstance(item, ObjectResult))
        self.stopped.wait(20)
        yield CheckFinished(1, len(self.bundle.manifests), cancelled=True)

    def cancel(self) -> None:
        self.stopped.set()


async def test_esc_stops_the_dry_run_and_keeps_the_results_so_far(catalog: Catalog, tmp_path: Path) -> None:
    session = answered(catalog, WEB, name="orders", image="example.com/orders:1")
    services = Services(plan=plan, write=write, targets=lambda: (TARGET,), dry_run=lambda _, bundle, **__: Slow(bundle))
    async with wizard(session, services=services, target=tmp_path / "orders") as person:
        await person.press("enter", "b", "v", "enter")
        while "1 of" not in person.screen:
            await person.settle()
        await person.press("escape")
        while "stopped" not in person.screen:
            await person.settle()
        assert "accepted" in person.screen
        assert "Bundle" in await person.press("escape")


async def test_an_abandoned_rendering_does_not_replace_the_current_bundle(catalog: Catalog, tmp_path: Path) -> None:
    session = answered(catalog, WEB, name="old", image="example.com/orders:1")
    made = Event()

    def slow(bundle: Bundle, target: Path) -> WritePlan:
        if bundle.name == "old":
            assert made.wait(30)
        return plan(bundle, target)

    async with wizard(session, services=replace(SERVICES, plan=slow), target=tmp_path / "orders") as person:
        await person.press("enter")
        person.app.post_message(key_event("b"))
        while "rendering and checking" not in person.screen:
            await person.pilot.pause()
        for key in ("escape", "home", "down", "down", "down", "ctrl+u", *"new", "escape", "b"):
            person.app.post_message(key_event(key))
        await person.pilot.pause()
        made.set()
        await person.settle()
        await person.press("enter")
    assert "name: new" in (tmp_path / "orders" / "manifests" / "deployment.yaml").read_text()


async def test_the_highlighted_context_and_its_details_stay_visible(catalog: Catalog, tmp_path: Path) -> None:
    session = answered(catalog, WEB, name="orders", image="example.com/orders:1")
    targets = tuple(replace(TARGET, context=f"context-{n}", server=f"https://10.0.0.{n}") for n in range(40))
    services = Services(
        plan=plan, write=write, targets=lambda: targets, dry_run=lambda _, bundle, **__: Answers(bundle)
    )
    async with wizard(session, services=services, target=tmp_path / "orders") as person:
        await person.press("enter", "b", "v")
        screen = ""
        for key in ("end", "home", "pagedown", "pagedown"):
            shown = re.findall(r"context-(\d+)$", screen, re.MULTILINE)
            screen = await person.press(key)
            at = int(shown[-1]) if key == "pagedown" else {"end": 39, "home": 0}[key]
            assert f"https://10.0.0.{at}\n" in screen and f"› context-{at}\n" in screen
            assert f"({at + 1} of 40)" in screen and "stores nothing" in screen


async def test_assumed_values_are_shown_before_writing_and_e_changes_them(catalog: Catalog, tmp_path: Path) -> None:
    session = answered(catalog, WEB, name="orders", image="example.com/orders:1")
    for size in ((60, 20), (80, 24), (120, 40)):
        async with wizard(session, services=SERVICES, target=tmp_path / "orders", size=size) as person:
            screen = " ".join((await person.press("enter", "b")).split())
            assert "Assumed; e changes them. " in screen
            assert "Health: over HTTP, /healthz, /readyz · Exposure: no" in screen
            assert "On which ports does it listen?" in await person.press("e")
            assert "deployment.yaml" in await person.press("escape", "escape"), "back where one came from"
            await person.press("e", "down", "down", "2")
            assert session_at(person).resolved["app.exposure"].text == "ingress"


async def test_given_values_are_not_shown_as_assumed(catalog: Catalog, tmp_path: Path) -> None:
    given = {"listeners": "name=http, port=8080", "health": "tcp", "exposure": "none"}
    session = answered(catalog, WEB, name="orders", image="example.com/orders:1", **given)
    async with wizard(session, services=SERVICES, target=tmp_path / "orders") as person:
        screen = await person.press("enter", "b")
        assert "assumed: " not in screen and "change assumed" not in screen
        assert "Details" in await person.press("e")


def session_at(person: Driver) -> Session:
    """Return the session of the current view."""
    made: Session = person.app.stage.view.session  # type: ignore[union-attr]
    return made
