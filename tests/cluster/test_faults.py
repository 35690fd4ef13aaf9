"""Faults of a server or a network during a dry run, and their messages."""

from __future__ import annotations

import importlib.util
import threading
from pathlib import Path

import pytest

from tests.cluster.certificates import certificate
from tests.cluster.dry import Outcome, ask, config_map
from tests.cluster.fake_server import REVIEWS, Asked, Behaviour, Reply, fake_server, status
from wizard.cluster.model import ObjectState
from wizard.cluster.protocol import Limits

QUICK = Limits(connect=1.0, read=0.4)


def run(behaviour: Behaviour, tmp_path: Path, *names: str, limits: Limits | None = None) -> Outcome:
    with fake_server(behaviour) as server:
        return ask(server.target(tmp_path), *(config_map(name) for name in names or ("one",)), limits=limits)


def only_objects(reply: Reply) -> Behaviour:
    """Return the behaviour of a good server with this reply for the objects themselves."""
    return lambda asked: reply if asked.method == "POST" and asked.path != REVIEWS else None


def test_a_server_that_never_responds_is_reported(tmp_path: Path) -> None:
    outcome = run(lambda _: Reply(wait=threading.Event()), tmp_path, limits=QUICK)
    assert "127.0.0.1" in outcome.finished.error


def test_a_request_that_hangs_does_not_affect_other_objects(tmp_path: Path) -> None:
    never = threading.Event()

    def hang(asked: Asked) -> Reply | None:
        return Reply(wait=never) if (asked.body or {}).get("metadata", {}).get("name") == "stuck" else None

    outcome = run(hang, tmp_path, "one", "stuck", "two", limits=Limits(read=2.0))
    assert outcome.states["ConfigMap/stuck"] is ObjectState.UNKNOWN
    assert outcome.results[-1].ref.name == "stuck"
    assert sum(state is ObjectState.ACCEPTED for state in outcome.states.values()) == 2
    assert outcome.finished.error == ""


def test_a_slow_response_is_awaited(tmp_path: Path) -> None:
    pause = threading.Event()
    threading.Timer(0.3, pause.set).start()
    assert run(only_objects(Reply(201, config_map("one"), wait=pause)), tmp_path).result.state is ObjectState.ACCEPTED


def test_a_connection_closed_once_is_reopened(tmp_path: Path) -> None:
    seen: list[str] = []

    def once(asked: Asked) -> Reply | None:
        seen.append(asked.path)
        return Reply(reset=True) if asked.path != REVIEWS and asked.method == "POST" and len(seen) == 3 else None

    assert run(once, tmp_path).result.state is ObjectState.ACCEPTED
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(200, b"<html>Sign in</html>"), "is not"),
        (Reply(404, b"<html>Not found</html>"), "is not a Kubernetes API"),
        (Reply(404, b"404 page not found\n"), "is not a Kubernetes API"),
        (Reply(302, b"", (("Location", "https://login.example.com/"),)), "is not a Kubernetes API"),
        (Reply(403, b"<html>blocked</html>"), "is not a Kubernetes API"),
        (Reply(201, b"{broken"), "is not"),
        (Reply(400, b"Client sent an HTTP request to an HTTPS server.\n"), "expected protocol"),
        (Reply(401, {"kind": "Status", "message": "Unauthorized"}), "rejected or have expired"),
        (status(403, 'is forbidden: User "system:anonymous" cannot create resource "x"'), "no credentials were sent"),
        (Reply(503, b"starting"), "busy"),
    ],
)
def test_a_server_that_is_not_an_api_server_is_reported(reply: Reply, words: str, tmp_path: Path) -> None:
    outcome = run(lambda _: reply, tmp_path)
    assert words in outcome.finished.error
    assert (outcome.results, outcome.finished.checked) == ((), 0)


@pytest.mark.parametrize(
    ("reply", "state", "words"),
    [
        (Reply(500, b"oops"), ObjectState.UNKNOWN, "not checked"),
        (status(500, "etcdserver: request timed out"), ObjectState.UNKNOWN, "etcdserver"),
        (Reply(503, b"unavailable"), ObjectState.UNKNOWN, "busy"),
        (status(504, "Timeout: request did not complete", "Timeout"), ObjectState.UNKNOWN, "in time"),
        (Reply(413, b"too large"), ObjectState.INVALID, "too large"),
        (Reply(201, b" " * (17 << 20)), ObjectState.UNKNOWN, "larger than 16 MiB"),
        (
            status(400, 'admission webhook "w.example.com" does not support dry run', "BadRequest"),
            ObjectState.UNKNOWN,
            "w.example.com does not support dry runs",
        ),
    ],
)
def test_an_inconclusive_response_does_not_pass_an_object(
    reply: Reply, state: ObjectState, words: str, tmp_path: Path
) -> None:
    outcome = run(only_objects(reply), tmp_path)
    assert outcome.result.state is state
    assert words in outcome.result.message
    assert outcome.finished.error == ""


