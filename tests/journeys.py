"""The article's cases as answers and parameters, shared by several tests."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.catalog.model import Catalog
from wizard.decision.model import Answer, Answers
from wizard.session.session import Session, start

IMAGE = "registry.example.com/shop/app:1.4.2"
BATCH: Mapping[str, Answer] = {"needs": (), "habits": (), "cluster": ("collector",), "logs": "stdout"}
SERVER: Mapping[str, Answer] = {
    "work": "server",
    "keeps": "nothing",
    "copies": "several",
    "logs": "stdout",
    "metrics": "native",
    "needs": (),
    "habits": (),
    "cluster": ("collector",),
    "version": "v133",
}

CASES: Mapping[str, tuple[Mapping[str, Answer], Mapping[str, str]]] = {
    "simple-api": ({**SERVER, "copies": "one", "two_harm": "no"}, {}),
    "web-app-with-file-logs": (
        {**SERVER, "logs": "files_only", "cluster": ()},
        {"sidecar.log-agent.path": "/var/log/shop", "sidecar.log-agent.host": "loki.example.com"},
    ),
    "redis-cluster-client": (
        {**SERVER, "needs": ("outbound",), "outbound": ("redis",), "client": "cannot"},
        {"ambassador.redis.host": "redis.example.com"},
    ),
    "legacy-metrics": ({**SERVER, "metrics": "foreign", "source": "no", "forms": ()}, {}),
    "ordered-start": (
        {
            **SERVER,
            "copies": "one",
            "two_harm": "no",
            "needs": ("secrets", "wait", "migrate"),
            "secrets": "fetched_once",
        },
        {},
    ),
    "racing-migration": ({**SERVER, "needs": ("migrate",)}, {}),
    "postgres": (
        {"work": "server", "keeps": "own_disk", "operate": "expert", "operator": "trusted", "copies": "several"},
        {},
    ),
    "one-off-migration": ({"work": "task", "parts": "one", "twice_ok": "no", **BATCH}, {}),
    "nightly-backup": (
        {"work": "schedule", "parts": "one", "twice_ok": "yes", "overlap": "skip", "late": "late_ok", **BATCH},
        {"app.schedule": "0 2 * * *", "app.time_zone": "Europe/Berlin"},
    ),
    "node-metrics": (
        {"work": "node_agent", "logs": "stdout", "metrics": "native", "needs": (), "habits": (), "cluster": ()},
        {"app.implementation": "node-exporter"},
    ),
}


def answered(catalog: Catalog, answers: Answers, **given: object) -> Session:
    """Return a session on the catalogue with these answers and parameters; a short name is one of the workload's."""
    session = start(catalog)
    for question_id, answer in answers.items():
        session = session.answer(question_id, answer)
    for name, value in given.items():
        session = session.give(name if "." in name else f"app.{name}", value)
    return session


_SESSIONS: dict[tuple[int, str], Session] = {}


def session_of(catalog: Catalog, name: str) -> Session:
    """Return the session of a case, with its parameters and samples for missing ones; each is made once."""
    key = id(catalog), name  # the session keeps the catalogue, so that its id is not used again
    if key not in _SESSIONS:
        _SESSIONS[key] = _session_of(catalog, name)
    return _SESSIONS[key]


def _session_of(catalog: Catalog, name: str) -> Session:
    from wizard.session.samples import with_samples

    answers, parameters = CASES[name]
    session = answered(catalog, answers)
    for key, value in {"app.name": name, "app.image": IMAGE, **parameters}.items():
        if key != "app.image" or any(f.parameter.key == key and f.required for f in session.fields):
            session = session.give(key, value)
    return with_samples(session)
