"""A pairwise array of sessions: any two levels of a catalogue's factors that can occur together do so in one of them.

An error that only two levels together cause is in one of these bundles. ``pairs.py`` says what factors and levels are.

The algorithm is greedy and deterministic. A row starts with a pair that no row shows yet. More levels that have no row
with these join it one by one, as long as a session shows all of them. The row then adds patterns and settings while the
table's diagram still has answers for them, and gives each parameter the level that shows the most new pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from typing import NamedTuple

from tests.contract.levels import FEATURE, SEVERAL, levels_of, offers_of
from tests.contract.pairs import Pairs, Use, consistent
from wizard.catalog.globs import matches_any
from wizard.catalog.model import Parameter
from wizard.catalog.when import HasPattern, IsGiven, No, ParameterIs, When, atoms, parameters_of
from wizard.decision.bits import bits
from wizard.decision.cover import answers_in
from wizard.decision.diagram import FALSE
from wizard.session.clauses import Clause
from wizard.session.samples import with_samples
from wizard.session.session import Problem, Session

_CLAUSES = 6
"""Maximum number of clauses that are tried for a pair."""
_MISSES = 10
"""Number of consecutive levels that cannot join a row after which no more are tried."""
_TRIED = 10
"""Number of pairs found to be impossible after which others are inferred from them."""
_ROUNDS = 4
"""Maximum number of rounds: one choice can make another appear, and after this many all are shown."""


class Aim(NamedTuple):
    """The levels that a row must show, the answers that allow them, and what else they require."""

    levels: int
    node: int
    clause: Clause
    lists: tuple[str, ...]
    """Lists of records that need items of every kind."""


class Array:
    """The generator of the rows for one catalogue; ``first`` is the session without answers."""

    def __init__(self, first: Session, pairs: Pairs) -> None:
        self.first = first
        self.catalog = first.catalog
        self.pairs = pairs
        self.situations = self.pairs.situations
        self.brings = [self._brought(number) for number in range(len(self.pairs.levels))]
        """For each level, itself and, for a component, the levels of its parameters."""
        self._of_depth: dict[int, int] = {}
        for one, depth in enumerate(self.pairs.depth):
            self._of_depth[depth] = self._of_depth.get(depth, 0) | 1 << one

    def rows(self) -> Iterator[Session]:
        """Yield complete sessions without problems until every pair is shown or known to be impossible."""
        pairs = self.pairs
        while unshown := [one for one, left in enumerate(pairs.left) if left >> one & 1]:
            one = max(unshown, key=lambda each: pairs.left[each].bit_count())
            session = self._row(one, one, misses=0)
            if session is None:
                pairs.exclude_level(one)
            else:
                yield session
        pairs.infer()
        impossible = 0
        while pair := self._next():
            session = self._row(*pair, misses=_MISSES)
            if session is not None:
                yield session
                continue
            pairs.exclude(*pair)
            impossible += 1
            if impossible % _TRIED == 0:
                pairs.infer()

    def _next(self) -> tuple[int, int] | None:
        """Return the remaining pair that needs the fewest other levels: an impossible one rules out the most others."""
        left, depth = self.pairs.left, self.pairs.depth
        for needed in range(2 * max(depth) + 1):
            rests = {one: left[one] & self._of_depth.get(needed - depth[one], 0) for one in range(len(left))}
            one = max(rests, key=lambda each: rests[each] and left[each].bit_count())
            if rests[one]:
                return one, max(bits(rests[one]), key=lambda each: left[each].bit_count())
        return None

    # --- one row ----------------------------------------------------------------------------------

    def _row(self, one: int, other: int, *, misses: int) -> Session | None:
        """Return a row that shows both levels and count its pairs; ``None`` if no clause that was tried leads to one.

        ``misses`` is the number of consecutive levels that cannot join the row after which no more are tried.
        """
        found = self._bare(one, other)
        if found is None:
            return None
        full = self._full(*self._joined(*found, misses))
        self.pairs.show(full)
        return full

    def _bare(self, one: int, other: int) -> tuple[Session, Aim] | None:
        """Return a session that shows both levels, and its aim; the second round avoids the refusals of the first."""
        wanted: tuple[When, ...] = (self.pairs.whens[one], self.pairs.whens[other])
        for _ in range(2):
            refusals: dict[When, None] = {}
            for aim in self._aims(one, other, wanted):
                bare = self._aimed(aim)
                if self._shows(bare, aim):
                    return bare, aim
                refusals.update((No(when), None) for problem in bare.problems for when in _refusals(bare, problem))
            if not refusals:
                break
            wanted += tuple(refusals)
        return None

    def _aims(self, one: int, other: int, wanted: tuple[When, ...]) -> Iterator[Aim]:
        levels = 1 << one | 1 << other
        lists = tuple(self._lists(levels))
        for node, own in self._declared(one, other):
            for clause in islice(filter(consistent, self.situations.ways(wanted, own)), _CLAUSES):
                answers = self.situations.diagram.both(node, self.situations.possible(clause))
                if answers != FALSE:
                    yield (aim := Aim(levels, answers, clause, lists))
                    # A condition on a field may need another item than the first.
                    if named := {atom.key for atom, _ in clause if isinstance(atom, ParameterIs) and atom.field}:
                        yield aim._replace(lists=(*lists, *sorted(named)))

    def _declared(self, one: int, other: int) -> Iterator[tuple[int, dict[str, Parameter]]]:
        """Yield the answers that allow two levels, with the parameters, which differ between implementations."""
        pairs, situations = self.pairs, self.situations
        node = situations.diagram.both(pairs.nodes[one], pairs.nodes[other])
        found: list[dict[str, Parameter]] = []
        for mine, theirs in product(pairs.homes[one] or (None,), pairs.homes[other] or (None,)):
            uses = [use for use in (mine, theirs) if use is not None]
            own = {key: p for use in uses for key, p in pairs.parameters[use].items()}
            allowed = situations.diagram.all_of(situations.with_component(*use) for use in uses)
            here = situations.diagram.both(node, allowed)
            if here != FALSE and own not in found:
                found.append(own)
                yield here, own

    def _joined(self, bare: Session, aim: Aim, misses: int) -> tuple[Session, Aim]:
        """Add levels that no row shows yet with those aimed at, those with the most such pairs first."""
        tried, missed = aim.levels, 0
        while missed < misses:
            candidates = self.pairs.open_to(aim.levels) & ~tried
            if not candidates:
                break
            best = max(bits(candidates), key=lambda one: self._pull(one, aim.levels))
            tried |= 1 << best
            joined = self._with_level(bare, aim, best)
            missed = 0 if joined else missed + 1
            bare, aim = joined or (bare, aim)
        return bare, aim

    def _pull(self, one: int, levels: int) -> tuple[int, int]:
        return (self.pairs.left[one] & levels).bit_count(), self.pairs.left[one].bit_count()

    def _with_level(self, bare: Session, aim: Aim, one: int) -> tuple[Session, Aim] | None:
        """Return a session that shows one more level, and its aim; ``None`` if no way that was tried leads to one."""
        levels = aim.levels | 1 << one
        if self._shows(bare, aim._replace(levels=levels)):
            return bare, aim._replace(levels=levels)
        for way in self.pairs.ways[one][:_CLAUSES]:
            node = self.situations.diagram.both(aim.node, way.node)
            clause = tuple(dict.fromkeys((*aim.clause, *way.clause)))
            if node != FALSE and consistent(clause):
                wider = Aim(levels, node, clause, (*aim.lists, *self._lists(1 << one)))
                if self._shows(session := self._aimed(wider), wider):
                    return session, wider
        return None

    def _full(self, bare: Session, aim: Aim) -> Session:
        """Return the session extended to show more new pairs, without components that refuse the levels aimed at."""
        pairs = self.pairs
        keys = _keys(aim.clause)
        have = aim.levels | pairs.numbers(level for level in levels_of(bare) if level[0] in keys)
        node = aim.node
        for _ in range(_ROUNDS):
            full = self._filled(self._aimed(aim._replace(node=self._grown(node, have))), aim.clause)
            if self._shows(full, aim):
                return full
            refusing = {pattern for problem in full.problems for pattern in _refusing(full.parameter(problem.key))}
            for level in full.implementations.items():
                if any(matches_any(glob, level[:1]) for glob in refusing):
                    node = self.situations.diagram.both(node, self._without(level))
        return bare

    def _without(self, level: tuple[str, str]) -> int:
        return self.situations.diagram.negate(self.pairs.nodes[self.pairs.number[level]])

    def _shows(self, session: Session, aim: Aim) -> bool:
        return not session.problems and self.pairs.shown(session) & aim.levels == aim.levels

    def _aimed(self, aim: Aim) -> Session:
        """Return a session with answers of the node and the values that the clause requires."""
        answers = answers_in(self.first.compiled, aim.node)
        session = self._implemented(self.first._replace(answers=dict(answers)), aim)
        return self.situations.given(session, aim.clause, *aim.lists)

    def _lists(self, levels: int) -> Iterator[str]:
        """Yield the lists of records that need items of every kind because the row must show one of their levels."""
        for one in bits(levels):
            factor, value = self.pairs.levels[one]
            known = factor in self.situations.parameters or factor in self.catalog.patterns
            if value == SEVERAL or not (known or factor.startswith(FEATURE)):
                yield factor if known else factor.rpartition(".")[0]

    # --- more levels ------------------------------------------------------------------------------

    def _grown(self, node: int, have: int) -> int:
        """Add the patterns and settings that show the most new pairs while answers allow them; return the node.

        A pattern also counts for the levels of its parameters, which can be chosen once the pattern is present.
        """
        both, pairs = self.situations.diagram.both, self.pairs
        rest = [one for one, (factor, _) in enumerate(pairs.levels) if self._of_answers(factor)]
        near = have
        for one in bits(have):
            near |= self.brings[one]
        while rest:
            # Gains change only when something is added, so they are computed once for all remaining levels.
            ranked = sorted(rest, key=lambda one: (-pairs.new(self.brings[one], near), one))
            rest = []
            for at, best in enumerate(ranked, start=1):
                if pairs.apart[best] & have or not pairs.new(self.brings[best], have):
                    continue
                if (joined := both(node, pairs.nodes[best])) != FALSE:
                    node, near, have, rest = joined, near | self.brings[best], have | 1 << best, ranked[at:]
                    break
        return node

    def _brought(self, number: int) -> int:
        component = self.catalog.components.get(self.pairs.levels[number])
        keys = {p.key for p in component.parameters} if component is not None else set()
        own = (level for level in self.pairs.levels if level[0] in keys or level[0].rpartition(".")[0] in keys)
        return self.pairs.numbers(own) | 1 << number

    def _of_answers(self, factor: str) -> bool:
        """Return whether answers alone decide a factor."""
        parameter = self.situations.parameters.get(factor)
        return factor in self.catalog.patterns or (parameter is not None and parameter.decided)

    def _implemented(self, session: Session, aim: Aim) -> Session:
        """Choose implementations: the target first, then one that allows most of the clause, then most pairs left."""
        given = {}
        wanted = {self.pairs.levels[one] for one in bits(aim.levels)}
        for pattern in session.implementations:
            names = session.allowed(pattern)
            if len(names) > 1:
                rank = {n: ((pattern, n) in wanted, self._allowed((pattern, n), aim.clause)) for n in names}
                best = max(names, key=lambda n: (*rank[n], self._left_of((pattern, n)).bit_count()))
                given[f"{session.scope(pattern)}.implementation"] = best
        return session.with_given(given)

    def _allowed(self, use: Use, clause: Clause) -> int:
        """Return the number of requirements that the parameters of an implementation can meet."""
        own = self.pairs.parameters[use]
        return sum(
            (isinstance(atom, IsGiven) or not own[atom.key].options or _is_option(atom, own[atom.key]))
            for atom, _ in clause
            if isinstance(atom, ParameterIs | IsGiven) and atom.key in own
        )

    def _left_of(self, level: tuple[str, str]) -> int:
        return self.pairs.left[self.pairs.number[level]] if level in self.pairs.number else 0

    def _filled(self, session: Session, clause: Clause) -> Session:
        """Return the session with a value for every parameter that a clause does not mention."""
        fixed = {*session.given, *_keys(clause)}
        for _ in range(_ROUNDS):
            chosen = self._chosen(session, fixed)
            if not chosen:
                break
            fixed |= set(chosen)
            session = _without_refused(session, chosen)
        return session

    def _chosen(self, session: Session, fixed: set[str]) -> dict[str, object]:
        """Return, for each parameter that is shown and not fixed, the value whose level shows the most new pairs."""
        pairs = self.pairs
        have = pairs.shown(session)
        open_: dict[str, list[tuple[int, object]]] = {}
        for field in session.fields:
            if field.parameter.key not in fixed and not field.parameter.leads:
                open_[field.parameter.key] = [(pairs.numbers(levels), value) for levels, value in offers_of(field)]
        near = have
        for offers in open_.values():
            for shown, _ in offers:
                near |= shown
        chosen: dict[str, object] = {}
        for key, offers in sorted(open_.items(), key=lambda item: -sum(pairs.new(shown, near) for shown, _ in item[1])):
            if len(offers) > 1:
                shown, chosen[key] = max(offers, key=lambda o: (pairs.new(o[0], have), pairs.new(o[0], near)))
                have |= shown
        return chosen


def _keys(clause: Clause) -> set[str]:
    return {atom.key for atom, _ in clause if isinstance(atom, ParameterIs | IsGiven)}


def _is_option(atom: ParameterIs, parameter: Parameter) -> bool:
    return any(option in atom.wanted for option, _ in parameter.options)


def _refusals(session: Session, problem: Problem) -> Iterator[When]:
    """Yield the conditions of the refusal that a problem reports."""
    return (one.when for one in session.parameter(problem.key).refused_when if one.say == problem.message)


def _refusing(parameter: Parameter) -> Iterator[str]:
    """Yield the component of a refused parameter and the patterns that its refusals name."""
    yield parameter.component
    for refusal in parameter.refused_when:
        for atom in atoms(refusal.when):
            if isinstance(atom, HasPattern):
                yield atom.pattern
            elif isinstance(atom, ParameterIs | IsGiven):
                yield atom.key.rpartition(".")[0]


def _without_refused(session: Session, chosen: dict[str, object]) -> Session:
    """Return the session with the chosen values, except those that are refused in combination with the rest."""
    given = with_samples(session.with_given({**session.given, **chosen}))
    while invalid := [f.parameter for f in given.fields if f.state == "invalid"]:
        named = {key for p in invalid for one in p.refused_when for key in parameters_of(one.when)}
        kept = {key: value for key, value in chosen.items() if key not in named | {p.key for p in invalid}}
        if kept == chosen:
            return session
        chosen = kept
        given = with_samples(session.with_given({**session.given, **chosen}))
    return given
