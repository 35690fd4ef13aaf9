"""P8: a credential typed into any field is refused and stored nowhere; names that only sound like one pass."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.contract.bundles import bundles
from tests.kube.test_credentials import HARMLESS
from tests.lines.talk import services, talk
from tests.shipped import CATALOG
from wizard.catalog.model import Parameter
from wizard.catalog.types.addresses import Url
from wizard.cli.main import run
from wizard.errors import WizardError
from wizard.faces.form import DetailsForm
from wizard.session.saved import claim, key_for
from wizard.session.session import Session, start
from wizard.session.situations import Situations

CANARY = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"
KEYS = sorted({p.key for c in CATALOG.components.values() for p in c.parameters if not p.decided and not p.leads})
"""Each parameter that the user can give. Tests make the sessions that show them, because every process collects."""
PARTS = 12
Capture = pytest.CaptureFixture[str]


def canaries(parameter: Parameter) -> Iterator[object]:
    """Yield every way to put the canary into a parameter: as the value, in an item, as a key, in a record's field."""
    yield CANARY
    if parameter.type == Url():
        yield f"https://user:{CANARY}@db.example.org/x"
    if parameter.type.widget == "map":
        yield from ({"VALUE": CANARY}, {CANARY: "value"}, f"VALUE={CANARY}", {"DB_PASSWORD": CANARY[4:]})
    elif parameter.type.widget == "list":
        yield from ([CANARY], ["x", CANARY], f"x, {CANARY}")
    for field in parameter.fields:
        yield [{field.name: CANARY}]
        yield f"{field.name}={CANARY}"


@cache
def shown() -> dict[str, Session]:
    """Return, for each parameter that the user can give, a complete session that shows it."""
    found: dict[str, Session] = {}
    for bundle in bundles():
        for field in bundle.session.fields:
            if not field.parameter.leads:
                found.setdefault(field.parameter.key, bundle.session)
    situations = Situations(start(CATALOG))
    for (pattern, implementation), component in CATALOG.components.items():
        for parameter in component.parameters:
            if not (parameter.key in found or parameter.decided or parameter.leads):
                sessions = situations.where(pattern, implementation, situations.shown(parameter.key))
                found[parameter.key] = next(one for one in sessions if one.resolved[parameter.key].shown)
    return found


def visible(session: Session) -> str:
    """Return everything that a face could show or store of a session."""
    problems = "".join(f"{p.key}{p.message}{p.hint}" for p in session.problems)
    fields = "".join(f"{f.text}{f.value}{f.problem}{f.hint}" for f in session.resolved.values())
    return session.saved_text + session.answers_text + problems + fields


@pytest.mark.parametrize("key", KEYS)
def test_a_credential_is_refused_at_every_field(key: str) -> None:
    session = shown()[key]
    for raw in canaries(session.resolved[key].parameter):
        given = session.give(key, raw)
        assert any(problem.key == key for problem in given.problems), raw
        assert CANARY[4:] not in visible(given), raw
        with pytest.raises(WizardError) as error:
            _ = given.bundle
        assert CANARY[4:] not in f"{error.value.message}{error.value.hint}"


def test_each_parameter_that_the_user_can_give_is_shown_by_a_session() -> None:
    assert set(shown()) == set(KEYS)


def test_a_credential_of_a_parameter_that_is_not_shown_is_not_saved() -> None:
    session = next(one.session for one in bundles() if "sidecar.log-agent.host" not in one.session.resolved)
    hidden = next(key for key, field in session.resolved.items() if not field.shown and not field.parameter.decided)
    for key in (hidden, "sidecar.log-agent.host"):
        given = session.give(key, CANARY)
        assert CANARY not in given.saved_text + given.answers_text
        assert "a plain value" in session.give(key, "a plain value").saved_text


