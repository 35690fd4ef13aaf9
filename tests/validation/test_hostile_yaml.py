"""Hostile manifests: any file produces findings with positions, never an exception."""

from __future__ import annotations

import random
from typing import Any

import pytest
import yaml

from wizard.validation.documents import Reading, read_documents
from wizard.validation.run import check_documents
from wizard.yamlio import reader

_HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
_HOSTILE = {
    "deep flow": "a: " + "[" * 20_000,
    "deep blocks": "".join(f"{' ' * depth}a:\n" for depth in range(3_000)),
    "deep dashes": "- " * 20_000,
    "huge integer": f"{_HEAD}data: {{a: {'9' * 20_000}}}\n",
    "huge octal": f"{_HEAD}data: {{a: 0{'7' * 20_000}}}\n",
    "huge exponent": f"{_HEAD}data: {{a: 1e{'9' * 20_000}}}\n",
    "huge version": f"%YAML 1.{'9' * 5_000}\n---\na: b\n",
    "nul": "a: \x00\n",
    "escaped nul": 'a: "\\0"\n',
    "bad escape": 'a: "\\U0011ffff"\n',
    "surrogate escape": 'a: "\\ud83d\\ude80"\n',
    "surrogate": "a: \ud800\n",
    "bad date": f"{_HEAD}data: {{a: !!timestamp 2024-99-99}}\n",
    "python tag": f"{_HEAD}data: {{a: !!python/object/apply:os.system [id]}}\n",
    "tag on a map": f"{_HEAD}data: !!int {{a: b}}\n",
    "infinity": f"{_HEAD}data: {{a: .inf, .nan: b}}\n",
    "bad octal": f"{_HEAD}data: {{a: 0o9}}\n",
    "bad tag": "a: !<%zz> b\n",
    "bad base64": "a: !!binary \u00e9\n",
    "merge of many": f"x: &x {{{', '.join(f'k{n}: v' for n in range(999))}}}\ny: {{<<: [{'*x,' * 5000}]}}\n",
    "merge of itself": "x: &x {<<: *x}\n",
    "merge of a text": "x: {<<: abc}\n",
    "key that is an alias": "x: &x [1]\n? *x\n: 1\n",
    "list of one alias": "kind: List\nitems: &x\n- *x\n",
    "items as a key": 'kind: List\n"items[0].a": 1\n"items[": 2\nitems: {"a.b": 1}\nitems: [1]\n',
    "deep json": '{"a":' * 20_000,
    "huge json integer": f'{{"a": {"9" * 20_000}}}',
    "json infinity": '{"a": Infinity}',
    "json surrogate": '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "\\ud800"}}',
    "json nul": '{"a": "\\u0000"}',
}
_PIECES = [
    "a", "apiVersion: v1\n", "kind: List\n", "kind: ConfigMap\n", "items:\n", "- ", ": ", "? ", "\n", "\n---\n",
    "\n...\n", "  ", "\t", "{", "}", "[", "]", ",", "&a ", "*a", "<<: ", "<<: *a", "!!int ", "!!timestamp ",
    "!!binary ", "!!python/x ", "!!float ", "!x ", "!<y> ", "%YAML 1.2\n", "%TAG ! x\n", "0o9", "0x", ".inf", "-.nan",
    "1e999", "1_000", "2024-99-99", "~", "null", "on", '"', "'", "|\n", ">-\n", "# c\n", "\ufeff", "\u2013 ", "\u00a0",
    "\ud800", "\x00", "\x85", "{{ .a }}", "{% if %}", '{"a": ', '"\\ud83d"', '"\\x"', "\\", "@", "`",
    "metadata: {name: 1}\n", "true", "9" * 400,
]  # fmt: skip


def _read(data: str | bytes) -> Reading:
    reading = read_documents(data, "a.yaml")
    for finding in [*reading.findings, *check_documents(reading.documents)]:
        assert finding.message.isprintable() and finding.hint.isprintable(), finding
        assert finding.position is not None and finding.position.file == "a.yaml", finding
        assert finding.position.line > 0, finding
    return reading


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_text_is_read_or_refused_with_a_position(name: str) -> None:
    _read(_HOSTILE[name])


class _PurePython(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """The parser that PyYAML uses when it was built without libyaml."""

    def __init__(self, stream: str) -> None:
        yaml.reader.Reader.__init__(self, stream)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


@pytest.mark.parametrize("name", sorted(set(_HOSTILE) - {"deep flow", "deep dashes", "merge of many"}))
def test_hostile_text_is_read_or_refused_without_libyaml(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_Parser", _PurePython)
    _read(_HOSTILE[name])


@pytest.mark.parametrize("parser", [None, _PurePython], ids=["libyaml", "python"])
@pytest.mark.parametrize("seed", range(4))
def test_reading_random_text_never_raises(seed: int, parser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if parser is not None:
        monkeypatch.setattr(reader, "_Parser", parser)
    chance = random.Random(seed)
    for _ in range(400):
        text = "".join(chance.choices(_PIECES, k=chance.randrange(1, 24)))
        _read(text)
        _read(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    "problem", [ValueError("x"), OverflowError(), RecursionError("deep"), UnicodeError("u"), KeyError(1)]
)
def test_an_unexpected_exception_of_the_parser_becomes_a_finding(
    problem: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(_PurePython):
        def get_event(self) -> Any:
            raise problem

    monkeypatch.setattr(reader, "_Parser", Failing)
    assert [f.rule for f in _read("a: b\n").findings] == ["yaml-syntax"]


def test_an_exception_on_creating_the_parser_becomes_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_text: str) -> Any:
        raise yaml.reader.ReaderError("a", 0, "x", "utf-8", "no")

    monkeypatch.setattr(reader, "_Parser", failing)
    assert [f.rule for f in _read("a: b\n").findings] == ["yaml-syntax"]
