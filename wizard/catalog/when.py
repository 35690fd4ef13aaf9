"""Conditions over a whole bundle: its parameters, its patterns and what its Kubernetes minor has.

In a file a condition is a mapping of parts that must all be true:

    {health: http}                  a parameter of the same component has this value (a list: one of these values)
    {app.scale: [fixed, elastic]}   a parameter of another component in play; `own.x` is the same as `x`
    {app.listeners.protocol: grpc}  a field of at least one item of a list of records
    {app.listeners.0.protocol: udp} a field of its first item
    {given: app.listeners}          the parameter is neither empty nor null
    {has: "sidecar.*"}              a pattern is in the bundle
    {feature: sleep_action}         the oldest minor has this feature
    {scraped: several}              so many pages with metrics are declared: none, one or several
    {any: [...]}, {all: [...]}, {not: {...}}

A parameter that is not in play has no value, so a condition on it is false.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from wizard.catalog.globs import matches_any
from wizard.errors import Position
from wizard.text import did_you_mean, shown

if TYPE_CHECKING:
    from yaml.nodes import Node

    from wizard.catalog.yaml_source import Source

ANY_OF, ALL_OF, NOT, HAS, FEATURE, GIVEN, SCRAPED = "any", "all", "not", "has", "feature", "given", "scraped"
AMOUNTS = ("none", "one", "several")
OWN, APP = "own", "app"
FIRST = "0."
"""Before a field: that of the first item of a list of records."""
_MAX_DEPTH = 10


class ParameterIs(NamedTuple):
    """True when a parameter, or a field of one of its records, has one of these values."""

    key: str
    field: str
    """A field of any item, or of the first one: ``0.port``."""
    wanted: tuple[str, ...]
    position: Position


class IsGiven(NamedTuple):
    """True when a parameter in play is neither empty nor null."""

    key: str
    position: Position


class HasPattern(NamedTuple):
    """True when a pattern of the bundle matches the glob."""

    pattern: str
    position: Position


class HasFeature(NamedTuple):
    """True when the bundle's oldest minor has the feature."""

    feature: str
    position: Position


class IsScraped(NamedTuple):
    """True when the components in play declare one of these numbers of pages with metrics."""

    wanted: tuple[str, ...]
    """Of ``AMOUNTS``."""
    position: Position


class Every(NamedTuple):
    """True when every part is; so it is without parts."""

    parts: tuple["When", ...]
    kind: Literal["every"] = "every"
    """Tuples of one shape are equal; so this and a ``Some`` of the same parts are not."""


class Some(NamedTuple):
    """True when at least one part is."""

    parts: tuple["When", ...]
    kind: Literal["some"] = "some"


class No(NamedTuple):
    """True when the part is false."""

    part: "When"
    kind: Literal["no"] = "no"


Atom = ParameterIs | IsGiven | HasPattern | HasFeature | IsScraped
When = Atom | Every | Some | No
ALWAYS = Every(())


class Surroundings(NamedTuple):
    """The bundle that a condition looks at, besides its parameters."""

    patterns: tuple[str, ...] = ()
    features: frozenset[str] = frozenset()
    """The features that its oldest minor has."""


def true_in(
    atom: Atom, bundle: Surroundings, texts: Callable[[str, str], tuple[str, ...]], targets: Callable[[], int]
) -> bool:
    """Tell whether one part of a condition is true.

    Args:
        atom: the part.
        bundle: the bundle it looks at.
        texts: for a parameter's key and a field (or none), its values as text; nothing when it is not in play.
        targets: counts the pages with metrics that are declared.
    """
    match atom:
        case HasPattern(pattern):
            return matches_any(pattern, bundle.patterns)
        case HasFeature(feature):
            return feature in bundle.features
        case IsGiven(key):
            return any(texts(key, ""))
        case IsScraped(wanted):
            return AMOUNTS[min(targets(), len(AMOUNTS) - 1)] in wanted
        case ParameterIs(key, field, wanted):
            return any(text in wanted for text in texts(key, field))


def holds(when: When, truth: Callable[[Atom], bool]) -> bool:
    """Evaluate a condition; ``truth`` tells whether one atom is true."""
    match when:
        case Every(parts):
            return not parts or all(holds(part, truth) for part in parts)
        case Some(parts):
            return any(holds(part, truth) for part in parts)
        case No(part):
            return not holds(part, truth)
        case _:
            return truth(when)


def about_item(truth: Callable[[Atom], bool], each: str, field: Callable[[str], str]) -> Callable[[Atom], bool]:
    """The same truth for one item of the list of records ``each``: a condition on a field of that list means its own.

    ``field`` gives the text of a field. A condition on the first item (``0.port``) still means the list's first.
    """

    def true(atom: Atom) -> bool:
        if isinstance(atom, ParameterIs) and atom.key == each and atom.field and not atom.field.startswith(FIRST):
            return field(atom.field) in atom.wanted
        return truth(atom)

    return true if each else truth


