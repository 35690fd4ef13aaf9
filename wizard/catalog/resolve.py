"""The resolution of all parameters of the components in play, from the user's input, the table and the defaults."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Literal, NamedTuple

from wizard.catalog.declarations import Provided
from wizard.catalog.model import Catalog, Component, Parameter, Refusal, Value
from wizard.catalog.ports import PodPort, clashing, ports_of
from wizard.catalog.typed import CredentialProblem, ValueProblem
from wizard.catalog.types.records import chosen, field_of, items_of
from wizard.catalog.values import format_value, parse_value
from wizard.catalog.when import FIRST, Atom, Surroundings, holds, split_field, true_in
from wizard.decision.model import Setting
from wizard.errors import UsageError
from wizard.kube.quantities import BILLION, bytes_text, parse_quantity
from wizard.kube.reason import Reason
from wizard.kube.versions import Minor
from wizard.text import listed

FieldState = Literal["missing", "given", "default", "follows", "invalid"]


class Field(NamedTuple):
    """One parameter as a form shows it; ``text`` is the text in the field."""

    parameter: Parameter
    text: str
    state: FieldState
    value: Value = None
    required: bool = False
    shown: bool = True
    problem: str = ""
    hint: str = ""
    secret: bool = False
    """True if the input looks like a credential; it is never saved, and shown only where the user corrects it."""

    @property
    def is_kept(self) -> bool:
        """True if it is written down: given, or needed, such as a name that must not change with the image."""
        return self.state == "given" or (self.required and self.state == "follows")

    @property
    def rank(self) -> tuple[bool, bool, bool]:
        """The sort key in a form: the implementation first, then upfront fields, required ones, and all others."""
        return not self.parameter.leads, not self.parameter.upfront, not self.required


class Readings:
    """The parsed values of given parameters, shared by sessions that derive from each other.

    Most input is the same in each session, so the identical text or data for the same parameter is parsed only once.
    """

    def __init__(self) -> None:
        self._read: dict[str, tuple[Parameter, object, Value | ValueProblem]] = {}

    def read(self, parameter: Parameter, raw: object) -> Value | ValueProblem:
        """Return the value, or the problem with it."""
        known = self._read.get(parameter.key)
        if known is None or known[0] is not parameter or known[1] is not raw:
            known = self._read[parameter.key] = (parameter, raw, _read(parameter, raw))
        return known[2]


def _read(parameter: Parameter, raw: object) -> Value | ValueProblem:
    try:
        return parse_value(parameter, raw)
    except ValueProblem as problem:
        return type(problem)(problem.message, hint=problem.hint)  # without a traceback, which keeps frames alive


class _Resolver:
    """A lazy resolver: a parameter is resolved on first use, because one of another component may follow it."""

    def __init__(
        self,
        components: tuple[Component, ...],
        given: Mapping[str, object],
        settings: Mapping[str, Setting],
        defaults: Mapping[str, Setting],
        bundle: Surroundings,
        readings: Readings,
    ) -> None:
        self.components = components
        self.readings = readings
        self.settings = settings
        self.bundle = bundle
        self.parameters = {p.key: p for component in components for p in component.parameters}
        self.provides: dict[str, list[tuple[Component, Provided]]] = {}
        for component in components:
            for one in component.declares.provides:
                self.provides.setdefault(one.key, []).append((component, one))
        self.given = given
        self.defaults = defaults
        self.fields: dict[str, Field] = {}

    def field(self, key: str) -> Field:
        """Return the resolved field of one parameter of a component in play."""
        if key not in self.fields:
            self.fields[key] = self._resolve(self.parameters[key])
        return self.fields[key]

    def truth(self, atom: Atom) -> bool:
        """Return whether one part of a condition is true."""
        return true_in(atom, self.bundle, self._texts, self._targets)

    def _targets(self) -> int:
        return targets(self.components, self.truth, self._value)

    def _value(self, key: str) -> Value:
        """Return a parameter's value; ``None`` if its component is not in play, while the workload is undecided."""
        return self.field(key).value if key in self.parameters else None

    def _texts(self, key: str, field: str) -> tuple[str, ...]:
        if key not in self.parameters:
            return ()
        found = self.field(key)
        if not field and found.state != "invalid":
            return ("" if found.value == () else found.text,)
        return value_texts(found.parameter, found.value, field)

    def refused(self, found: Field) -> Field:
        """Return the field, marked as invalid if it conflicts with others; all fields must be resolved before."""
        if not found.shown or found.problem or found.state == "missing":
            return found
        for refusal in found.parameter.refused_when:
            if self._is_meant(refusal, found) and holds(refusal.when, self.truth):
                return found._replace(state="invalid", problem=refusal.say, hint=refusal.instead)
        for check in (self._too_small, self._covered, self._repeated, self._unserved, self._taken):
            if wrong := check(found):
                return found._replace(state="invalid", problem=wrong[0], hint=wrong[1])
        return found

    def _is_meant(self, refusal: Refusal, found: Field) -> bool:
        """Return whether a refusal applies to the value of the field."""
        if refusal.followed and found.value != self._fallback(found.parameter)[0]:
            return False
        return not refusal.equals or found.text in self._texts(*split_field(refusal.equals))

    def _too_small(self, found: Field) -> tuple[str, str] | None:
        """Return a problem if the amounts that must fit into this field's value exceed it."""
        for one in found.parameter.sums:
            amounts = [
                _amount(self.field(key).text) for key in one.of if key in self.parameters and self.field(key).shown
            ]
            whole = sum(amounts, _amount(one.plus))
            if holds(one.when, self.truth) and whole > _amount(found.text):
                text = bytes_text(whole)
                return one.say.replace("*", text, 1), f"use {text} or more, or make one of the others smaller"
        return None

    def _covered(self, found: Field) -> tuple[str, str] | None:
        """Return a problem if a folder equals, or is inside, one that another mount of the same container hides."""
        if not (found.parameter.mount or found.parameter.fields):
            return None
        for at, (container, path) in enumerate(_folders(found)):
            others = [
                (other.parameter.ask, taken)
                for other, number, where, taken in self._mounts
                if where == container and not (other is found and number == at)
            ]
            for ask, taken in (("", "/tmp"), *others):  # noqa: S108  # a folder in a container
                if path == taken or path.startswith(f"{taken}/"):
                    what = f'the answer to "{ask}"' if ask else "always writable, and deleted with the pod"
                    return f"{path} is in {taken}, which is {what}", "choose a folder outside the others"
        return None

    @cached_property
    def _mounts(self) -> list[tuple[Field, int, str, str]]:
        """Each mounted folder as (field, index in it, container, path); all fields must be resolved before."""
        return [(one, at, *folder) for one in self.fields.values() for at, folder in enumerate(_folders(one))]

    def _repeated(self, found: Field) -> tuple[str, str] | None:
        """Return a problem if a name is given both here and in another parameter."""
        mine = _names(found) if found.parameter.distinct else ()
        for key in found.parameter.distinct:
            other = self.field(key) if key in self.parameters else None
            both = [name for name in _names(other) if name in mine] if other and other.shown else []
            if both:
                return f"{both[0]} is already in {key}", "keep one of them"
        return None

    @cached_property
    def _ports(self) -> tuple[PodPort, ...]:
        """The ports of the pod; all fields must be resolved before."""
        return tuple(ports_of(self.components, self.parameters, self.truth, self._value))

    @cached_property
    def _clashes(self) -> Mapping[str, PodPort]:
        return clashing(self._ports, lambda key: self.parameters[key].decided)

    def _unserved(self, found: Field) -> tuple[str, str] | None:
        """Return a problem if the component does not listen on this port, or if it already does so elsewhere."""
        how = found.parameter.served
        if not how:
            return None
        mine = [
            one
            for one in self._ports
            if one.component.id == found.parameter.component
            and not (one.udp or one.key == found.parameter.key or " " in one.number)
            and (one.key not in self.parameters or self.parameters[one.key].served != "elsewhere")
        ]
        numbers = dict.fromkeys(one.number for one in mine)
        if (found.text in numbers) == (how == "elsewhere"):
            return None
        if how == "alone":
            return self._served_twice(found, next(one for one in mine if one.number == found.text))
        known = f"it listens on {listed(numbers, 'and')}" if numbers else "it has no TCP port"
        leader = self.parameters.get(found.parameter.derived_from)
        hint = f"add it to `{leader.key}`" if leader and leader.fields else "name another port"
        hint = f"use one of these, or {hint}" if numbers else hint
        return f"port {found.text} is not one of its ports; {known}", hint

    def _served_twice(self, found: Field, other: PodPort) -> tuple[str, str]:
        """Return the problem of a stand-alone port that a list of ports contains as well."""
        if not other.item:
            return f"port {found.text} is already in use", "use a port that it uses for nothing else"
        sharing = [
            f"`{one.key}`"
            for one in self.parameters.values()
            if one.component == found.parameter.component and one.served == "elsewhere"
        ]
        hint = f"remove port {found.text} from `{other.key}`"
        hint += f"; {listed(sharing, 'and')} may still use it" if sharing else ""
        return f"port {found.text} is already in `{other.key}`, but needs no entry there", hint

    def _taken(self, found: Field) -> tuple[str, str] | None:
        """Return a problem if something else in the pod listens on this port."""
        if found.state == "follows":
            return None  # reported at the parameter that it follows
        other = self._clashes.get(found.parameter.key)
        if other is None:
            return None
        if other.key == found.parameter.key:
            return f"port {other.number} is used twice", "change one of them"
        owner = "the program" if other.component.role == "workload" else f'"{other.component.title}"'
        return f"port {other.number} is taken: {owner} listens on it", "name another port"

    def _resolve(self, parameter: Parameter) -> Field:
        shown = not parameter.decided and holds(parameter.shown_when, self.truth)
        if parameter.decided:
            value = self._decided(parameter)
            return Field(parameter, format_value(parameter, value), "default", value, shown=False)
        needed = parameter.required_when
        required = shown and (parameter.required or (needed is not None and holds(needed, self.truth)))
        raw = self.given.get(parameter.key)
        if shown and raw is not None and raw != "":
            given = self._given(parameter, raw, required=required)
            if given.value is not None or given.state == "invalid":
                return given  # an empty list means no value, except for types in which it is a real value
        value, follows = self._fallback(parameter)
        if value in (None, ()) and required:
            return Field(parameter, "", "missing", None, required=True)
        state: FieldState = "follows" if follows else "default"
        return Field(parameter, format_value(parameter, value), state, value, required=required, shown=shown)

    def _provided(self, parameter: Parameter) -> dict[str, str]:
        """Return the values that components in play provide for a parameter, each with the providing component.

        The value of another parameter counts only if it is present and valid.
        """
        found = {}
        for component, one in self.provides.get(parameter.key, ()):
            if holds(one.when, self.truth):
                source = self.field(one.value) if one.value in self.parameters else None
                if source is None or source.state not in ("missing", "invalid"):
                    found[one.value if source is None else source.text] = component.id
        return found

    def _decided(self, parameter: Parameter) -> Value:
        provided = self._provided(parameter)
        if len(provided) > 1:
            values = " and ".join(f"{component} says {value}" for value, component in provided.items())
            raise UsageError(f"{parameter.key} is decided twice: {values}", hint="remove one of them")
        if provided:
            return parse_value(parameter, next(iter(provided)))
        if parameter.setting not in self.settings:
            return self._fallback(parameter)[0]
        setting = self.settings[parameter.setting]
        return setting if setting is None else parse_value(parameter, setting)

    def _given(self, parameter: Parameter, raw: object, *, required: bool) -> Field:
        value = self.readings.read(parameter, raw)
        if isinstance(value, CredentialProblem):
            return Field(parameter, "", "invalid", None, required, problem=value.message, hint=value.hint, secret=True)
        if isinstance(value, ValueProblem):
            text = raw if isinstance(raw, str) else str(raw)
            return Field(parameter, text, "invalid", None, required, problem=value.message, hint=value.hint)
        return Field(parameter, format_value(parameter, value), "given", value, required=required)

    def _fallback(self, parameter: Parameter) -> tuple[Value, bool]:
        if not parameter.decided and parameter.setting in self.defaults:
            setting = self.defaults[parameter.setting]
            return (setting if setting is None else parse_value(parameter, setting)), False
        source = parameter.derived_from
        if not source or source not in self.parameters or not holds(parameter.follows_when, self.truth):
            return parameter.default, False
        followed = self.field(source).value
        if parameter.part and followed is not None:
            leader = self.parameters[source]
            followed = leader.type.part(leader, followed, parameter.part)
        if followed is None:
            return parameter.default, False
        if parameter.follows_as:
            text = dict(parameter.follows_as).get(str(followed))
            return (parameter.default, False) if text is None else (parse_value(parameter, text), True)
        if parameter.template:
            followed = parameter.template.replace("*", format_value(self.parameters[source], followed))
        elif not parameter.part:
            return followed, True
        try:
            return parse_value(parameter, followed), True
        except ValueProblem:
            return parameter.default, False