def test_a_busy_server_is_retried_as_it_requests(tmp_path: Path) -> None:
    busy = Reply(429, b"Too many requests", (("Retry-After", "0"),))
    hits: list[str] = []

    def twice(asked: Asked) -> Reply | None:
        if asked.path == REVIEWS or asked.method == "GET":
            return None
        hits.append(asked.path)
        return busy if len(hits) < 3 else None

    assert run(twice, tmp_path).result.state is ObjectState.ACCEPTED
    assert len(hits) == 3


def test_retries_end_if_the_server_stays_busy(tmp_path: Path) -> None:
    with fake_server(only_objects(Reply(429, b"no", (("Retry-After", "0"),)))) as server:
        outcome = ask(server.target(tmp_path), config_map())
    assert "busy" in outcome.result.message
    assert len(server.writes) == 4  # the identity request, and three attempts
    patient = Limits(patience=0.0)
    with fake_server(only_objects(Reply(429, b"no", (("Retry-After", "3600"),)))) as server:
        ask(server.target(tmp_path), config_map(), limits=patient)
    assert len(server.writes) == 2


def test_credentials_that_expire_halfway_stop_the_dry_run(tmp_path: Path) -> None:
    outcome = run(only_objects(Reply(401, {"kind": "Status", "message": "Unauthorized"})), tmp_path, "one", "two")
    assert "rejected or have expired" in outcome.finished.error
    assert outcome.results == ()


def test_a_socks_proxy_without_pysocks_is_reported(tmp_path: Path) -> None:
    if importlib.util.find_spec("socks") is not None:
        pytest.skip("PySocks is installed")
    with fake_server() as server:
        outcome = ask(server.target(tmp_path, {"proxy-url": "socks5://127.0.0.1:1"}), config_map())
    assert outcome.finished.error == "a SOCKS proxy is set, which needs PySocks"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    return {
        "good": certificate(tmp_path_factory.mktemp("good")),
        "other": certificate(tmp_path_factory.mktemp("other"), "DNS:elsewhere.example"),
        "old": certificate(tmp_path_factory.mktemp("old"), days=-1),
    }


def test_a_trusted_or_explicitly_insecure_server_is_used(
    certificates: dict[str, tuple[Path, Path]], tmp_path: Path
) -> None:
    good = certificates["good"]
    with fake_server(certificate=good) as server:
        outcome = ask(server.target(tmp_path, {"certificate-authority": str(good[0])}), config_map())
        assert outcome.result.state is ObjectState.ACCEPTED
        target = server.target(tmp_path, {"insecure-skip-tls-verify": True})
        assert target.insecure
        assert ask(target, config_map()).result.state is ObjectState.ACCEPTED


@pytest.mark.parametrize(
    ("served", "trusted", "words"),
    [("good", "", "self-signed"), ("old", "old", "expired"), ("other", "other", "mismatch")],
)
def test_an_unverifiable_server_gets_no_request(
    certificates: dict[str, tuple[Path, Path]], served: str, trusted: str, words: str, tmp_path: Path
) -> None:
    extra = {"certificate-authority": str(certificates[trusted][0])} if trusted else {}
    with fake_server(certificate=certificates[served]) as server:
        outcome = ask(server.target(tmp_path, extra), config_map())
    assert outcome.finished.error.startswith("cannot verify 127.0.0.1")
    assert words in outcome.finished.error
    assert server.asked == []


def test_a_proxy_from_kubeconfig_or_environment_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with fake_server() as proxy:
        behind = {"server": "http://cluster.example.invalid", "proxy-url": proxy.url.replace("//", "//me:pass%20word@")}
        assert ask(proxy.target(tmp_path, behind), config_map()).result.state is ObjectState.ACCEPTED
        assert {each.headers["host"] for each in proxy.asked} == {"cluster.example.invalid"}
        assert {each.headers["proxy-authorization"] for each in proxy.asked} == {"Basic bWU6cGFzcyB3b3Jk"}
        asked = len(proxy.asked)
        monkeypatch.setenv("http_proxy", proxy.url)
        with fake_server() as near:
            assert ask(near.target(tmp_path), config_map()).result.state is ObjectState.ACCEPTED
        assert len(proxy.asked) == asked
        far = proxy.target(tmp_path, {"server": "http://cluster.example.invalid"})
        assert ask(far, config_map()).result.state is ObjectState.ACCEPTED
        assert len(proxy.asked) == 2 * asked