def atoms(when: When) -> Iterator[Atom]:
    """Everything that a condition looks at."""
    match when:
        case Every(parts) | Some(parts):
            for part in parts:
                yield from atoms(part)
        case No(part):
            yield from atoms(part)
        case _:
            yield when


def parameters_of(when: When) -> tuple[str, ...]:
    """The keys of the parameters that a condition looks at, each once."""
    found = (atom.key for atom in atoms(when) if isinstance(atom, ParameterIs | IsGiven))
    return tuple(dict.fromkeys(found))


def read_when(source: "Source", node: "Node", component: str, what: str, depth: int = 0) -> When:
    """Read a condition of one component; names are checked once the whole catalogue is known.

    A part that cannot be read is left out, with a fault.
    """
    if depth > _MAX_DEPTH:
        source.fault("too-deep", f"{what} is nested too deep", node)
        return ALWAYS
    parts: list[When] = []
    for word, (key, value) in source.entries(node, what).items():
        if word in (ANY_OF, ALL_OF):
            inner = tuple(
                read_when(source, item, component, what, depth + 1)
                for item in source.items(value, f"`{word}` of {what}")
            )
            parts.append(Some(inner) if word == ANY_OF else Every(inner))
        elif word == NOT:
            parts.append(No(read_when(source, value, component, what, depth + 1)))
        elif word == HAS:
            parts.append(HasPattern(source.text(value, f"`has` of {what}"), source.at(value)))
        elif word == FEATURE:
            parts.append(HasFeature(source.text(value, f"`feature` of {what}"), source.at(value)))
        elif word == GIVEN:
            name = source.text(value, f"`given` of {what}")
            parts.append(IsGiven(key_of(component, name), source.at(value)))
        elif word == SCRAPED:
            parts.append(_scraped(source, value, f"`scraped` of {what}"))
        else:
            wanted = tuple(text for text, _ in source.texts(value, f"{word} in {what}"))
            name, field = split_field(word)
            parts.append(ParameterIs(key_of(component, name), field, wanted, source.at(key)))
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _scraped(source: "Source", node: "Node", what: str) -> IsScraped:
    found = source.texts(node, what)
    for text, place in found:
        if text not in AMOUNTS:
            source.fault("bad-value", f"{what} cannot be '{shown(text)}'", place, f"one of: {', '.join(AMOUNTS)}")
    return IsScraped(tuple(text for text, _ in found), source.at(node))


def key_of(component: str, name: str) -> str:
    """The key that a name in a component's file means: ``port``, ``own.port``, ``app.port``, ``init.wait.host``."""
    head, dot, rest = name.partition(".")
    if not dot:
        return f"{component}.{name}"
    return f"{component}.{rest}" if head == OWN else name


def split_field(word: str) -> tuple[str, str]:
    """A name and, for records, the field behind it: only ``own`` and ``app`` names may have one."""
    head, *rest = word.split(".")
    if head in (OWN, APP) and (len(rest) == 2 or rest[1:2] == ["0"]):
        return f"{head}.{rest[0]}", ".".join(rest[1:])
    return word, ""


class Known(NamedTuple):
    """Names that conditions may use."""

    values: Mapping[str, Callable[[str, str], str]]
    """By parameter key: says what is wrong with (field, value), or nothing."""
    patterns: tuple[str, ...]
    features: tuple[str, ...]
    scraped: tuple[str, ...] = ()
    """The parameters that the number of pages with metrics depends on."""
    fields: Mapping[str, frozenset[str]] = {}
    """By key of a list of records: the fields of its items."""


def name_faults(when: When, known: Known) -> Iterator[tuple[Position, str, str]]:
    """(position, message, hint) for each name or value that the catalogue does not have."""
    for atom in atoms(when):
        match atom:
            case HasPattern(pattern, position) if not matches_any(pattern, known.patterns):
                yield position, f"no pattern matches '{shown(pattern)}'", did_you_mean(pattern, known.patterns)
            case HasFeature(feature, position) if feature not in known.features:
                yield position, f"unknown feature '{shown(feature)}'", did_you_mean(feature, known.features)
            case ParameterIs(key, _, _, position) | IsGiven(key, position) if key not in known.values:
                yield position, f"unknown parameter '{shown(key)}'", did_you_mean(key, known.values)
            case ParameterIs(key, field, wanted, position):
                for value in wanted:
                    if problem := known.values[key](field, value):
                        yield position, f"{key} cannot be '{shown(value)}': {problem}", ""