def targets(components: tuple[Component, ...], truth: Callable[[Atom], bool], value_of: Callable[[str], Value]) -> int:
    """Count the metrics endpoints that the components declare; ``value_of`` returns the value of a parameter."""
    pages = (one for component in components for one in component.declares.scrape if holds(one.when, truth))
    return sum(len(chosen(items_of(value_of(one.each)), one.items)) if one.each else 1 for one in pages)


def value_texts(parameter: Parameter, value: Value, field: str) -> tuple[str, ...]:
    """Return a value as text; with a ``field`` of records, its text in each item, or in the first (``0.port``)."""
    if not field:
        return ("" if value == () else format_value(parameter, value),)
    name = field.removeprefix(FIRST)
    fields = {one.name: one for one in parameter.fields}
    items = chosen(items_of(value), "all" if name == field else "first") if name in fields else ()
    return tuple(format_value(fields[name], field_of(item, name)) for item in items)


def _folders(found: Field) -> tuple[tuple[str, str], ...]:
    """Return (container, path) of each folder that a field mounts; a container is identified by its component's id."""
    if not found.shown or found.state == "invalid" or not (found.parameter.mount or found.parameter.fields):
        return ()
    parameter = found.parameter
    mounting = [field for field in parameter.fields if field.mount]
    if not (mounting or parameter.mount):
        return ()
    paths = [(field.mount, field_of(item, field.name)) for item in items_of(found.value) for field in mounting]
    if parameter.mount:
        values = found.value if isinstance(found.value, tuple) else (found.value,)
        paths = [(parameter.mount, value) for value in values]
    own = parameter.component
    return tuple(
        ("app" if mount == "program" else own, str(path).rstrip("/")) for mount, path in paths if mount and path
    )


