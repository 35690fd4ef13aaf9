"""Conditions on a whole bundle: its parameters, its patterns and the features of its Kubernetes minor.

In a file, a condition is a mapping whose parts must all be true:
    {health: http}                  a parameter of the same component has this value (a list: one of these values)
    {app.scale: [fixed, elastic]}   a parameter of another component in play; `own.x` is the same as `x`
    {app.listeners.protocol: grpc}  a field of at least one item of a list of records
    {app.listeners.0.protocol: udp} a field of its first item
    {given: app.listeners}          the parameter is neither empty nor null
    {has: "sidecar.*"}              a pattern is in the bundle
    {feature: sleep_action}         the oldest minor has this feature
    {scraped: several}              the number of declared metrics endpoints: none, one or several
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
"""The prefix of a field that means the first item of a list of records."""
_MAX_DEPTH = 10


class ParameterIs(NamedTuple):
    """True if a parameter, or a field of one of its records, has one of these values."""

    key: str
    field: str
    """A field of any item, or of the first one: ``0.port``."""
    wanted: tuple[str, ...]
    position: Position


class IsGiven(NamedTuple):
    """True if a parameter in play is neither empty nor null."""

    key: str
    position: Position


class HasPattern(NamedTuple):
    """True if a pattern of the bundle matches the glob."""

    pattern: str
    position: Position


class HasFeature(NamedTuple):
    """True if the bundle's oldest minor has the feature."""

    feature: str
    position: Position


class IsScraped(NamedTuple):
    """True if the number of metrics endpoints that the components in play declare is in one of these ranges."""

    wanted: tuple[str, ...]
    """The ranges, from ``AMOUNTS``."""
    position: Position


class Every(NamedTuple):
    """True if every part is true, and so without parts."""

    parts: tuple["When", ...]
    kind: Literal["every"] = "every"
    """The kind, which keeps a tuple unequal to a ``Some`` with the same parts."""


class Some(NamedTuple):
    """True if at least one part is true."""

    parts: tuple["When", ...]
    kind: Literal["some"] = "some"


class No(NamedTuple):
    """True if the part is false."""

    part: "When"
    kind: Literal["no"] = "no"


Atom = ParameterIs | IsGiven | HasPattern | HasFeature | IsScraped
When = Atom | Every | Some | No
ALWAYS = Every(())


class Surroundings(NamedTuple):
    """The bundle in which a condition is evaluated, apart from its parameters."""

    patterns: tuple[str, ...] = ()
    features: frozenset[str] = frozenset()
    """The features of its oldest minor."""


def true_in(
    atom: Atom, bundle: Surroundings, texts: Callable[[str, str], tuple[str, ...]], targets: Callable[[], int]
) -> bool:
    """Return whether one part of a condition is true.

    Args:
        atom: The part.
        bundle: The bundle in which it is evaluated.
        texts: Returns a parameter's values as texts by key and field (or ``""``); empty if it is not in play.
        targets: Counts the declared metrics endpoints.
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
    """Evaluate a condition; ``truth`` evaluates one atom."""
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
    """Return ``truth`` for one item of the list of records ``each``: a condition on a field means this item's field.

    ``field`` returns the text of a field. A condition on the first item (``0.port``) still refers to the list's first
    item.
    """

    def true(atom: Atom) -> bool:
        if isinstance(atom, ParameterIs) and atom.key == each and atom.field and not atom.field.startswith(FIRST):
            return field(atom.field) in atom.wanted
        return truth(atom)

    return true if each else truth


def atoms(when: When) -> Iterator[Atom]:
    """Yield every atom of a condition."""
    match when:
        case Every(parts) | Some(parts):
            for part in parts:
                yield from atoms(part)
        case No(part):
            yield from atoms(part)
        case _:
            yield when


def parameters_of(when: When) -> tuple[str, ...]:
    """Return the keys of the parameters in a condition, without repetition."""
    found = (atom.key for atom in atoms(when) if isinstance(atom, ParameterIs | IsGiven))
    return tuple(dict.fromkeys(found))


def read_when(source: "Source", node: "Node", component: str, what: str, depth: int = 0) -> When:
    """Read a condition of one component; names are checked once the whole catalogue is known.

    A part that cannot be read is reported and left out.
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
    """Return the key for a name in a component's file: ``port``, ``own.port``, ``app.port`` or ``init.wait.host``."""
    head, dot, rest = name.partition(".")
    if not dot:
        return f"{component}.{name}"
    return f"{component}.{rest}" if head == OWN else name


def split_field(word: str) -> tuple[str, str]:
    """Split a word into a name and, for records, the field after it, which only ``own`` and ``app`` names can have."""
    head, *rest = word.split(".")
    if head in (OWN, APP) and (len(rest) == 2 or rest[1:2] == ["0"]):
        return f"{head}.{rest[0]}", ".".join(rest[1:])
    return word, ""


class Known(NamedTuple):
    """The names that conditions may use."""

    values: Mapping[str, Callable[[str, str], str]]
    """By parameter key, a function that describes the problem with (field, value), or returns an empty text."""
    patterns: tuple[str, ...]
    features: tuple[str, ...]
    scraped: tuple[str, ...] = ()
    """The parameters that the number of metrics endpoints depends on."""
    fields: Mapping[str, frozenset[str]] = {}
    """By key of a list of records, the fields of its items."""


def name_faults(when: When, known: Known) -> Iterator[tuple[Position, str, str]]:
    """Yield (position, message, hint) for each name or value that the catalogue does not have."""
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
