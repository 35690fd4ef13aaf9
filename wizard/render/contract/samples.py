"""Parameters that still have the form's example value: no cluster has such a registry, host or account."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.catalog.model import Parameter, Value
from wizard.catalog.types.records import field_of, items_of
from wizard.catalog.values import format_value
from wizard.render.compose.workshop import Workshop
from wizard.render.model import First

_DOCUMENTED = re.compile(
    r"""(^|[^a-z0-9-])example(\.(com|net|org))?($|[^a-z0-9.-])   # RFC 2606, section 3
    |\.(example|invalid)($|[^a-z0-9.-])                          # RFC 2606, section 2
    |(^|\D)(192\.0\.2|198\.51\.100|203\.0\.113)\.\d              # RFC 5737
    |:(123456789012|111122223333):|^https://[^/]*/123456789012/  # accounts in the manuals of AWS
    |^0{8}-(0{4}-){3}0{12}$|(^|@)my-project[.:]""",
    re.VERBOSE,
)
"""Texts reserved for documentation. Any other sample (`orders`, 8080) may be the right value."""


def samples_left(shop: Workshop) -> Iterator[First]:
    """Yield a prerequisite for each parameter that a manifest uses and that still has its sample."""
    given = shop.request.parameters
    for component in shop.components:
        for parameter in component.parameters:
            value, followed = given.get(parameter.key), given.get(parameter.derived_from)
            left = "" if value == followed else ", ".join(dict.fromkeys(_samples(parameter, value)))
            if left and parameter.key in shop.used:
                still = f"{parameter.ask} The answer is still the example's, `{left}` (`{parameter.key}`)."
                say = f"{still} Set your own value and write the files again."
                yield First("Setting", parameter.key, "you", say, asked_by=(parameter.key,))


def _samples(parameter: Parameter, value: Value) -> Iterator[str]:
    """Yield the texts in a value that equal the sample of the parameter, or of a field of its records."""
    if parameter.fields:
        for item in items_of(value):
            for field in parameter.fields:
                yield from _samples(field, field_of(item, field.name))
    elif isinstance(value, tuple) and isinstance(parameter.sample, tuple):
        texts = (format_value(parameter, (one,)) for one in value if one in parameter.sample)
        yield from filter(_DOCUMENTED.search, texts)
    elif value is not None and value == parameter.sample and parameter.kind == "value":
        text = format_value(parameter, value)
        if _DOCUMENTED.search(text):
            yield text
