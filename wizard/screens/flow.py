"""The journey through the wizard: one coroutine a place, each returns the next one.

Screens are imported where they are shown: the first question waits for none of the later ones.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from wizard.errors import WizardError
from wizard.screens.first import asked, settled
from wizard.screens.pages.question import Answered, QuestionView
from wizard.screens.stage import AnswersError, Stage
from wizard.screens.view import Back, Go
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.faces.services import Services
    from wizard.render.model import PodNote
    from wizard.screens.pages.bundle import Ready
    from wizard.screens.pages.cluster import Confirmed, Stop
    from wizard.screens.pages.details import DetailsView
    from wizard.screens.pages.verdict import Group, Look
    from wizard.session.session import Session
    from wizard.store.writer import WriteOutcome, WritePlan

Place = Callable[[], Awaitable["Place | None"]]


@dataclass(slots=True)
class Flow:
    """Where the journey stands. ``session`` is replaced at each step; nothing else remembers answers."""

    stage: Stage
    session: Session
    target: Path | None
    services: Services
    written: WriteOutcome | None = None
    context: str = ""
    _visited: list[str] = field(default_factory=list)
    _drafts: dict[str, QuestionView] = field(default_factory=dict)
    _message: str = ""
    _begun: int = 0

    async def run(self) -> None:
        """From the first open question to the end."""
        place: Place | None = self._start
        while place is not None:
            here = place
            try:
                place = await here()
            except AnswersError:
                place = self._answers(here)

    # --- questions -------------------------------------------------------------------------------

    async def _start(self) -> Place | None:
        found = self.services.found
        if found is not None:
            from wizard.screens.dialogs.resume import ResumeView

            choice = await self.stage.show(ResumeView(found))
            if choice != "over":
                self.session = found
            if choice == "review":
                return self._answers(self._on)
        self.session = settled(self.session)
        return await self._on()

    async def _on(self) -> Place | None:
        """The next open question, or the verdict."""
        question = self.session.question
        if question is None:
            return self._verdict
        return lambda: self._question(question.id)

    async def _question(self, question_id: str) -> Place | None:
        view = asked(self.session, question_id, self.services, message=self._taken())
        result = await self.stage.show(view.resumed(self._drafts.get(question_id)), follow=self._looked)
        if isinstance(result, Answered):
            self._drafts.pop(question_id, None)
            self._change(settled(result.session))
            self._visited = [item for item in self._visited if item != question_id] + [question_id]
            return await self._on()
        if isinstance(result, Back):
            return self._before(question_id)
        if result.place == "why":
            from wizard.screens.dialogs.why import WhyQuestion

            await self.stage.show(WhyQuestion(self.session, result.id))
            return lambda: self._question(question_id)
        if result.place == "cluster":
            return self._look_at_cluster(lambda: self._question(question_id))
        return self._answers(lambda: self._question(question_id))

    def _looked(self, view: QuestionView) -> None:
        """What is ticked but not yet answered is still there after a look elsewhere."""
        self._drafts[view.question.id] = view

    def _before(self, question_id: str) -> Place:
        """The question answered before this one; the same again when it was the first."""
        path = [item for item in self._path() if item != question_id or item in self._visited]
        at = path.index(question_id) if question_id in path else len(path)
        if at == 0:
            self._message = "this is the first question; Ctrl+C leaves"
            return lambda: self._question(question_id)
        return lambda: self._question(path[at - 1])

    def _path(self) -> list[str]:
        """Answered questions in the order in which they were asked; those preset or loaded come first."""
        asked = [entry.question.id for entry in self.session.trail() if entry.state.value == "answered"]
        return [q for q in asked if q not in self._visited] + [q for q in self._visited if q in asked]

    def _change(self, session: Session) -> None:
        """Take a changed session, say what moved when an earlier answer changed, and save it."""
        before, self.session = self.session, session
        replaced = any(before.answers[q] != session.answers.get(q) for q in before.answers)
        if replaced:
            self._message = wording.moved_line(session.catalog, session.moved(before))
            if "bundle" in vars(before):
                self.stage.aside(lambda: moved_with_lines(session, before))
        self._save()

    def _save(self) -> None:
        session = self.session
        self.stage.aside(lambda: self.services.save(session))

    def _taken(self) -> str:
        message, self._message = self._message, ""
        return message

    def _answers(self, back: Place) -> Place:
        async def place() -> Place | None:
            from wizard.screens.dialogs.why import WhyQuestion
            from wizard.screens.pages.answers import AnswersView

            view = AnswersView(self.session)
            while True:
                result = await self.stage.show(view)
                if isinstance(result, Back):
                    return back
                if result.place == "on":
                    return await self._on()
                if result.place == "question":
                    return lambda: self._question(result.id)
                await self.stage.show(WhyQuestion(self.session, result.id, "What depends on it"))

        return place

    # --- the verdict -----------------------------------------------------------------------------

    async def _verdict(self) -> Place | None:
        from wizard.screens.pages.verdict import Look, VerdictView

        session = self.session
        tag = "" if session.blocked else self._begin(lambda: drawn(session))
        view = VerdictView(session, drawing=bool(tag), awaits=tag, message=self._taken())
        result = await self.stage.show(view)
        if isinstance(result, Back):
            path = self._path()
            return (lambda: self._question(path[-1])) if path else self._verdict
        if isinstance(result, Look):
            return await self._look(result, self._verdict)
        if result.place == "details":
            return self._details()
        if result.place == "answers":
            return self._answers(self._verdict)
        if result.place == "lesson":
            from wizard.screens.dialogs.lesson import LessonView

            await self.stage.show(LessonView(session.pattern(result.id), session.lesson(result.id)))
            return self._verdict
        return self._reasons("why_not" if result.place == "why_not" else "flips")

    def _reasons(self, group: Group) -> Place:
        async def place() -> Place | None:
            from wizard.screens.pages.verdict import ReasonsView
            from wizard.texts.reasons import flip_reasons, why_not_reasons

            told = why_not_reasons if group == "why_not" else flip_reasons
            result = await self.stage.show(ReasonsView(group, told(self.session)))
            return self._verdict if isinstance(result, Back) else await self._look(result, place)

        return place

    async def _look(self, look: Look, back: Place) -> Place | None:
        from wizard.screens.dialogs.lesson import LessonView
        from wizard.screens.dialogs.why import Behind

        while True:
            result = await self.stage.show(Behind(self.session, look.title, look.reason))
            if isinstance(result, Back):
                return back
            if result.place == "question":
                return lambda: self._question(result.id)
            await self.stage.show(LessonView(self.session.pattern(result.id), self.session.lesson(result.id)))

    # --- details and bundle ----------------------------------------------------------------------

    def _details(self, key: str = "", message: str = "") -> Place:
        async def place() -> Place | None:
            from wizard.screens.pages.details import DetailsView

            view = DetailsView.of(self.session, key=key, message=message)
            try:
                result = await self.stage.show(view, follow=self._typed)
            finally:
                self._save()
            self.session = result.session
            if isinstance(result.then, Back):
                return self._verdict
            return self._bundle if result.then.place == "bundle" else self._answers(self._details())

        return place

    def _typed(self, view: DetailsView) -> None:
        """What stands in the form counts and is saved from now on, however the form is left."""
        changed = view.session.given != self.session.given
        self.session = view.session
        if changed:
            self._save()

    async def _bundle(self) -> Place | None:
        from wizard.screens.pages.bundle import Ready
        from wizard.screens.pages.loading import ErrorView, LoadingView

        session = self.session
        if session.question is not None or session.blocked:
            return await self._on()
        if session.problems:
            return self._details(session.problems[0].key, "this is still needed")
        tag = self._begin(lambda: self._prepare(session))
        ready = await self.stage.show(LoadingView("Bundle", tag, "rendering and checking …"))
        if isinstance(ready, WizardError):
            await self.stage.show(ErrorView("Bundle", ready.message, ready.hint))
            return self._details()
        if not isinstance(ready, Ready):
            return self._details() if isinstance(ready, Back) else _raise(ready)
        return await self._show_bundle(ready)

    def _begin(self, work: Callable[[], object]) -> str:
        """Begin something slow; its tag is its own, so that what was given up is not taken for what was asked later."""
        self._begun += 1
        tag = f"work {self._begun}"
        self.stage.later(tag, work)
        return tag

    def _prepare(self, session: Session) -> Ready:
        from wizard.screens.pages.bundle import Ready

        plan = self.services.plan(session.bundle, self.target or Path(session.bundle.name))
        _traced = session.traced  # worked out here, beside the keys
        return Ready(session, plan, (), (), self.services.rules()).planned(plan)

    async def _show_bundle(self, ready: Ready) -> Place | None:
        from wizard.screens.pages.bundle import BundleView, Findings, FindingsView, Write, first_file

        plan, can_ask = ready.plan, self.services.dry_run is not None
        view = BundleView(ready, plan, first_file(plan), can_ask=can_ask, message=self._taken())
        while True:
            result = await self.stage.show(view)
            if isinstance(result, Findings):
                view = result.view
                result = await self.stage.show(FindingsView(view.ready))
                if isinstance(result, Back):
                    continue
            if isinstance(result, Write):
                return await self._write(result.plan)
            if isinstance(result, Back):
                return self._details()
            if result.place == "cluster":
                return self._cluster
            if result.place == "answers":
                return self._answers(self._bundle)
            return self._lead(result)

    def _lead(self, go: Go) -> Place:
        return self._details(go.id) if go.place == "details" else (lambda: self._question(go.id))

    async def _write(self, plan: WritePlan) -> Place | None:
        from wizard.screens.pages.loading import ErrorView, LoadingView
        from wizard.screens.pages.written import WrittenView
        from wizard.session.kept import missed

        tag = self._begin(lambda: self.services.write(plan))
        outcome = await self.stage.show(LoadingView("Bundle", tag, "writing …", fixed=True))
        if isinstance(outcome, WizardError):
            await self.stage.show(ErrorView("Not written", outcome.message, outcome.hint))
            return self._bundle
        if isinstance(outcome, Exception):
            _raise(outcome)
        self.written = outcome  # type: ignore[assignment]
        lacking = {one.path: wording.missed_text(self.session, one) for one in missed(self.session, plan)}
        await self.stage.show(
            WrittenView(self.session, self.written, self.context, self.services.catalog, lacking)  # type: ignore[arg-type]
        )
        return None

    # --- the cluster -----------------------------------------------------------------------------

    async def _cluster(self) -> Place | None:
        from wizard.screens.pages.cluster import ResultsView, Stop

        start = self.services.dry_run
        chosen = await self._choose(looking=False)
        if chosen is None or start is None:
            return self._bundle
        self.context = chosen.target.context
        bundle = self.session.bundle
        run = start(chosen.target, bundle, deep=chosen.deep)
        tag = self.stage.stream(run.events)
        result: Back | Go | Stop = Stop(ResultsView(bundle, chosen.target, tag, self.session))
        try:
            while isinstance(result, Stop):
                if result.view.stopping:
                    run.cancel()
                result = await self.stage.show(result.view)
        finally:
            run.cancel()
        return self._lead(result) if isinstance(result, Go) else self._bundle

    async def _choose(self, *, looking: bool) -> Confirmed | None:
        """The cluster a person has chosen and confirmed."""
        from wizard.screens.pages.cluster import ConfirmView
        from wizard.screens.pages.loading import ErrorView, LoadingView

        if self.services.targets is None:
            return None
        self.services.prepare()
        tag = self._begin(self.services.targets)
        found = await self.stage.show(LoadingView("The cluster", tag, "reading the kubeconfig …"))
        if isinstance(found, WizardError):
            await self.stage.show(ErrorView("The cluster", found.message, found.hint))
            return None
        if not isinstance(found, tuple):
            return None if isinstance(found, Back) else _raise(found)
        chosen = await self.stage.show(ConfirmView(found, looking=looking, deep=self.services.deep))
        return None if isinstance(chosen, Back) else chosen

    def _look_at_cluster(self, back: Place) -> Place:
        """Take answers from a cluster, before they are asked."""

        async def place() -> Place | None:
            from wizard.cluster.model import CheckFinished
            from wizard.faces.services import finished_of
            from wizard.screens.pages.cluster import FoundView
            from wizard.screens.pages.loading import ErrorView, LoadingView
            from wizard.texts.cluster import found_lines

            discover = self.services.discover
            chosen = await self._choose(looking=True)
            if chosen is None or discover is None:
                return back
            try:
                look = discover(chosen.target)
            except WizardError as error:
                await self.stage.show(ErrorView("The cluster", error.message, error.hint))
                return back
            tag = self._begin(lambda: finished_of(look))
            finished = await self.stage.show(LoadingView("The cluster", tag, "looking …"))
            look.cancel()
            if isinstance(finished, Back):
                return back
            if not isinstance(finished, CheckFinished):
                _raise(finished)
            self._change(settled(self.session.discovered(finished.evidence)))
            await self.stage.show(FoundView(found_lines(self.session.catalog.clues, finished)))
            return await self._on()

        return place


def drawn(session: Session) -> PodNote | None:
    """The pod for the picture; beside the keys, for its first rendering loads what renders."""
    from wizard.session.covering import preview

    return preview(session)


def moved_with_lines(session: Session, before: Session) -> str:
    """The same, with how many lines of the bundle change, which takes two renders."""
    return wording.moved_line(session.catalog, session.moved(before, with_lines=True))


def _raise(value: object) -> NoReturn:
    raise value if isinstance(value, Exception) else TypeError(repr(value))
