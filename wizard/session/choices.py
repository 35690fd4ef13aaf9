"""Choices between implementations, the reasons for refusing one, and given values that are never saved."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from wizard.catalog.model import Component, Parameter, Pattern
from wizard.catalog.typed import CredentialProblem, ValueProblem
from wizard.catalog.values import parse_value
from wizard.decision.model import Rule
from wizard.text import shown


class Problem(NamedTuple):
    """A reason why a bundle cannot be rendered yet: a missing or invalid parameter."""

    key: str
    message: str
    hint: str


def narrowed(component: Component, pattern: Pattern, allowed: tuple[str, ...]) -> Component:
    """Return the component with only the allowed implementations as options; a single one is not offered."""
    if len(allowed) == len(pattern.implementations):
        return component
    choice, *others = component.parameters
    options = tuple((one, dict(choice.options)[one]) for one in allowed)
    choice = choice._replace(options=options, default=allowed[0], decided=len(allowed) == 1)
    return component._replace(parameters=(choice, *others))


def refusal(
    key: str, given: object, pattern: Pattern, allowed: tuple[str, ...], rules: Iterable[Rule]
) -> Problem | None:
    """Return the reason why the answers do not allow the given implementation; ``None`` if they allow it."""
    if given is None or given in allowed or len(allowed) == len(pattern.implementations):
        return None
    because = next((rule.because for rule in rules if rule.use == pattern.id and rule.implementations), "")
    only = f"remove it: the answers select {allowed[0]}"
    hint = only if len(allowed) == 1 else f"one of: {', '.join(allowed)}"
    return Problem(key, f"cannot be {shown(str(given))} with these answers. {because}".strip(), hint)


def without_credentials(given: Mapping[str, object], declared: Callable[[str], Parameter | None]) -> dict[str, object]:
    """Return the given values without those that look like credentials, including those of parameters not shown now."""
    return {key: raw for key, raw in given.items() if not _is_secret(declared(key), raw)}


def _is_secret(parameter: Parameter | None, raw: object) -> bool:
    if parameter is None:
        return False
    try:
        parse_value(parameter, raw)
    except CredentialProblem:
        return True
    except ValueProblem:
        pass
    return False
