"""A pairwise array of sessions: any two levels of a catalogue's factors that can occur together do so in one of them.

A *factor* is something that templates can depend on: the presence of a component, the option of a choice, the number of
items in a list, a feature of Kubernetes. A *level* is one value of a factor, such as ``app.health=grpc`` or
``sidecar.mtls=default``. An error that only two levels together cause is in one of these bundles.

The algorithm is greedy and deterministic. A row starts with a pair that no row covers yet. It adds patterns and
settings while the table's diagram still has answers for them, then gives each parameter the level that covers the most
new pairs with the levels already in the row. Whether a pair can occur at all is found by trying: exactly for the
answers, and for parameters by the conditions under which a form shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, product

from tests.contract.levels import (
    EMPTY,
    FEATURE,
    GIVEN,
    SEVERAL,
    Level,
    all_levels,
    homes_of,
    levels_of,
    offers_of,
    slots_by_pattern,
)
from wizard.catalog.globs import matches_any
from wizard.catalog.model import Catalog, Parameter
from wizard.catalog.when import (
    ALWAYS,
    Every,
    HasFeature,
    HasPattern,
    IsGiven,
    No,
    ParameterIs,
    When,
    atoms,
    parameters_of,
)
from wizard.decision.bits import bits
from wizard.decision.cover import answers_in
from wizard.decision.diagram import FALSE
from wizard.errors import Position
from wizard.session.clauses import Clause
from wizard.session.samples import with_samples
from wizard.session.session import Session, start
from wizard.session.situations import Situations

_CLAUSES = 6
"""Maximum number of clauses that are tried for a pair."""
_WORTH = 24
"""Minimum number of new pairs, each counted from both sides, for another row that starts with the same level."""
_MISSES = 24
"""Number of consecutive levels without such a row after which the wide rows end."""
_ROUNDS = 4
"""Maximum number of rounds: one choice can make another appear, and after this many all are shown."""
_HERE = Position("")


def consistent(clause: Clause) -> bool:
    """Return whether no two parts of a clause contradict each other."""
    given: dict[str, bool] = {}
    values: dict[tuple[str, str], set[str]] = {}
    for atom, wanted in clause:
        if isinstance(atom, IsGiven) and given.setdefault(atom.key, wanted) != wanted:
            return False
        if isinstance(atom, ParameterIs) and wanted:
            left = values.setdefault((atom.key, atom.field), set(atom.wanted))
            left &= set(atom.wanted)
    for atom, wanted in clause:
        if isinstance(atom, ParameterIs) and not wanted and (atom.key, atom.field) in values:
            values[atom.key, atom.field] -= set(atom.wanted)
    return all(values.values())


class Array:
    """The generator of the rows for one catalogue."""

    def __init__(self, first: Session) -> None:
        self.first = first
        self.catalog = first.catalog
        self.situations = Situations(first)
        self.levels = tuple(dict.fromkeys(all_levels(first.catalog)))
        self.number = {level: number for number, level in enumerate(self.levels)}
        self.nodes = [self._node(level) for level in self.levels]
        self.whens = [self._when(level) for level in self.levels]
        homes = homes_of(self.catalog)
        self.homes = [homes.get(level, ()) for level in self.levels]
        self.parameters = {use: {p.key: p for p in c.parameters} for use, c in self.catalog.components.items()}
        self.brings = [self._brought(number, level) for number, level in enumerate(self.levels)]
        self.parts = [tuple(bits(brought)) for brought in self.brings]
        self.left = self._pairs()
        """For each level, the bits of the levels that no row pairs with it yet, itself included."""
        self.apart = [0] * len(self.levels)
        """For each level, the bits of the levels with which it was refused."""
        self.never: list[tuple[Level, Level]] = []
        """Pairs that were tried and cannot occur together."""

    def rows(self) -> Iterator[Session]:
        """Yield complete sessions without problems until every pair is covered or known to be impossible.

        The first rows start with one level and cover many new pairs each; the last ones start with a remaining pair.
        """
        yield from self.wide_rows()
        while any(self.left):
            one = max(range(len(self.levels)), key=lambda each: self.left[each].bit_count())
            other = max(bits(self.left[one]), key=lambda each: self.left[each].bit_count())
            if (session := self._row(one, other)) is not None:
                yield session

    def wide_rows(self) -> Iterator[Session]:
        """Yield rows that start with a level, as long as they cover enough new pairs or a level that no row has yet."""
        seeds, misses = list(range(len(self.levels))), 0
        while seeds and (misses < _MISSES or any(self.left[seed] >> seed & 1 for seed in seeds)):
            seed = max(seeds, key=lambda each: (self.left[each] >> each & 1, self.left[each].bit_count()))
            session = self._with_pair(seed, seed)
            fresh = bool(self.left[seed] >> seed & 1)
            if session is None or (self._new(session) < _WORTH and not fresh):
                seeds.remove(seed)
                misses += 1
                continue
            misses = 0
            self.show(session)
            yield session

    def _new(self, session: Session) -> int:
        """Return the number of pairs that a session would be the first to cover, each counted from both sides."""
        shown = self._shown(session)
        return sum((self.left[one] & shown).bit_count() for one in bits(shown))

    def _row(self, one: int, other: int) -> Session | None:
        """Return a row with both levels and count its pairs; if there is none, record the pair and return ``None``."""
        session = self._with_pair(one, other)
        if session is not None:
            self.show(session)
            return session
        self._strike(1 << one, 1 << other)
        self.apart[one] |= 1 << other
        self.apart[other] |= 1 << one
        self.never.append((self.levels[one], self.levels[other]))
        return None

    def show(self, session: Session) -> None:
        """Count the pairs of a session as covered."""
        shown = self._shown(session)
        self._strike(shown, shown)

    def _strike(self, some: int, others: int) -> None:
        for one in bits(some):
            self.left[one] &= ~others
        for one in bits(others):
            self.left[one] &= ~some

    def _shown(self, session: Session) -> int:
        return self._numbers(levels_of(session))

    def _numbers(self, levels: Iterable[Level]) -> int:
        return sum({1 << self.number[level] for level in levels if level in self.number})

    # --- levels -----------------------------------------------------------------------------------

    def _node(self, level: Level) -> int:
        """Return the node of the answers with which a level is possible."""
        factor, value = level
        situations = self.situations
        if factor in self.catalog.patterns:
            return situations.with_component(factor, value)
        if factor.startswith(FEATURE):
            return situations.clear
        key = factor if factor in situations.parameters else factor.rpartition(".")[0]
        decided = situations.value(key, (value,)) if key == factor else None
        node = situations.declaring(key) if decided is None else decided
        return situations.diagram.both(situations.clear, node)

    def _when(self, level: Level) -> When:
        """Return the condition that makes a level true."""
        factor, value = level
        if factor in self.catalog.patterns:
            return ALWAYS
        if factor.startswith(FEATURE):
            atom = HasFeature(factor.removeprefix(FEATURE), _HERE)
            return atom if value == GIVEN else No(atom)
        parameter = self.situations.parameters.get(factor)
        if parameter is None:
            key, _, name = factor.rpartition(".")
            return Every((IsGiven(key, _HERE), ParameterIs(key, name, (value,), _HERE)))
        if parameter.type.plural:
            atom_given = IsGiven(factor, _HERE)
            return No(atom_given) if value == EMPTY else atom_given
        return ParameterIs(factor, "", (value,), _HERE)

    def _pairs(self) -> list[int]:
        """Return, for each level, the bits of the levels that its answers allow; never two levels of one factor."""
        both = self.situations.diagram.both
        slots_of = [slots_by_pattern(self.homes[one], self.catalog) for one in range(len(self.levels))]
        left = [0] * len(self.levels)
        for one, (factor, _) in enumerate(self.levels):
            for other in range(one, len(self.levels)):
                slots = slots_of[one].keys() & slots_of[other].keys()
                apart = one != other and self.levels[other][0] == factor
                if apart or not all(slots_of[one][slot] & slots_of[other][slot] for slot in slots):
                    continue
                if both(self.nodes[one], self.nodes[other]) != FALSE:
                    left[one] |= 1 << other
                    left[other] |= 1 << one
        return left

    # --- one row ----------------------------------------------------------------------------------

    def _with_pair(self, one: int, other: int) -> Session | None:
        """Return a session that shows both levels; ``None`` if no clause that was tried leads to one."""
        both = self.situations.diagram.both
        target = (1 << one) | (1 << other)
        wanted = (self.whens[one], self.whens[other])
        for node, own in self._declared(one, other):
            for clause in islice(filter(consistent, self.situations.ways(wanted, own)), _CLAUSES):
                answers = both(node, self.situations.possible(clause))
                if answers == FALSE:
                    continue
                bare = self._aimed(answers, clause, target)
                if self._shows(bare, target):
                    return self._full(bare, answers, clause, target)
        return None

    def _declared(self, one: int, other: int) -> Iterator[tuple[int, dict[str, Parameter]]]:
        """Yield the answers that allow two levels, with the parameters, which differ between implementations."""
        both = self.situations.diagram.both
        node = both(self.nodes[one], self.nodes[other])
        found: list[dict[str, Parameter]] = []
        for mine, theirs in product(self.homes[one] or (None,), self.homes[other] or (None,)):
            uses = [use for use in (mine, theirs) if use is not None]
            own = {key: p for use in uses for key, p in self.parameters[use].items()}
            here = both(node, self.situations.diagram.all_of(self.situations.with_component(*use) for use in uses))
            if here != FALSE and own not in found:
                found.append(own)
                yield here, own

    def _full(self, bare: Session, node: int, clause: Clause, target: int) -> Session:
        """Return the session extended to cover more new pairs, without components that refuse the target levels."""
        keys = {atom.key for atom, _ in clause if isinstance(atom, ParameterIs | IsGiven)}
        have = target | self._numbers(level for level in levels_of(bare) if level[0] in keys)
        for _ in range(_ROUNDS):
            full = self._filled(self._aimed(self._grown(node, have), clause, target), clause)
            if self._shows(full, target):
                return full
            refusing = {pattern for problem in full.problems for pattern in _refusing(full.parameter(problem.key))}
            for level in full.implementations.items():
                if any(matches_any(glob, level[:1]) for glob in refusing):
                    self.apart[self.number[level]] |= have
                    node = self.situations.diagram.both(node, self._without(level))
        return bare

    def _without(self, level: Level) -> int:
        return self.situations.diagram.negate(self.nodes[self.number[level]])

    def _shows(self, session: Session, target: int) -> bool:
        return not session.problems and self._shown(session) & target == target

    def _aimed(self, node: int, clause: Clause, target: int) -> Session:
        """Return a session with answers of the node and the values that a clause requires."""
        answers = answers_in(self.first.compiled, node)
        session = self._implemented(self.first._replace(answers=dict(answers)), clause, target)
        return self.situations.given(session, clause, *self._lists(target))

    def _filled(self, session: Session, clause: Clause) -> Session:
        """Return the session with a value for every parameter that a clause does not mention."""
        fixed = {*session.given, *(atom.key for atom, _ in clause if isinstance(atom, ParameterIs | IsGiven))}
        for _ in range(_ROUNDS):
            chosen = self._chosen(session, fixed)
            if not chosen:
                break
            fixed |= set(chosen)
            session = _without_refused(session, chosen)
        return session

    def _lists(self, target: int) -> Iterator[str]:
        """Yield the lists of records that need items of every kind because one of their levels is a target."""
        for one in bits(target):
            factor, value = self.levels[one]
            known = factor in self.situations.parameters or factor in self.catalog.patterns
            if value == SEVERAL or not (known or factor.startswith(FEATURE)):
                yield factor if known else factor.rpartition(".")[0]

    def _grown(self, node: int, have: int) -> int:
        """Add the patterns and settings that cover the most new pairs while answers allow them; return the node.

        A pattern also counts for the levels of its parameters, which can be chosen once the pattern is present.
        """
        both = self.situations.diagram.both
        rest = [one for one, (factor, _) in enumerate(self.levels) if self._of_answers(factor)]
        near = have
        for one in bits(have):
            near |= self.brings[one]
        while rest:
            # Gains change only when something is added, so they are computed once for all remaining levels.
            ranked = sorted(rest, key=lambda one: (-self._gain(one, near), one))
            rest = []
            for at, best in enumerate(ranked, start=1):
                if self.apart[best] & have or not any(self.left[one] for one in self.parts[best]):
                    continue
                if (joined := both(node, self.nodes[best])) != FALSE:
                    node, near, rest = joined, near | self.brings[best], ranked[at:]
                    break
        return node

    def _gain(self, level: int, near: int) -> int:
        """Return the number of new pairs between a level with those it brings and the levels in or near the row."""
        return sum((self.left[one] & near).bit_count() for one in self.parts[level])

    def _brought(self, number: int, level: Level) -> int:
        """Return the bits of a level and, for a component, of the levels of its parameters."""
        component = self.catalog.components.get(level)
        keys = {p.key for p in component.parameters} if component is not None else set()
        found = 1 << number
        for other, (factor, _) in enumerate(self.levels):
            if factor in keys or factor.rpartition(".")[0] in keys:
                found |= 1 << other
        return found

    def _of_answers(self, factor: str) -> bool:
        """Return whether answers alone decide a factor."""
        parameter = self.situations.parameters.get(factor)
        return factor in self.catalog.patterns or (parameter is not None and parameter.decided)

    def _implemented(self, session: Session, clause: Clause, target: int) -> Session:
        """Choose implementations: the target first, then one with the parameters, then the one with most pairs left."""
        given = {}
        wanted = {self.levels[one] for one in bits(target)}
        keys = {atom.key for atom, _ in clause if isinstance(atom, ParameterIs | IsGiven)}
        for pattern in session.implementations:
            names = session.allowed(pattern)
            if len(names) > 1:
                known = {n: {p.key for p in self.catalog.components[pattern, n].parameters} for n in names}
                rank = {n: ((pattern, n) in wanted, len(keys & known[n])) for n in names}
                best = max(names, key=lambda n: (*rank[n], self._left_of((pattern, n)).bit_count()))
                given[f"{session.scope(pattern)}.implementation"] = best
        return session.with_given(given)

    def _left_of(self, level: Level) -> int:
        return self.left[self.number[level]] if level in self.number else 0

    def _chosen(self, session: Session, fixed: set[str]) -> dict[str, object]:
        """Return, for each parameter that is shown and not fixed, the value whose level covers the most new pairs."""
        have = self._shown(session)
        open_: dict[str, list[tuple[int, object]]] = {}
        for field in session.fields:
            if field.parameter.key not in fixed and not field.parameter.leads:
                open_[field.parameter.key] = [(self._numbers(levels), value) for levels, value in offers_of(field)]
        near = have
        for offers in open_.values():
            for shown, _ in offers:
                near |= shown
        chosen: dict[str, object] = {}

        def gain(shown: int, among: int) -> int:
            return sum((self.left[one] & among).bit_count() for one in bits(shown))

        for key, offers in sorted(open_.items(), key=lambda item: -sum(gain(shown, near) for shown, _ in item[1])):
            if len(offers) > 1:
                shown, chosen[key] = max(offers, key=lambda offer: (gain(offer[0], have), gain(offer[0], near)))
                have |= shown
        return chosen


def _refusing(parameter: Parameter) -> Iterator[str]:
    """Yield the component of a refused parameter and the patterns that its refusals name."""
    yield parameter.component
    for refusal in parameter.refused_when:
        for atom in atoms(refusal.when):
            if isinstance(atom, HasPattern):
                yield atom.pattern
            elif isinstance(atom, ParameterIs | IsGiven):
                yield atom.key.rpartition(".")[0]


def pairwise(catalog: Catalog, *, whole: bool = True) -> Iterator[tuple[str, Session]]:
    """Yield named sessions that cover every pair of levels; without ``whole``, only the wide rows."""
    array = Array(start(catalog))
    for number, session in enumerate(array.rows() if whole else array.wide_rows(), start=1):
        base = session.verdict.base if session.verdict else "open"
        yield f"pair-{number:03d}-{base.lower()}", session


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