def everything(*folders: Path) -> str:
    """Return the contents of all files below these folders."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return "".join(path.read_bytes().decode("latin-1") for path in files)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def covering_few() -> list[tuple[Session, list[str]]]:
    """Return a few sessions that together show every parameter, each with the parameters that it is the first to show.

    Choices and lists of records are left out, because without their values other parameters would be hidden.
    """
    found: dict[int, tuple[Session, list[str]]] = {}
    for key, session in shown().items():
        parameter = session.resolved[key].parameter
        if not parameter.options and not parameter.fields:
            found.setdefault(id(session), (session, []))[1].append(key)
    return list(found.values())


@pytest.mark.parametrize("part", range(PARTS))
def test_new_refuses_all_credentials_with_exit_code_2_and_writes_nothing(
    part: int, here: Path, capsys: Capture
) -> None:
    some = covering_few()[part::PARTS]
    assert some
    for session, keys in some:
        refused(session, keys, here, capsys)


def refused(session: Session, keys: list[str], here: Path, capsys: Capture) -> None:
    Path("answers.yaml").write_text(session.answers_text, "utf-8")
    raw = {"map": f"V={CANARY}", "list": f"x, {CANARY}"}
    given = [f"{key}={raw.get(session.resolved[key].parameter.type.widget, CANARY)}" for key in keys]
    words = [word for text in given for word in ("--set", text)]
    assert run(["new", "out", "--answers", "answers.yaml", "--log", "log.txt", *words]) == 2
    output = capsys.readouterr()
    assert all(f"  {key}: " in output.err for key in keys)
    assert not Path("out").exists()
    home, cache_home = Path(os.environ["HOME"]), Path(os.environ["XDG_CACHE_HOME"])
    assert CANARY not in output.out + output.err + everything(here, home, cache_home)
    Path("answers.yaml").unlink()


def test_a_credential_typed_into_the_form_is_not_in_the_saved_session(here: Path) -> None:
    session = bundles()[0].session.reset("app.image").reset("app.name")
    key = key_for(here / "out", CATALOG.decision.id)
    folder = os.environ["XDG_STATE_HOME"]
    with claim(key, folder) as lease:
        given = services(save=lambda one: lease.save(one.saved_text))
        asked = ["" for _ in DetailsForm.of(session).upfront]
        done = talk(session, "", *asked, CANARY, "orders:1", "q", target=here / "out", given=given)
    assert "looks like a secret" in done.flat
    assert everything(Path(folder))
    assert CANARY not in everything(here, Path(os.environ["HOME"]))


def test_a_crash_report_has_no_credential(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def broken(*words: object) -> None:
        raise ValueError(f"{CANARY} {words}")

    Path("answers.yaml").write_text(bundles()[0].session.answers_text, "utf-8")
    monkeypatch.setattr("wizard.session.session.Session.problems", property(broken))
    assert run(["new", "out", "--answers", "answers.yaml", "--set", f"app.part_of={CANARY}"]) not in (0, 2)
    output = capsys.readouterr()
    assert list(here.glob("podwizard-crash-*"))
    Path("answers.yaml").unlink()
    assert CANARY not in output.out + output.err + everything(here, Path(os.environ["HOME"]))


@pytest.mark.parametrize(
    "words",
    [["app.{}=x"], ["logs={}"], ["{}=x"], ["app.listeners.0.{}=x"], ["app.listeners.0.name={}"], ["app.exposure={}"]],
)
def test_a_credential_in_a_name_is_not_printed(words: list[str], here: Path, capsys: Capture) -> None:
    Path("answers.yaml").write_text(bundles()[0].session.answers_text, "utf-8")
    given = [part for word in words for part in ("--set", word.format(CANARY))]
    assert run(["new", "out", "--answers", "answers.yaml", *given]) == 2
    output = capsys.readouterr()
    assert CANARY not in output.out + output.err


def test_sixty_variables_that_only_sound_like_secrets_pass(here: Path) -> None:
    pairs = [pair.partition("=")[::2] for pair in HARMLESS.split()]
    assert len(pairs) >= 60
    session = next(one.session for one in bundles() if "app.env" in one.session.resolved)
    given = session.give("app.env", dict(pairs))
    assert not given.problems
    assert all(name in "".join(file.text for file in given.bundle.manifests) for name, _ in pairs)
    Path("answers.yaml").write_text(given.answers_text, "utf-8")
    assert run(["new", "out", "--answers", "answers.yaml"]) == 0


def test_a_disabled_detector_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.catalog.values._refuse_credentials", lambda _kind, _raw: None)
    noticed = 0
    for key, session in shown().items():
        given = session.give(key, CANARY)
        noticed += CANARY in visible(given) or not any(problem.key == key for problem in given.problems)
    assert noticed > 50


def test_a_session_without_answers_saves_no_credential() -> None:
    assert CANARY not in start(CATALOG).give("app.name", CANARY).saved_text
