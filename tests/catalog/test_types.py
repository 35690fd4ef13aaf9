"""The registry of parameter types: each type is complete, and a new type needs only its class."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from wizard.catalog.keys import RECORDS
from wizard.catalog.model import Component, Parameter, ParameterType, Value
from wizard.catalog.parameters import read_parameters
from wizard.catalog.resolve import resolve
from wizard.catalog.typed import ValueProblem
from wizard.catalog.types.registry import TYPES
from wizard.catalog.types.scalars import Bounded
from wizard.catalog.values import format_value, parse_value
from wizard.catalog.when import Surroundings
from wizard.catalog.yaml_source import Source
from wizard.errors import Fault, Position
from wizard.kube.reason import Reason

WIZARD = Path(__file__).resolve().parents[2] / "wizard"
HERE = Position("types.yaml")
FIELD = Parameter("app.x", "name", TYPES["name"], "value", "?", HERE, required=True, sample="http")
SAMPLES: dict[str, Value] = {
    "text": "a b",
    "seconds": 30,
    "integer": 3,
    "boolean": True,
    "choice": "fast",
    "name": "orders",
    "names": "orders shop",
    "label": "app=db",
    "cidr": "10.20.0.0/16",
    "cidrs": "10.20.0.0/16 2001:db8::/32",
    "subdomain": "a.b",
    "key": "app.conf",
    "secret-name": "db-login",
    "variable": "LOG_LEVEL",
    "device": "nvidia.com/gpu",
    "node-labels": (("kubernetes.io/arch", "amd64"),),
    "image": "postgres:18",
    "port": 8080,
    "path": "/data",
    "url": "https://example.org/x",
    "host": "example.org",
    "endpoint": "redis:6379",
    "quantity": "64Mi",
    "duration": "30s",
    "cron": "@daily",
    "timezone": "Etc/UTC",
    "list": ("a", "b"),
    "paths": ("/a", "/b"),
    "paths-or-nothing": ("/a", "/b"),
    "command": ("sh", "-c", "x"),
    "health-command": ("sh", "-c", 'check "$HOSTNAME"'),
    "map": (("A", "1"),),
    "labels": (("release", "prometheus"),),
    "annotations": (("acme.io/size", "8m"),),
    "records": ((("name", "http"),),),
    "files": (("app.yaml", "mode: fast\n"),),
}


class Colour(Bounded):
    """An invented type: ``#rrggbb``, with the lightness as its size."""

    name = "colour"
    takes = "a colour such as `#ff8800`"
    keys = ("min", "max", "starts")
    bounds = "value"
    mark = "#{number:06d}"

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        return text if re.fullmatch("#[0-9a-f]{6}", text) else Reason("not a colour", "such as #ff8800")

    def size(self, value: Value) -> int:
        return sum(bytes.fromhex(str(value)[1:]))


def declared(text: str, types: dict[str, ParameterType]) -> tuple[dict[str, Parameter], list[Fault]]:
    """Read parameter declarations with the given types; return the parameters and the faults."""
    faults: list[Fault] = []
    source = Source("types.yaml", faults)
    root = source.compose(text)
    assert root is not None
    return read_parameters(source, root, "app", "a test", types), faults


def sample_of(name: str) -> Parameter:
    """Return a parameter of a type."""
    options = (("fast", "Fast"),) if name == "choice" else ()
    fields = (FIELD,) if name == "records" else ()
    return Parameter("app", "x", TYPES[name], "value", "?", HERE, options=options, fields=fields)


@pytest.mark.parametrize("name", TYPES)
def test_each_type_reads_writes_and_traces_a_value(name: str) -> None:
    parameter, value = sample_of(name), SAMPLES[name]
    assert parse_value(parameter, value) == value
    assert parse_value(parameter, format_value(parameter, value)) == value
    assert parse_value(parameter, parameter.type.plain(value)) == value
    assert type(parameter.type.sentinel(parameter, 7, value)) is type(value)
    assert len(parameter.type.takes) > 5


@pytest.mark.parametrize("name", TYPES)
def test_each_type_survives_pickling(name: str) -> None:
    assert pickle.loads(pickle.dumps(TYPES[name])) == TYPES[name]
    assert [other for other in TYPES.values() if other == TYPES[name]] == [TYPES[name]]


@pytest.mark.parametrize("name", TYPES)
def test_each_type_uses_only_known_keys_of_a_declaration(name: str) -> None:
    assert set(TYPES[name].needs) <= set(TYPES[name].keys) <= {key.name for key in RECORDS["parameter"]}


