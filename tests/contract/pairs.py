"""The pairs of levels that rows still have to show, and those known to be impossible.

A *factor* is something that templates can depend on: the presence of a component, the option of a choice, the number of
items in a list, a feature of Kubernetes. A *level* is one value of a factor, such as ``app.health=grpc`` or
``sidecar.mtls=default``. Sets of levels are the bits of an integer.

Most impossible pairs are found without rendering or resolving anything: no answers allow both levels, or their
conditions contradict each other. The others are found by trying, and each of them implies more. For example, the
``scheme`` of a step that clones a repository needs that step. If the step is impossible in a node agent, so is each
scheme, and none of them has to be tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from typing import NamedTuple

from tests.contract.levels import EMPTY, FEATURE, GIVEN, Level, all_levels, homes_of, levels_of, slots_by_pattern
from wizard.catalog.when import ALWAYS, Every, HasFeature, IsGiven, No, ParameterIs, When
from wizard.decision.bits import bits
from wizard.decision.diagram import FALSE
from wizard.errors import Position
from wizard.session.clauses import Clause
from wizard.session.session import Session
from wizard.session.situations import Situations

_HERE = Position("")
Use = tuple[str, str]
"""A component: its pattern and the name of the implementation."""


class Way(NamedTuple):
    """One way to show a level: the answers that allow it, and its requirements."""

    node: int
    clause: Clause
    home: Use | None
    """The implementation that declares the level; ``None`` for a feature."""
    needs: tuple[int, ...]
    """Sets of other levels; one of each set must be present."""


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


class Pairs:
    """The levels of a catalogue and what is known about each pair of them; ``first`` is the session without answers."""

    def __init__(self, first: Session) -> None:
        self.catalog = first.catalog
        self.situations = Situations(first)
        self.levels = tuple(dict.fromkeys(all_levels(first.catalog)))
        self.number = {level: number for number, level in enumerate(self.levels)}
        self.nodes = [self._node(level) for level in self.levels]
        self.whens = [self._when(level) for level in self.levels]
        homes = homes_of(self.catalog)
        self.homes: list[tuple[Use, ...]] = [homes.get(level, ()) for level in self.levels]
        self.parameters = {use: {p.key: p for p in c.parameters} for use, c in self.catalog.components.items()}
        self.ways = [tuple(self._ways(one)) for one in range(len(self.levels))]
        self.depth = [min((len(way.needs) for way in ways), default=0) for ways in self.ways]
        """For each level, the minimum number of other levels that it needs."""
        self.others = [self._of_factor(one) for one in range(len(self.levels))]
        """For each level, the other levels of its factor, unless one bundle can show several of them."""
        self.implied = [self._implied(one) for one in range(len(self.levels))]
        """For each level, the levels that are present wherever it is, itself included."""
        self.left = self._possible()
        """For each level, the levels that no row shows together with it yet, itself included."""
        self.apart = [0] * len(self.levels)
        """For each level, the levels that were found to be impossible together with it."""

    def duplicate(self) -> Pairs:
        """Return the same pairs with their own record of what rows show and of what is impossible."""
        made = copy(self)
        made.left, made.apart = [*self.left], [*self.apart]
        return made

    def show(self, session: Session) -> None:
        """Count the pairs of a session as shown."""
        shown = self.shown(session)
        for one in bits(shown):
            self.left[one] &= ~shown

    def shown(self, session: Session) -> int:
        """Return the levels that a session shows."""
        return self.numbers(levels_of(session))

    def numbers(self, levels: Iterable[Level]) -> int:
        """Return the set of these levels."""
        return sum({1 << self.number[level] for level in levels if level in self.number})

    def new(self, shown: int, among: int) -> int:
        """Return the number of pairs between two sets of levels that no row shows yet."""
        return sum((self.left[one] & among).bit_count() for one in bits(shown))

    # --- impossible pairs -------------------------------------------------------------------------

    def exclude(self, one: int, other: int) -> None:
        """Record that two levels were found to be impossible together."""
        for mine, theirs in ((one, other), (other, one)):
            self.apart[mine] |= 1 << theirs
            self.left[mine] &= ~(1 << theirs)

    def exclude_level(self, one: int) -> None:
        """Record that no row can show a level."""
        for other in range(len(self.levels)):
            self.exclude(one, other)

    def infer(self) -> None:
        """Exclude every remaining pair that the excluded ones make impossible."""
        found = True
        while found:
            found = False
            for one, other in self._remaining():
                if self._blocked(one, self.apart[other]) or self._blocked(other, self.apart[one]):
                    self.exclude(one, other)
                    found = True

    def _remaining(self) -> Iterator[tuple[int, int]]:
        for one in range(len(self.levels)):
            yield from ((one, other) for other in bits(self.left[one]) if other >= one)

    def _blocked(self, one: int, absent: int) -> bool:
        """Return whether no way to show a level remains if some levels are absent."""
        return all(any(need & absent == need for need in way.needs) for way in self.ways[one])

    def excluded(self, levels: int) -> int:
        """Return the levels that are known to be impossible together with one of some levels, or with what it needs."""
        implied = 0
        for one in bits(levels):
            implied |= self.implied[one]
        found = 0
        for one in bits(implied):
            found |= self.others[one] | self.apart[one]
        return found

    def open_to(self, levels: int) -> int:
        """Return the levels that no row shows yet with one of some levels, without those known to be impossible."""
        found, excluded = 0, self.excluded(levels)
        for one in bits(levels):
            found |= self.left[one]
        candidates = bits(found & ~excluded & ~levels)
        return sum(1 << one for one in candidates if not self._blocked(one, excluded))

    def _possible(self) -> list[int]:
        """Return, for each level, the levels that its answers and conditions allow; never two of one factor."""
        slots_of = [slots_by_pattern(homes, self.catalog) for homes in self.homes]
        left = [0] * len(self.levels)
        for one, (factor, _) in enumerate(self.levels):
            for other in range(one, len(self.levels)):
                slots = slots_of[one].keys() & slots_of[other].keys()
                apart = one != other and self.levels[other][0] == factor
                if apart or not all(slots_of[one][slot] & slots_of[other][slot] for slot in slots):
                    continue
                if any(self._together(mine, theirs) for mine in self.ways[one] for theirs in self.ways[other]):
                    left[one] |= 1 << other
                    left[other] |= 1 << one
        return left

    def _together(self, mine: Way, theirs: Way) -> bool:
        if mine.home and theirs.home and mine.home[0] == theirs.home[0] and mine.home != theirs.home:
            return False
        both = self.situations.diagram.both
        return both(mine.node, theirs.node) != FALSE and consistent((*mine.clause, *theirs.clause))

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

    def _ways(self, one: int) -> Iterator[Way]:
        """Yield the ways to show a level alone, in each implementation that declares it."""
        situations = self.situations
        for home in self.homes[one] or (None,):
            own = self.parameters[home] if home else {}
            within = situations.with_component(*home) if home else self.nodes[one]
            for clause in dict.fromkeys(filter(consistent, situations.ways((self.whens[one],), own))):
                node = situations.diagram.all_of((self.nodes[one], within, situations.possible(clause)))
                if node != FALSE:
                    yield Way(node, clause, home, tuple(self._needs(one, clause, home)))

    def _needs(self, one: int, clause: Clause, home: Use | None) -> Iterator[int]:
        if home in self.number and self.number[home] != one:
            yield 1 << self.number[home]
        for atom, wanted in clause:
            if isinstance(atom, ParameterIs) and wanted:
                key = f"{atom.key}.{atom.field}" if atom.field else atom.key
                levels = [self.number.get((key, value)) for value in atom.wanted]
                if None not in levels and one not in levels:
                    yield self.numbers((key, value) for value in atom.wanted)

    def _of_factor(self, one: int) -> int:
        factor = self.levels[one][0]
        parameter = self.situations.parameters.get(factor)
        if parameter.fields if parameter else factor not in self.catalog.patterns and not factor.startswith(FEATURE):
            return 0
        return self.numbers(level for level in self.levels if level[0] == factor) & ~(1 << one)

    def _implied(self, one: int) -> int:
        found = [sum({need for need in way.needs if need.bit_count() == 1}) for way in self.ways[one]]
        shared = found[0] if found else 0
        for each in found:
            shared &= each
        return shared | 1 << one
