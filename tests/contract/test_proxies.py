"""Proxies for outgoing connections: what the real programs were run with is what is written."""

from __future__ import annotations

from typing import Any

from tests.contract.bundles import Rendered
from tests.contract.test_cases import bundle, session
from tests.contract.test_own_programs import PROXY, helper_of


def proxy(implementation: str, **given: object) -> Rendered:
    named = {"implementation": implementation, **given}
    return bundle(PROXY, reach="declared", **{f"ambassador.{name}": value for name, value in named.items()})


def config(made: Rendered, name: str) -> str:
    return next(one["data"][name] for one in made.of("ConfigMap") if name in one["data"])  # type: ignore[no-any-return]


def egress(made: Rendered) -> set[int]:
    (policy,) = made.of("NetworkPolicy")
    return {port["port"] for rule in policy["spec"]["egress"] for port in rule.get("ports", [])}


POOL = {"host": "pg.data.svc", "database": "orders", "login_secret": "pg-login"}


def test_a_pool_listens_on_localhost_for_one_user_and_its_weakness_is_shown() -> None:
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


def test_a_text_that_would_leave_its_line_of_the_configuration_is_refused() -> None:
    given: dict[str, Any] = {f"ambassador.{key}": value for key, value in {**POOL, "database": "a host=evil"}.items()}
    made = session(PROXY, **given, **{"ambassador.implementation": "pgbouncer"})
    assert [one.key for one in made.problems] == ["ambassador.database"]


def test_the_primary_of_redis_is_looked_for_on_each_server_with_the_password_of_a_secret() -> None:
    servers = [{"host": "r0.data.svc"}, {"host": "r1.data.svc"}]
    made = proxy("redis-sentinel", servers=servers, login="password", login_secret="redis")
    text = config(made, "haproxy.cfg")
    assert "server redis1 r0.data.svc:6379\n" in text and "server redis2 r1.data.svc:6379\n" in text
    assert "bind 127.0.0.1:6379\n" in text
    assert "AUTH %[env(REDIS_PASSWORD)]" in text
    (variable,) = helper_of(made)["env"]
    assert variable["valueFrom"]["secretKeyRef"] == {"name": "redis", "key": "password"}
    assert "AUTH" not in config(proxy("redis-sentinel", servers=servers), "haproxy.cfg")
    assert egress(made) == {53, 6379}


def test_a_proxy_of_cloud_sql_logs_in_as_the_pod_where_that_is_chosen() -> None:
    made = proxy("cloud-sql", instance="p:europe-west3:orders", login="iam", address="public")
    args = helper_of(made)["args"]
    assert args[-1] == "p:europe-west3:orders"
    assert "--auto-iam-authn" in args and "--private-ip" not in args
    assert "--private-ip" in helper_of(proxy("cloud-sql", instance="p:r:i"))["args"]
    assert egress(made) == {53, 443, 3307}
