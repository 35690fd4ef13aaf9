"""Text files as values: typed lines, answers files, refused values, and the files that may be read."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wizard.catalog.model import Parameter
from wizard.catalog.typed import CredentialProblem, ValueProblem
from wizard.catalog.types.files import LARGEST, Files
from wizard.catalog.values import format_value, parse_value
from wizard.errors import Position
from wizard.render.bundle.answers_file import AnswersFile
from wizard.render.bundle.answers_text import write_answers
from wizard.session.attached import attached

FILES = Parameter("app", "files", Files(), "value", "Which files?", Position("x.yaml"))
TEXTS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "Z"], exclude_characters="\u2028\u2029\xa0"), max_size=40
)
LINES = st.lists(TEXTS | st.sampled_from(["", "\t", "@", "@@x", " - a", "\\n"]), max_size=4).map("\n".join)


def plain(text: str) -> bool:
    return all(char.isprintable() or char in "\n\t" for char in text)


@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9._-]{0,8}", fullmatch=True), LINES.filter(plain), max_size=3))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_value_is_the_same_after_formatting_and_after_an_answers_file(texts: dict[str, str]) -> None:
    given_texts = {name: f"@{text}" if text.startswith("@") else text for name, text in texts.items()}
    value = parse_value(FILES, given_texts)
    assert dict(value or ()) == texts  # type: ignore[arg-type]
    assert parse_value(FILES, format_value(FILES, value)) == value
    written = write_answers(AnswersFile(("t", "1"), {}, parameters={"app.files": FILES.type.plain(value or ())}))
    stored = yaml.safe_load(written)["workloads"][0]["parameters"]["app"]["files"]
    assert parse_value(FILES, stored) == value


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("app.yaml", "`=` is missing"),
        ("a/b=x", "a/b: "),
        ({"a": ["x"]}, "its value is not text"),
        ({"a": "x\x00"}, "an invisible character (U+0000)"),
        ({"a": "@nowhere.yaml"}, "there is no text file nowhere.yaml"),
        ({"a": "x" * (LARGEST + 1)}, "at most 256 are allowed"),
        ({f"f{number}": "x" for number in range(51)}, "at most 50 are allowed"),
        (3, "expected names with texts"),
    ],
)
def test_an_invalid_text_file_is_refused_with_the_reason(raw: object, message: str) -> None:
    with pytest.raises(ValueProblem) as error:
        parse_value(FILES, raw)
    assert message in error.value.message
    assert error.value.hint


@pytest.mark.parametrize(
    "line",
    ["password: hunter2", "db.password=hunter2", '  "apiKey": "a1b2c3d4",', "url: https://me:hunter2@example.org/"],
)
def test_a_file_with_a_credential_is_refused_without_showing_the_credential(line: str) -> None:
    with pytest.raises(CredentialProblem) as error:
        parse_value(FILES, {"app.yaml": f"mode: fast\n{line}\n"})
    assert "hunter2" not in str(error.value) + error.value.hint
    assert "a1b2" not in str(error.value)


@pytest.mark.parametrize(
    "line",
    [
        "password: ${DB_PASSWORD}", "token: {{ .Token }}", "passwordFile: /etc/secrets/db", "tokenTtl: 3600", "token:",
        "passwordEncoder: bcrypt", "secrets: [a, b]", "secretName: orders", "# the password comes from a Secret",
        "password: <from the environment>",
    ],
)  # fmt: skip
def test_a_file_that_only_mentions_credentials_is_accepted(line: str) -> None:
    assert parse_value(FILES, {"app.yaml": f"{line}\n"})


def test_a_referenced_file_is_read_once_and_only_below_the_folder_of_the_answers(tmp_path: Path) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "app.yaml").write_text("@mode: fast\n")
    (tmp_path / "outside").write_text("x")
    (folder / "link").symlink_to(tmp_path / "outside")
    (folder / "bytes").write_bytes(b"\xff\xfe")
    found = attached(FILES, {"a": "@app.yaml", "b": "@../outside", "c": "@link", "d": "@bytes"}, below=str(folder))
    assert found == {"a": "@@mode: fast\n", "b": "@../outside", "c": "@link", "d": "@bytes"}
    assert parse_value(FILES, {"a": "@@mode: fast\n"}) == (("a", "@mode: fast\n"),)
    with pytest.raises(ValueProblem, match="outside"):
        parse_value(FILES, found)


def test_a_typed_path_is_relative_to_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.yaml").write_text("mode: fast\r\n")
    assert parse_value(FILES, attached(FILES, "app.yaml=@app.yaml")) == (("app.yaml", "mode: fast\n"),)
