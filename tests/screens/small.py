"""A small catalogue, so that the screens' tests do not change with the shipped texts."""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.model import Catalog, Component, Parameter, Pattern
from wizard.catalog.types.registry import TYPES
from wizard.decision.model import All, Decision, Is, Option, Question, Rule
from wizard.errors import Position
from wizard.session.session import Session, start

HERE = Position("small.yaml")


def _question(question_id: str, ask: str, options: dict[str, str], **more: object) -> Question:
    found = tuple(Option(option, say, HERE) for option, say in options.items())
    return Question(question_id, ask, found, HERE, **more)  # type: ignore[arg-type]


_QUESTIONS = (
    _question(
        "work",
        "What kind of work is it?",
        {"server": "It serves until it is stopped", "task": "It ends when it is done"},
        help="A web server is never done.",
        topic="work",
    ),
    _question(
        "keeps",
        "What must it find again?",
        {"nothing": "Nothing", "disk": "Its own disk"},
        when=Is("work", ("server",)),
        topic="data",
    ),
    _question(
        "logs",
        "Where does it write its logs?",
        {"stdout": "To standard output", "files": "Only to files"},
        unsure="stdout",
        topic="logs",
    ),
    _question(
        "needs",
        "Which of these does it need?",
        {"wait": "Another service before it starts", "helper": "A program beside it"},
        many=True,
        when=Is("work", ("server",)),
        topic="needs",
    ),
)

_RULES = (
    Rule("deployment", "base", Is("keeps", ("nothing",)), "It serves, and keeps nothing.", HERE, use="Deployment"),
    Rule("statefulset", "base", Is("keeps", ("disk",)), "Each copy has its own disk.", HERE, use="StatefulSet"),
    Rule("job", "base", Is("work", ("task",)), "It ends when it is done.", HERE, use="Job"),
    Rule("logs", "add", Is("logs", ("files",)), "It writes only to files.", HERE, use="sidecar.log"),
    Rule("wait", "add", Is("needs", ("wait",)), "Another service comes first.", HERE, use="init.wait"),
    Rule(
        "beside",
        "warn",
        Is("needs", ("helper",)),
        "It is one more program.",
        HERE,
        level="warning",
        say="The helper is yours to keep up to date.",
    ),
    Rule(
        "stop",
        "warn",
        All((Is("work", ("task",)), Is("logs", ("files",)))),
        "Its logs are lost.",
        HERE,
        level="error",
        say="The logs of a task in files are lost.",
        instead="Write them to standard output.",
    ),
)

_PARAMETERS = (
    Parameter(
        "app",
        "name",
        TYPES["name"],
        "value",
        "What is it called?",
        HERE,
        help="Names every object.",
        required=True,
        max_length=45,
        sample="orders",
        heading="Name",
    ),
    Parameter(
        "app",
        "image",
        TYPES["image"],
        "value",
        "Which image does it run?",
        HERE,
        required=True,
        sample="example.com/orders:1",
    ),
    Parameter(
        "app", "namespace", TYPES["name"], "value", "Which namespace?", HERE, derived_from="app.name", heading="Name"
    ),
    Parameter("app", "port", TYPES["port"], "value", "Which port?", HERE, default=8080, heading="Network"),
    Parameter("app", "url", TYPES["text"], "value", "Which address?", HERE, heading="Network"),
    Parameter(
        "app",
        "exposure",
        TYPES["choice"],
        "choice",
        "Who may reach it?",
        HERE,
        default="cluster",
        options=(("cluster", "Programs in the cluster"), ("world", "Everyone")),
        heading="Network",
    ),
)

_LESSONS = Path(__file__).with_name("small_catalogue")
"""The small catalogue's only files: one lesson."""
_NAMES = {
    "Deployment": "Deployment",
    "StatefulSet": "StatefulSet",
    "Job": "Job",
    "sidecar.log": "log sidecar",
    "init.wait": "wait before start",
}


def _pattern(pattern_id: str, name: str) -> Pattern:
    folder = f"x/{pattern_id}"
    return Pattern(
        pattern_id,
        name,
        f"{name} gives much. And more.",
        f"{name} costs little. And more.",
        "you need it",
        "you do not",
        HERE,
        implementations=((pattern_id, folder),),
        short=name,
    )


def catalog() -> Catalog:
    """Return a catalogue of four questions, three workloads, two additions, two warnings and six parameters."""
    decision = Decision(
        "small",
        "1",
        {question.id: question for question in _QUESTIONS},
        {},
        _RULES,
        tuple(_NAMES),
    )
    components = {
        (item, item): Component(
            "app" if item[0].isupper() else item, name, f"x/{item}", _PARAMETERS if item[0].isupper() else (), HERE
        )
        for item, name in _NAMES.items()
    }
    patterns = {item: _pattern(item, name) for item, name in _NAMES.items()}
    return Catalog(_LESSONS, decision, patterns, components, {}, {}, "", ((1, 29), (1, 37)))


def session(**answers: str | tuple[str, ...]) -> Session:
    """Return a session on the small catalogue with these answers."""
    made = start(catalog())
    for question_id, answer in answers.items():
        made = made.answer(question_id, answer)
    return made