def test_no_other_module_compares_types_or_their_names() -> None:
    asking = re.compile(r"\.type(\.name)? (==|!=|in|not in|is) ")
    modules = (path for path in WIZARD.rglob("*.py") if path.parent.name != "types")
    found = {path.name: hits for path in modules if (hits := asking.findall(path.read_text("utf-8")))}
    assert found == {}


def test_a_new_type_needs_only_its_class() -> None:
    text = """
accent: {ask: Which?, type: colour, min: "#111111", default: "#ff8800"}
themes:
  ask: Which?
  type: records
  fields:
    shade: {ask: Which?, type: colour, required: true, sample: "#222222"}
"""
    found, faults = declared(text, {**TYPES, "colour": Colour()})
    assert faults == []
    accent, themes = found["accent"], found["themes"]
    assert parse_value(accent, "#123456") == "#123456"
    with pytest.raises(ValueProblem, match="red: not a colour"):
        parse_value(accent, "red")
    with pytest.raises(ValueProblem, match="too small, the minimum is #111111"):
        parse_value(accent, "#000000")
    assert accent.type.sentinel(accent, 7, None) == "#000007"
    value = parse_value(themes, "shade=#333333; shade=#444444")
    assert format_value(themes, value) == "shade=#333333; shade=#444444"
    assert themes.type.sentinel(themes, 7, value) == ((("shade", "#000107"),), (("shade", "#000207"),))
    component = Component("app", "app", "", (accent, themes), HERE)
    fields = resolve((component,), {"app.accent": "#123"}, {}, {}, Surroundings((), frozenset()))
    assert (fields["app.accent"].state, fields["app.accent"].problem) == ("invalid", "#123: not a colour")


@pytest.mark.parametrize(
    ("declaration", "message"),
    [
        ("type: text, min: 1", "`min` of parameter 'x' is not allowed for type text"),
        ("type: image, starts: a", "`starts` of parameter 'x' is not allowed for type image"),
        ("type: quantity, max_length: 3", "`max_length` of parameter 'x' is not allowed for type quantity"),
        ("type: host, schemes: {http: 80}", "`schemes` of parameter 'x' is not allowed for type host"),
        ("type: list, options: {a: A}", "`options` of parameter 'x' is not allowed for type list"),
        ("type: choice", "parameter 'x' has no 'options'"),
        ("type: records", "parameter 'x' has no 'fields'"),
        ("type: colour", "'colour'"),
        (
            "type: text, refused_when: [{when: {x: a}, followed: true, say: S., instead: I.}]",
            "'x' does not follow another one",
        ),
        (
            'type: choice, options: {a: A}, from: {parameter: app.y, part: inside, values: {"yes": b}}',
            "`from` of parameter 'x' cannot produce 'b'",
        ),
    ],
)
def test_a_key_of_another_type_and_a_missing_key_are_faults(declaration: str, message: str) -> None:
    _, faults = declared(f"x: {{ask: Which?, {declaration}}}", dict(TYPES))
    assert any(message in fault.message for fault in faults), faults


def test_a_type_equals_only_itself() -> None:
    parameter = sample_of("text")
    assert parameter == parameter._replace(type=type(parameter.type)())
    assert parameter != parameter._replace(type=TYPES["name"])


@pytest.mark.parametrize(
    ("name", "line", "message", "hint"),
    [
        ("command", "serve --as $HOSTNAME", "$HOSTNAME stays as it is", "write $(HOSTNAME)"),
        ("command", "serve --as ${HOSTNAME}", "${HOSTNAME} stays as it is", "or $${HOSTNAME} for one"),
        ("command", "migrate && serve", "&& stays as it is", "write sh -c 'migrate && serve'"),
        ("health-command", "check $HOSTNAME", "$HOSTNAME stays as it is", "write sh -c 'check \"$HOSTNAME\"'"),
        ("health-command", "check $(POD_IP)", "$(POD_IP) stays as it is", "write sh -c 'check \"$POD_IP\"'"),
    ],
)
def test_shell_syntax_that_no_shell_expands_is_refused_with_a_fix(
    name: str, line: str, message: str, hint: str
) -> None:
    with pytest.raises(ValueProblem) as error:
        parse_value(sample_of(name), line)
    assert message in error.value.message and hint in error.value.hint


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("command", "serve --as $(HOSTNAME)"),
        ("command", "serve --as $${HOSTNAME}"),
        ("command", "sh -c 'migrate && serve --as $HOSTNAME'"),
        ("health-command", "sh -c 'check \"$HOSTNAME\"'"),
        ("health-command", "awk '{print $1}' /proc/loadavg"),
    ],
)
def test_a_variable_that_is_expanded_or_meant_for_another_program_is_accepted(name: str, line: str) -> None:
    assert parse_value(sample_of(name), line)