def _names(found: Field) -> tuple[str, ...]:
    """Return the names of a map's entries or of a list's records; a single value is itself a name."""
    if isinstance(found.value, str):
        return (found.value,)
    items = items_of(found.value)
    return tuple(str(item[0][1] if found.parameter.fields else item[0]) for item in items)


def _amount(text: str) -> int:
    """Return a quantity in whole units, rounded up; invalid text has been reported already and counts as zero."""
    amount = parse_quantity(text) if text else 0
    return 0 if isinstance(amount, Reason) else -(-amount // BILLION)


def resolve(
    components: tuple[Component, ...],
    given: Mapping[str, object],
    settings: Mapping[str, Setting],
    defaults: Mapping[str, Setting],
    bundle: Surroundings,
    readings: Readings | None = None,
) -> Mapping[str, Field]:
    """Resolve every parameter of ``components``, by key and in declaration order.

    ``given`` holds raw text or plain YAML data by ``component.name``; keys of components that are not in play are
    ignored. Values that a component in play provides take precedence over ``settings``, which are the table's;
    ``defaults`` are the table's values that the user may change. A hidden parameter has its default, even if one was
    given. A value that conflicts with others keeps its text and is invalid. ``readings`` come from a previous session.

    Raises:
        UsageError: two components provide different values for one parameter.
    """
    resolver = _Resolver(components, given, settings, defaults, bundle, readings or Readings())
    fields = {key: resolver.field(key) for key in resolver.parameters}
    return {key: resolver.refused(found) for key, found in fields.items()}


def surroundings(catalog: Catalog, patterns: tuple[str, ...], minor: Minor) -> Surroundings:
    """Return the facts that conditions can use in a bundle with these patterns and this oldest minor."""
    return Surroundings(patterns, frozenset(f.id for f in catalog.features.values() if minor >= f.first))
