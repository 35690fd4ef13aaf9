"""Proxies for outgoing connections: they get the configuration that was tested with the real programs."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import pytest
import yaml

from tests.contract.bundles import Rendered
from tests.contract.test_cases import bundle, session
from tests.contract.test_own_programs import PROXY, helper_of
from tests.shipped import CATALOG
from wizard.render.model import Must

ENDS = {"redis-cluster": "redis", "redis-sentinel": "redis", "pgbouncer": "other", "cloud-sql": "other"}


def other_end(option: str) -> dict[str, Any]:
    """Return the answers of a service with one kind of outgoing connection."""
    return {**PROXY, "outbound": (option,)}


def proxy(implementation: str, **given: object) -> Rendered:
    end = ENDS[implementation]
    named = {"implementation": implementation, **given}
    answers = other_end("redis" if end == "redis" else "protocol")
    return bundle(answers, reach="declared", **{f"ambassador.{end}.{name}": value for name, value in named.items()})


def config(made: Rendered, name: str) -> str:
    return next(one["data"][name] for one in made.of("ConfigMap") if name in one["data"])  # type: ignore[no-any-return]


def egress(made: Rendered) -> set[int]:
    (policy,) = made.of("NetworkPolicy")
    return {port["port"] for rule in policy["spec"]["egress"] for port in rule.get("ports", [])}


POOL = {"host": "pg.data.svc", "database": "orders", "login_secret": "pg-login"}


def test_a_pool_listens_on_localhost_and_its_vulnerability_is_in_the_readme() -> None:
    made = proxy("pgbouncer", **POOL, tls="checked", ca_secret="pg-ca")
    text = config(made, "pgbouncer.ini")
    assert "orders = host=pg.data.svc port=5432" in text
    assert "listen_addr = 127.0.0.1\n" in text
    assert "server_tls_sslmode = verify-full\n" in text
    assert "options" in text
    assert helper_of(made)["command"][0] == "/usr/bin/pgbouncer"
    assert egress(made) == {53, 5432}
    secrets = {one.name: one.keys for one in made.contract.first if one.kind == "Secret"}
    assert secrets == {"pg-login": ("userlist.txt",), "pg-ca": ("ca.crt",)}
    readme = next(file.text for file in made.session.bundle.files if file.path == "README.md")
    assert "CVE-2026-107350" in readme


def test_a_text_that_would_break_out_of_its_configuration_line_is_refused() -> None:
    given: dict[str, Any] = {
        f"ambassador.other.{key}": value for key, value in {**POOL, "database": "a host=evil"}.items()
    }
    made = session(PROXY, **given, **{"ambassador.other.implementation": "pgbouncer"})
    assert [one.key for one in made.problems] == ["ambassador.other.database"]


def test_the_redis_primary_is_searched_on_each_server_with_the_password_of_a_secret() -> None:
    servers = [{"host": "r0.data.svc"}, {"host": "r1"}, {"host": "r2.acme.io"}, {"host": "r3.data.svc.k8s.acme"}]
    made = proxy("redis-sentinel", servers=servers, login="password", login_secret="redis")
    text = config(made, "haproxy.cfg")
    whole = ["r0.data.svc.${CLUSTER_DOMAIN}", "r1.web.svc.${CLUSTER_DOMAIN}", "r2.acme.io", "r3.data.svc.k8s.acme"]
    assert re.findall(r"server redis\d (\S+):6379\n", text) == whole
    assert "bind 127.0.0.1:6379\n" in text
    assert r"AUTH\r\n\$%[env(REDIS_PASSWORD),length]\r\n%[env(REDIS_PASSWORD)]\r\n" in text
    (variable,) = helper_of(made)["env"]
    assert variable["valueFrom"]["secretKeyRef"] == {"name": "redis", "key": "password"}
    assert "AUTH" not in config(proxy("redis-sentinel", servers=servers), "haproxy.cfg")
    assert egress(made) == {53, 6379}


def test_a_cloud_sql_proxy_logs_in_with_the_pods_identity_on_request() -> None:
    made = proxy("cloud-sql", instance="p:europe-west3:orders", login="iam", address="public")
    args = helper_of(made)["args"]
    assert args[-1] == "p:europe-west3:orders"
    assert "--auto-iam-authn" in args and "--private-ip" not in args
    assert "--private-ip" in helper_of(proxy("cloud-sql", instance="p:r:i"))["args"]
    assert egress(made) == {53, 443, 3307}


SERVER = {"host": "files.partner.example", "port": 443, "local_port": 9443}
SERVICE = {"host": "stock.shop.svc", "port": 80, "pod_port": 8080, "local_port": 9080}


def through(pattern: str, option: str, **given: object) -> Rendered:
    return bundle(other_end(option), reach="declared", **{f"{pattern}.{name}": value for name, value in given.items()})


def listeners_of(made: Rendered) -> dict[int, str]:
    """Return the address that Envoy listens on, by port."""
    found = yaml.safe_load(config(made, "envoy.yaml"))["static_resources"]["listeners"]
    addresses = (one["address"]["socket_address"] for one in found)
    return {one["port_value"]: one["address"] for one in addresses}


def clusters_of(made: Rendered) -> dict[str, dict[str, Any]]:
    found = yaml.safe_load(config(made, "envoy.yaml"))["static_resources"]["clusters"]
    return {one["name"]: one for one in found}


def test_plain_text_on_localhost_becomes_tls_with_the_servers_name_and_authority_checked() -> None:
    other = {"host": "db.partner.example", "port": 5432, "local_port": 9432, "server_name": "db", "alpn": "postgresql"}
    made = through(
        "ambassador.tls", "tls", servers=[SERVER, other], trust="private", ca_secret="partner-ca",
        client_certificate="secret", certificate_secret="client",
    )  # fmt: skip
    assert listeners_of(made) == {9443: "127.0.0.1", 9432: "127.0.0.1", 9922: "0.0.0.0"}
    context = clusters_of(made)["to-9432"]["transport_socket"]["typed_config"]
    assert (context["sni"], context["common_tls_context"]["alpn_protocols"]) == ("db", ["postgresql"])
    checked = context["common_tls_context"]["combined_validation_context"]
    (name,) = checked["default_validation_context"]["match_typed_subject_alt_names"]
    assert name["matcher"] == {"exact": "db"}
    # Both are read from watched files, so that a renewed Secret needs no restart; Envoy needs a node name for that.
    assert checked["validation_context_sds_secret_config"]["sds_config"]["path_config_source"]
    assert yaml.safe_load(config(made, "certificate.yaml"))["resources"][0]["tls_certificate"]["watched_directory"]
    assert yaml.safe_load(config(made, "envoy.yaml"))["node"] == {"id": "tls-out", "cluster": "web"}
    secrets = {one.name: one.keys for one in made.contract.first if one.kind == "Secret"}
    assert secrets == {"partner-ca": ("ca.crt",), "client": ("tls.crt", "tls.key")}
    lines = [one.say for one in made.contract.workloads[0].must]
    assert (
        "Connect to 127.0.0.1, port 9432, in plain text instead of to db.partner.example, port 5432, over TLS." in lines
    )
    assert egress(made) == {53, 443, 5432}


def test_a_server_with_a_public_ca_needs_no_secret() -> None:
    made = through("ambassador.tls", "tls", servers=[SERVER])
    context = clusters_of(made)["to-9443"]["transport_socket"]["typed_config"]["common_tls_context"]
    assert context["validation_context"]["trusted_ca"]["filename"].startswith("/etc/ssl/")
    assert not [one for one in made.contract.first if one.kind == "Secret"]
    assert [list(one["data"]) for one in made.of("ConfigMap")] == [["envoy.yaml"]]


def routes_of(made: Rendered) -> list[dict[str, Any]]:
    (listener, _) = yaml.safe_load(config(made, "envoy.yaml"))["static_resources"]["listeners"]
    (found,) = listener["filter_chains"][0]["filters"]
    (host,) = found["typed_config"]["route_config"]["virtual_hosts"]
    return host["routes"]  # type: ignore[no-any-return]


def test_only_idempotent_requests_are_retried() -> None:
    made = through("ambassador.http", "http", services=[SERVICE])
    twice, once = routes_of(made)
    methods = twice["match"]["headers"][0]["string_match"]["safe_regex"]["regex"].split("|")
    assert "GET" in methods and not {"POST", "PATCH"} & set(methods)
    assert once["route"]["retry_policy"]["retry_on"] == "connect-failure,refused-stream"
    assert "gateway-error" in twice["route"]["retry_policy"]["retry_on"]
    assert all(one["route"]["host_rewrite_literal"] == "stock.shop.svc" for one in (twice, once))
    every = routes_of(through("ambassador.http", "http", services=[SERVICE], methods="all"))[1]
    assert "unavailable" in every["route"]["retry_policy"]["retry_on"]
    assert egress(made) == {53, 8080}


def test_no_address_is_ejected_unless_ejection_is_chosen() -> None:
    made = through("ambassador.http", "http", services=[SERVICE])
    assert "outlier_detection" not in clusters_of(made)["to-9080"]
    readme = next(file.text for file in made.session.bundle.files if file.path == "README.md")
    assert "behind an ordinary Service all pods have one address" in readme
    assert (
        "outlier_detection"
        in clusters_of(through("ambassador.http", "http", services=[SERVICE], eject="on"))["to-9080"]
    )


def test_a_service_with_tls_is_called_with_its_own_server_name() -> None:
    service = {**SERVICE, "encryption": "tls", "protocol": "http2"}
    made = through("ambassador.http", "http", services=[service, {**SERVICE, "local_port": 9081}])
    context = clusters_of(made)["to-9080"]["transport_socket"]["typed_config"]
    assert (context["sni"], context["common_tls_context"]["alpn_protocols"]) == ("stock.shop.svc", ["h2"])
    assert "transport_socket" not in clusters_of(made)["to-9081"]
    assert "ambassador.http.trust" not in through("ambassador.http", "http", services=[SERVICE]).session.given


ALL = {**PROXY, "outbound": ("http", "tls", "redis", "protocol")}
FOUR: dict[str, Any] = {
    "ambassador.http.services": [SERVICE],
    "ambassador.tls.servers": [SERVER],
    "ambassador.redis.host": "redis.data.svc",
    "ambassador.other.implementation": "pgbouncer",
    **{f"ambassador.other.{name}": value for name, value in POOL.items()},
}


def test_four_proxies_in_one_pod_use_different_ports() -> None:
    made = bundle(ALL, reach="declared", helper_metrics="read", scrape="podmonitor", **FOUR)
    names = [one["name"] for one in made.template["spec"]["initContainers"]]
    assert names == ["http-out", "tls-out", "redis-proxy", "pgbouncer"]
    found = [(one.port, one.component) for one in made.declared.listeners()]
    assert len({port for port, _ in found}) == len(set(found))
    opened = [one["containerPort"] for container in made.containers for one in container.get("ports", ())]
    assert len(opened) == len(set(opened))


@pytest.mark.parametrize(
    ("given", "key", "message"),
    [
        ({"ambassador.other.local_port": 6379}, "ambassador.other.local_port", 'taken: "Proxy for Redis Cluster'),
        ({"app.listeners.0.port": 9443}, "ambassador.tls.servers", "taken: the program listens on it"),
        ({"app.listeners.0.port": 9902}, "app.listeners", 'taken: "Proxy for Redis Cluster'),
        ({"ambassador.tls.servers": [SERVER, SERVER]}, "ambassador.tls.servers", "port 9443 is used twice"),
        ({"ambassador.tls.servers": [{**SERVER, "local_port": 9911}]}, "ambassador.tls.servers", "taken"),
    ],
)
def test_a_port_that_is_used_twice_in_a_pod_is_refused_at_the_later_field(
    given: dict[str, Any], key: str, message: str
) -> None:
    (problem,) = session(ALL, **{**FOUR, **given}).problems
    assert problem.key == key
    assert message in problem.message


def test_metrics_and_callers_may_share_a_port_and_so_may_udp_and_tcp() -> None:
    udp = [{"name": "http", "port": 8080}, {"name": "game", "port": 9443, "protocol": "udp"}]
    assert not session(ALL, **FOUR, listeners=udp).problems
    assert not session({**ALL, "metrics": "native"}, **FOUR, metrics_at="same").problems


def fixed_ports() -> dict[tuple[int, bool], set[str]]:
    """Return the patterns with a component that listens on a fixed port, by (port, is UDP)."""
    found: dict[tuple[int, bool], set[str]] = {}
    for (pattern, _), component in CATALOG.components.items():
        for one in component.declares.listens:
            chosen = next((p for p in component.parameters if p.key == one.port), None)
            number = str(chosen.default) if chosen is not None and chosen.decided else one.port
            if number.isdigit() and component.role != "operator":
                found.setdefault((int(number), one.protocol == "udp"), set()).add(pattern)
    return found


def meeting(fixed: dict[tuple[int, bool], set[str]]) -> set[tuple[int, frozenset[str]]]:
    """Return the ports shared by two patterns that no promise excludes from occurring together."""
    apart = {frozenset({one.use, other}) for one in CATALOG.decision.promises for other in one.without}
    return {
        (port, frozenset(pair))
        for (port, _), patterns in fixed.items()
        for pair in combinations(sorted(patterns), 2)
        if frozenset(pair) not in apart
    }


def test_no_two_patterns_that_can_occur_together_listen_on_the_same_fixed_port() -> None:
    fixed = fixed_ports()
    assert len(fixed) > 20 and not meeting(fixed)
    fixed[9902, False].add("ambassador.tls")
    assert meeting(fixed) == {(9902, frozenset({"ambassador.redis", "ambassador.tls"}))}


SENTINEL = {"servers": "host=redis-0.redis.data.svc", "login": "password", "login_secret": "redis"}
LOGINS: list[tuple[str, dict[str, object], dict[str, object]]] = [
    ("pgbouncer", {**POOL}, {"env_secrets": [{"variable": "PGPASSWORD", "secret": "orders-db", "key": "password"}]}),
    ("redis-sentinel", {**SENTINEL}, {"secret_mounts": [{"name": "redis"}]}),
    ("cloud-sql", {"instance": "shop:europe-west3:orders"}, {"env_from": [{"name": "orders-db", "kind": "secret"}]}),
]


@pytest.mark.parametrize(("name", "given", "secret"), LOGINS)
def test_the_contract_asks_for_the_programs_own_login_behind_a_proxy_unless_it_has_a_secret(
    name: str, given: dict[str, object], secret: dict[str, object]
) -> None:
    def lines(**more: object) -> list[Must]:
        end = ENDS[name]
        named = {f"ambassador.{end}.{key}": value for key, value in {"implementation": name, **given}.items()}
        made = bundle(other_end("redis" if end == "redis" else "protocol"), **named, **more)
        return [one for one in made.contract.workloads[0].must if "its own login" in one.say]

    (line,) = lines()
    assert line.parameter == "app.env_secrets" and "{" not in line.say
    assert not lines(**secret)
