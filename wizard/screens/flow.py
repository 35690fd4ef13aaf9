"""The user's path through the screens: one coroutine per step, each returning the next step.

Pages are imported when they are shown, so that the first question does not wait for the later ones.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.errors import WizardError
from wizard.faces.history import History
from wizard.faces.resume import begun, settled
from wizard.screens.pages.question import Answered, QuestionView
from wizard.screens.stage import ElsewhereError, Stage
from wizard.screens.view import Back, Go, unexpected
from wizard.session.session import Lead
from wizard.texts import wording

if TYPE_CHECKING:
    from wizard.faces.review import Review
    from wizard.faces.services import ClusterRun, Services
    from wizard.screens.pages.bundle import BundleView, Mode, Write
    from wizard.screens.pages.cluster import ResultsView
    from wizard.screens.pages.details import DetailsView
    from wizard.screens.pages.reasons import Group, OpenReason, ReasonsView
    from wizard.screens.pages.verdict import VerdictView
    from wizard.screens.pages.written import WrittenView
    from wizard.session.session import Session
    from wizard.store.writer import WriteOutcome

PageStep = Callable[[], Awaitable["PageStep | None"]]
"""A step: shows one or more pages and returns the next step, or ``None`` at the end."""


@dataclass(slots=True)
class ScreenFlow:
    """The state of one run. Only ``session`` holds answers, and steps replace it."""

    stage: Stage
    session: Session
    target: Path | None
    services: Services
    written: WriteOutcome | None = None
    context: str = ""
    _history: History = field(default_factory=History)
    _reviewed: bool = False
    """True once the bundle has been shown; from then on, messages also count its changed lines."""
    _drafts: dict[str, QuestionView] = field(default_factory=dict)
    _message: str = ""
    _sought: str = ""
    """The key of the field the user searched for, where the details form opens."""
    _verdict_seen: VerdictView | None = None
    """The verdict page as the user left it, for returning to its highlighted line."""
    _place: tuple[str, Mode, int] = ("", "files", 0)
    """The bundle's file, mode and line that the user left, for returning there."""
    last_page: WrittenView | None = None
    """The page on the last write."""

    async def run(self) -> None:
        """Run the steps from the first open question to the end."""
        step: PageStep | None = self._start
        while step is not None:
            here = step
            try:
                step = await here()
            except ElsewhereError as gone:
                ways = {"answers": self._answers, "bundle": self._to_bundle, "search": self._search}
                step = ways[gone.place](here)

    # --- questions -------------------------------------------------------------------------------

    async def _start(self) -> PageStep | None:
        self._message = self.services.note
        if self.services.found:
            from wizard.screens.resuming import ask_earlier

            chosen, earlier, self._message = await ask_earlier(self.stage, self.services, self._taken())
            self.session = begun(self.session, earlier.session if earlier else None, chosen.how)
            return self._answers(self._on) if chosen.how == "review" else await self._on()
        self.session = begun(self.session, None)
        return await self._on()

    async def _on(self) -> PageStep | None:
        """Return the step for the next open question, or for the verdict."""
        question = self.session.question
        if question is None:
            return self._verdict
        return lambda: self._question(question.id)

    async def _question(self, question_id: str, back: PageStep | None = None) -> PageStep | None:
        can_look = self.services.discover is not None
        view = QuestionView.of(self.session, question_id, message=self._taken(), can_look=can_look)
        view = replace(view, begins=not (back or self._history.before(self.session, question_id)))
        result = await self.stage.show(view.resumed(self._drafts.get(question_id)), follow=self._looked)
        if isinstance(result, Answered):
            self._drafts.pop(question_id, None)
            self._change(settled(result.session))
            self._history = self._history.then(question_id)
            return await self._on()
        if isinstance(result, Back):
            return back or self._before(question_id)
        if result.place == "why":
            from wizard.screens.dialogs.why import WhyQuestion

            await self.stage.show(WhyQuestion(self.session, result.id))
            return lambda: self._question(question_id)
        if result.place == "lesson":
            return await self._lesson(result.id, lambda: self._question(question_id))
        if result.place == "quick":
            self._change(settled(self.session._replace(quick=not self.session.quick)))
            self._message = wording.quick_text(self.session)
            return await self._on()
        if result.place == "cluster":
            return self._look_at_cluster(lambda: self._question(question_id))
        return self._answers(lambda: self._question(question_id))

    def _search(self, back: PageStep) -> PageStep:
        """Return the step that searches for a goal and takes over the answers it implies."""

        async def step() -> PageStep | None:
            from wizard.screens.seeking import seek

            found = await seek(self.stage, self.session)
            if found is None:
                return back
            self._message, self._sought = found.message, found.field
            self._change(settled(found.session))
            return self._to_sought() if found.at_once else await self._on()

        return step

    def _looked(self, view: QuestionView) -> None:
        """Keep a question's draft, such as unconfirmed ticks, while the user looks at another page."""
        self._drafts[view.question.id] = view

    def _before(self, question_id: str) -> PageStep:
        """Return the step for the question answered before this one, or for the same question if it was the first."""
        if before := self._history.before(self.session, question_id):
            return lambda: self._question(before)
        self._message = wording.FIRST_QUESTION
        return lambda: self._question(question_id)

    def _change(self, session: Session) -> None:
        """Make ``session`` the current one and save it; prepare a message about the effects of a changed answer."""
        before, self.session = self.session, session
        replaced = any(before.answers[q] != session.answers.get(q) for q in before.answers)
        moved = wording.moved_line(session.catalog, session.moved(before)) if replaced else ""
        self._message = "; ".join(filter(None, (self._message, moved, wording.longer_text(before, session))))
        if replaced and self._reviewed:
            from wizard.faces.review import moved_with_lines

            self.stage.aside(lambda: moved_with_lines(session, before))
        self._save()

    def _save(self) -> None:
        session = self.session
        self.stage.aside(lambda: self.services.save(session))

    def _taken(self) -> str:
        message, self._message = self._message, ""
        return message

    def _answers(self, back: PageStep) -> PageStep:
        async def step() -> PageStep | None:
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

        return step

    # --- the verdict -----------------------------------------------------------------------------

    async def _verdict(self) -> PageStep | None:
        from wizard.screens.pages.reasons import OpenReason
        from wizard.screens.pages.verdict import VerdictView
        from wizard.session.samples import preview

        session = self.session
        view = VerdictView(session, message=self._taken()).back_at(self._verdict_seen)
        tag = self.stage.begin(lambda: preview(session)) if view.needs_costs(self._verdict_seen) else ""
        result = await self.stage.show(replace(view, awaits=tag), follow=self._looked_at)
        if isinstance(result, Back):
            last = self._history.before(self.session)
            return (lambda: self._question(last)) if last else self._verdict
        if isinstance(result, OpenReason):
            return await self._behind(result, self._verdict)
        if result.place == "details":
            return self._to_sought()
        if result.place == "answers":
            return self._answers(self._verdict)
        if result.place == "lesson":
            return await self._lesson(result.id, self._verdict)
        return self._reasons("why_not" if result.place == "why_not" else "flips")

    def _looked_at(self, view: VerdictView) -> None:
        """Remember the verdict's highlighted line for when the user returns."""
        self._verdict_seen = view

    def _reasons(self, group: Group) -> PageStep:
        async def step() -> PageStep | None:
            from wizard.screens.pages.reasons import ReasonsView

            view = ReasonsView.of(group, self.session)
            view = seen[-1] if seen and seen[-1].reasons == view.reasons else view
            result = await self.stage.show(view, follow=lambda shown: seen.append(shown))
            if isinstance(result, Go):
                return await self._lesson(result.id, step)
            return self._verdict if isinstance(result, Back) else await self._behind(result, step)

        seen: list[ReasonsView] = []
        return step

    async def _lesson(self, pattern: str, back: PageStep) -> PageStep:
        from wizard.screens.dialogs.lesson import LessonView

        name = wording.pattern_name(self.session.catalog, pattern)
        await self.stage.show(LessonView(self.session.pattern(pattern), self.session.lesson(pattern), name))
        return back

    async def _behind(self, opened: OpenReason, back: PageStep) -> PageStep | None:
        from wizard.screens.dialogs.why import Behind

        while True:
            result = await self.stage.show(Behind(self.session, opened.title, opened.reason))
            if isinstance(result, Back):
                return back
            if result.place == "question":
                view = QuestionView.of(self.session, result.id)
                self._drafts[result.id] = view.aimed(dict(opened.reason.wanted).get(result.id))
                return lambda: self._question(result.id)
            await self._lesson(result.id, back)

    # --- details and bundle ----------------------------------------------------------------------

    def _details(self, key: str = "", message: str = "", back: PageStep | None = None) -> PageStep:
        async def step() -> PageStep | None:
            from wizard.screens.pages.details import DetailsView

            view = DetailsView.of(self.session, key=key, message=message)
            try:
                result = await self.stage.show(view, follow=self._typed)
            finally:
                self._save()
            self.session = result.session
            if isinstance(result.then, Back):
                return back or self._verdict
            if result.then.place == "search":
                return self._search(self._details(result.then.id, back=back))
            return self._bundle if result.then.place == "bundle" else self._answers(self._details())

        return step

    def _to_sought(self) -> PageStep:
        """Return the step for the details, at the field that the user searched for, if there is one."""
        sought, self._sought = self._sought, ""
        return self._details(sought if sought in self.session.resolved else "")

    def _typed(self, view: DetailsView) -> None:
        """Take over and save what is typed into the form, so that it counts however the user leaves the form."""
        changed = view.session.given != self.session.given
        self.session = view.session
        if changed:
            self._save()

    def _to_bundle(self, back: PageStep) -> PageStep:
        """Return the step for the bundle if it is complete; else show the reason once, on the details or ``back``."""
        lacks = wording.bundle_lacks(self.session)
        if not lacks:
            return self._bundle
        self.stage.note(lacks)
        return self._details() if self.session.question is None and not self.session.blocked else back

    async def _bundle(self) -> PageStep | None:
        from wizard.faces.review import Review, traced_review
        from wizard.screens.pages.loading import ErrorView, LoadingView

        session = self.session
        if session.question is not None or session.blocked:
            return await self._on()
        if session.problems:
            return self._details(session.problems[0].key, "this is still required")
        tag = self.stage.begin(lambda: traced_review(session, self.services, self.target))
        review = await self.stage.show(LoadingView("Bundle", tag, "rendering and checking …"))
        if isinstance(review, WizardError):
            await self.stage.show(ErrorView("Bundle", review.message, review.hint))
            return self._details()
        if not isinstance(review, Review):
            return self._details() if isinstance(review, Back) else unexpected(review)
        self._reviewed = True
        return await self._show_bundle(review)

    async def _show_bundle(self, review: Review) -> PageStep | None:
        from wizard.screens.pages.bundle import BundleView, ReadFindings, Write, first_file

        can_ask = self.services.dry_run is not None
        view = BundleView(review, first_file(review.plan), can_ask=can_ask, message=self._taken())
        view, self._place = view.back_at(*self._place), ("", "files", 0)
        while True:
            result = await self.stage.show(view, follow=self._reading)
            if isinstance(result, ReadFindings):
                view, listed = result.view, result.findings
                result = await self.stage.show(listed)
                if isinstance(result, Back):
                    continue
            if isinstance(result, Write):
                return await self._write(result)
            if isinstance(result, Back):
                return self._details()
            if isinstance(result, Lead):
                return self._lead(result, self._bundle)
            if result.place == "cluster":
                return self._cluster(self._bundle)
            back = self._bundle if result.id else None
            return self._answers(self._bundle) if result.place == "answers" else self._details(result.id, back=back)

    def _reading(self, view: BundleView) -> None:
        """Remember the file and line being read for when the user returns."""
        self._place = (view.item.path, view.mode, view.top)

    def _lead(self, lead: Lead, back: PageStep | None = None) -> PageStep:
        """Return the step for the field or question behind a line; Esc there leads to ``back``."""
        if lead.parameter:
            return self._details(lead.parameter, back=back)
        return lambda: self._question(lead.question, back)

    async def _write(self, asked: Write) -> PageStep | None:
        """Write the bundle, or show the last result again if nothing has changed since."""
        if self.last_page is None or not asked.plan.unchanged:
            from wizard.screens.writing import write_bundle

            made = await write_bundle(self.stage, self.services, self.session, asked, self.context)
            if made is None:
                return self._bundle
            self.written, self.last_page = made
        return await self._show_written(self.last_page)

    async def _show_written(self, page: WrittenView) -> PageStep | None:
        """Show the last result; the commands name the context of a dry run that was made since."""
        self.last_page = page.in_context(self.context)
        result = await self.stage.show(self.last_page)
        if isinstance(result, Go):
            return self._cluster(lambda: self._show_written(page))
        if result is None:
            return None
        return self._bundle if isinstance(result, Back) else self._lead(result, self._bundle)

    # --- the cluster -----------------------------------------------------------------------------

    def _cluster(self, back: PageStep) -> PageStep:
        """Return the step that makes a dry run in a cluster and then leads back."""

        async def step() -> PageStep | None:
            from wizard.screens.asking import start_dry_run

            started = await start_dry_run(self.stage, self.services, self.session)
            if started is None:
                return back
            run, view = started
            self.context = view.target.context
            return await self._results(run, view, back)

        return step

    async def _results(self, run: ClusterRun, view: ResultsView, back: PageStep) -> PageStep | None:
        """Show the results of a dry run, again after a look at the cause of one of them."""
        from wizard.screens.asking import show_results

        if view.outdated(self.session):
            return self._bundle
        result, seen = await show_results(self.stage, run, view)
        return self._lead(result, lambda: self._results(run, seen, back)) if isinstance(result, Lead) else back

    def _look_at_cluster(self, back: PageStep) -> PageStep:
        """Return the step that inspects a cluster for answers."""

        async def step() -> PageStep | None:
            from wizard.screens.asking import look_at_cluster, show_found

            finished = await look_at_cluster(self.stage, self.services, self.session.catalog)
            if finished is None:
                return back
            self._change(settled(self.session.discovered(finished.evidence)))
            await show_found(self.stage, self.session.catalog, finished)
            return await self._on()

        return step
