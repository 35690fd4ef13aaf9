"""Fronts: proxies in the pod that accept the calls to the program's first port, alone and in a chain."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.contract.bundles import Rendered, demands
from tests.contract.policies import reaching
from tests.contract.test_cases import WEB, bundle, session
from tests.contract.test_exposure import wrong_exposure
from tests.contract.test_listeners import wrong_listeners
from tests.shipped import CATALOG
from wizard.catalog.model import Component

SERVED = {**{key: value for key, value in WEB.items() if key != "two_harm"}, "copies": "several", "version": "v133"}
GATED = {**SERVED, "needs": ("helper",), "beside": ("gate",)}
BEHIND_TLS = {**GATED, "needs": ("helper", "mtls"), "self_tls": "no"}
ROUTE = {"exposure": "httproute", "host": "shop.acme.io", "gateway": "public", "entry_namespace": "edge"}
GATE = {
    "sidecar.gate.issuer": "https://login.acme.io/realms/shop",
    "sidecar.gate.client_id": "shop",
    "sidecar.gate.domains": ["acme.io"],
    "sidecar.gate.host": "shop.acme.io",
}
WEBBED = {**SERVED, "needs": ("helper",), "beside": ("web",)}
PHP = {"sidecar.web.passes": "fastcgi", "listeners": "name=http, port=9000"}
TLS = {"sidecar.mtls.secret": "shop-tls", "sidecar.mtls.allow": "none", "sidecar.mtls.ca_config_map": "ours"}


def container(made: Rendered, name: str) -> dict[str, Any]:
    return next(one for one in made.containers if one["name"] == name)


def program(made: Rendered) -> dict[str, Any]:
    return container(made, "web")


def service_ports(made: Rendered) -> list[tuple[str, int, int]]:
    return [(p["name"], p["port"], p["targetPort"]) for one in made.of("Service") for p in one["spec"]["ports"]]


def fronts() -> tuple[Component, ...]:
    """Return the components that can be a front of the program, found by what they provide."""
    every = CATALOG.components.values()
    return tuple(one for one in every if any(each.key == "app.front" for each in one.declares.provides))


def test_no_workload_or_shared_template_mentions_a_proxy_by_name() -> None:
    """Require that Services, policies, probes, ports, metrics and the contract use ``app.front`` instead."""
    root = CATALOG.root / "templates"
    files = [*(root / "workloads").rglob("*.yaml"), *(root / "shared").rglob("*.yaml")]
    names = re.compile("|".join(re.escape(one.id) for one in fronts()))
    found = {path.name for path in files if names.search(path.read_text("utf-8"))}
    # Refusals mention a proxy's own settings, and one question is shown only for proxies with metrics.
    assert found == {"parameters.yaml"}
    assert len(fronts()) > 1


@pytest.mark.parametrize("exposure", [{}, ROUTE])
def test_callers_reach_the_gate_on_the_programs_service_port(exposure: dict[str, Any]) -> None:
    made = bundle(GATED, **GATE, **exposure)
    assert service_ports(made) == [("http", 80, 4180)]
    assert reaching(made, 4180, "TCP", {"edge", "web"}) == {"edge", "web"}
    assert not reaching(made, 8080, "TCP", {"edge", "web"})
    assert not program(made).get("ports")
    assert "Listen only on 127.0.0.1, port 8080" in demands(made) and "on all addresses" not in demands(made)


def test_probes_go_through_the_gate_which_opens_only_their_two_paths() -> None:
    made = bundle(GATED, **GATE, live_path="/alive", ready_path="/ready")
    asked = {kind: program(made)[kind]["httpGet"] for kind in ("livenessProbe", "readinessProbe", "startupProbe")}
    assert {one["port"] for one in asked.values()} == {4180}
    open_to_all = [
        re.sub(r"\\Q(.*?)\\E", lambda quoted: re.escape(quoted[1]), one.partition("=GET=")[2])
        for one in container(made, "gate")["args"]
        if one.startswith("--skip-auth-route=")
    ]
    for path in ("/alive", "/ready"):
        assert any(re.search(one, path) for one in open_to_all)
        assert not any(re.search(one, f"/x{path}") or re.search(one, f"{path}/x") for one in open_to_all)
    # The gate's own two pages hide no page of the program.
    assert {"--ping-path=/oauth2/ping", "--ready-path=/oauth2/ready"} <= set(container(made, "gate")["args"])


def test_a_health_check_that_would_only_reach_the_gate_is_refused() -> None:
    for health in ("tcp", "grpc"):
        (problem,) = session(GATED, **GATE, health=health).problems
        assert problem.key == "app.health" and "only reach the proxy" in problem.message
    made = bundle(GATED, **GATE, health="exec", alive_command=["/app", "alive"])
    assert program(made)["livenessProbe"]["exec"]["command"] == ["/app", "alive"]
    assert not [one for one in container(made, "gate")["args"] if "skip-auth" in one]


def test_metrics_of_a_gated_program_are_on_a_separate_port() -> None:
    made = bundle({**GATED, "metrics": "native"}, **GATE)
    assert [one["containerPort"] for one in program(made)["ports"]] == [9090]
    assert reaching(made, 9090, "TCP", {"monitoring", "web"}) == {"monitoring"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"listeners": "name=grpc, port=8080, protocol=grpc"}, "only HTTP"),
        ({"listeners": []}, "has no ports"),
        ({"listeners": "name=http, port=8080, to=nobody"}, "Nobody calls"),
    ],
)
def test_a_gate_before_a_program_that_no_browser_calls_is_refused(given: dict[str, Any], words: str) -> None:
    made = session(GATED, **{**GATE, **given})
    assert any(one.key == "sidecar.gate.allow" and words in one.message for one in made.problems)


def test_the_arguments_of_the_gate_set_the_allowed_users_and_the_session_store() -> None:
    made = bundle(GATED, **GATE)
    args = container(made, "gate")["args"]
    assert "--email-domain=acme.io" in args and not [one for one in args if "redis" in one or "group" in one]
    assert "--redirect-url=https://shop.acme.io/oauth2/callback" in args
    redis = {"sidecar.gate.sessions": "redis", "sidecar.gate.redis": "rediss://s.shop.svc:6380"}
    login = {"sidecar.gate.redis_secret": "sessions", "sidecar.gate.allow": "group", "sidecar.gate.groups": ["staff"]}
    made = bundle(GATED, reach="declared", **GATE, **redis, **login)
    args = container(made, "gate")["args"]
    assert {"--email-domain=*", "--allowed-group=staff", "--session-store-type=redis"} <= set(args)
    assert container(made, "gate")["env"][0]["valueFrom"]["secretKeyRef"] == {"name": "sessions", "key": "password"}
    ports = {
        port["port"] for one in made.of("NetworkPolicy") for rule in one["spec"]["egress"] for port in rule["ports"]
    }
    assert ports == {53, 443, 6380}


def test_the_command_for_the_secret_of_the_gate_adds_no_line_break() -> None:
    made = bundle(GATED, **GATE)
    lines = [one.create for one in made.contract.first if one.create]
    assert lines == [
        "kubectl apply -f {path}/manifests/00-namespace.yaml",
        'COOKIE_SECRET="$(openssl rand -hex 16)"',
        "kubectl -n web create secret generic web-gate "
        '--from-literal=client-secret="$CLIENT_SECRET" --from-literal=cookie-secret="$COOKIE_SECRET"',
    ]


def test_behind_tls_only_the_outer_proxy_is_reachable_and_it_forwards_to_the_gate() -> None:
    made = bundle(BEHIND_TLS, **GATE, **TLS, **ROUTE)
    assert not [*wrong_listeners(made), *wrong_exposure(made)]
    assert service_ports(made) == [("https", 443, 8443)]
    assert not reaching(made, 4180, "TCP", {"edge", "web"})
    assert {"--target=127.0.0.1:4180", "--target-status=http://127.0.0.1:4180/readyz"} <= set(
        container(made, "mtls")["args"]
    )
    assert {"--http-address=127.0.0.1:4180", "--upstream=http://127.0.0.1:8080/"} <= set(
        container(made, "gate")["args"]
    )
    assert demands(made).count("Listen only on 127.0.0.1, port 8080") == 1


def test_a_program_that_requires_certificates_itself_is_offered_no_front() -> None:
    made = session({**SERVED, "needs": ("helper", "mtls"), "self_tls": "yes"})
    assert [one.id for one in made.offered("beside")] == ["other"]
    made = session(GATED)
    assert {one.id for one in made.components if one.role == "sidecar"} == {"sidecar.gate"}
    both = session({**GATED, "beside": ("gate", "other")})
    assert {one.id for one in both.components if one.role == "sidecar"} == {"sidecar.gate", "sidecar.helper"}


def test_a_program_behind_tls_is_checked_by_its_own_command_if_it_has_one() -> None:
    answers = {**SERVED, "needs": ("mtls",), "self_tls": "no"}
    made = bundle(answers, **TLS, health="exec", alive_command=["/app", "alive"])
    assert program(made)["livenessProbe"]["exec"]["command"] == ["/app", "alive"]
    assert "restarts it" not in demands(made) and "within 60 seconds" in demands(made)
    unchecked = bundle(answers, **TLS)
    assert "livenessProbe" not in program(unchecked)
    assert "nothing else restarts it" in demands(unchecked) and "/healthz" not in demands(unchecked)


# --- the web server ---------------------------------------------------------------------------------


def config(made: Rendered) -> str:
    return str(next(one["data"]["nginx.conf"] for one in made.of("ConfigMap") if "nginx.conf" in one["data"]))


def mounts(one: dict[str, Any]) -> dict[str, bool]:
    return {mount["mountPath"]: mount.get("readOnly", False) for mount in one["volumeMounts"]}


def test_a_web_server_accepts_the_calls_and_forwards_them_over_http() -> None:
    made = bundle(WEBBED, **ROUTE)
    assert service_ports(made) == [("http", 80, 8088)]
    assert reaching(made, 8088, "TCP", {"edge", "web"}) == {"edge", "web"}
    assert program(made)["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": 8088}
    assert "server 127.0.0.1:8080;" in config(made) and "listen 8088;" in config(made)
    assert "fastcgi_p" not in config(made)


def test_php_is_called_over_fastcgi_and_no_http_probe_uses_its_port() -> None:
    made = bundle(WEBBED, **PHP)
    assert "fastcgi_pass 127.0.0.1:9000;" in config(made) and "proxy_pass" not in config(made)
    assert 'set $root "/var/www/html";' in config(made)
    asked = [probe["httpGet"]["port"] for one in made.containers for probe in one.values() if "httpGet" in probe]
    assert set(asked) == {8088, "web-health"}
    for words in ("127.0.0.1, port 9000", "/usr/local/etc/php-fpm.d/zzz", "/var/www/html", "SIGQUIT"):
        assert words in demands(made)
    assert "ping.path" not in demands(made)
    of_image = bundle(WEBBED, **PHP, **{"sidecar.web.pool": "image"})
    for words in ("Speak FastCGI", "127.0.0.1, port 9000", "ping.path", "clear_env", "SIGQUIT"):
        assert words in demands(of_image)


def test_php_fpm_gets_its_address_from_one_file_added_to_those_of_its_image() -> None:
    made = bundle(WEBBED, **PHP)
    (mount,) = [one for one in program(made)["volumeMounts"] if "subPath" in one and one["name"] == "web-config"]
    assert mount["mountPath"] == "/usr/local/etc/php-fpm.d/zzz-podwizard.conf"
    (text,) = [one["data"][mount["subPath"]] for one in made.of("ConfigMap") if mount["subPath"] in one["data"]]
    for line in ("listen = 127.0.0.1:9000", "clear_env = no", "ping.path = /healthz", "process_control_timeout = 24s"):
        assert f"\n{line}\n" in text
    for given in ({}, {**PHP, "sidecar.web.pool": "image"}):
        assert not [one for one in bundle(WEBBED, **given).of("ConfigMap") if mount["subPath"] in one["data"]]


@pytest.mark.parametrize("scripts", ["front", "any"])
def test_the_source_of_a_php_file_is_never_served(scripts: str) -> None:
    text = config(bundle(WEBBED, **PHP, **{"sidecar.web.static": "image", "sidecar.web.scripts": scripts}))
    places = re.findall(r"location ([^{]*)\{(.*?)\}", text, re.DOTALL)
    passed = {where.strip() for where, rules in places if "fastcgi_pass" in rules and "root" not in rules}
    php = r"~ \.php(?:$|/)" if scripts == "any" else r"~ \.php$"
    assert {php, r"~ /\.", "@program"} <= passed
    assert [where.strip() for where, rules in places if "root /static" in rules] == ["/"]


def test_static_files_can_come_from_an_image_a_config_map_or_the_program() -> None:
    made = bundle(WEBBED, **{"sidecar.web.static": "image", "sidecar.web.static_source": "/srv/public"})
    copied = container(made, "web-files")
    assert copied["command"] == ["cp", "-R", "/srv/public/.", "/static"] and copied["image"] == "registry.acme.io/web:1"
    assert mounts(copied) == {"/static": False} and mounts(container(made, "web-server"))["/static"]
    made = bundle(WEBBED, **{"sidecar.web.static": "config-map", "sidecar.web.static_config_map": "pages"})
    assert "pages" in {one.name for one in made.contract.first if one.kind == "ConfigMap"}
    made = bundle(WEBBED, **{"sidecar.web.static": "shared", "sidecar.web.static_folder": "/out"})
    assert mounts(program(made))["/out"] is False and mounts(container(made, "web-server"))["/static"]
    assert "to /out" in demands(made)


@pytest.mark.parametrize("given", [{}, PHP], ids=["http", "fastcgi"])
def test_settings_dumps_and_sources_are_never_served_and_the_contract_lists_their_extensions(
    given: dict[str, Any],
) -> None:
    made = bundle(WEBBED, **given, **{"sidecar.web.static": "image", "sidecar.web.space": "200Mi"})
    pattern = re.search(r"location ~\* (\S+) \{", config(made))
    assert pattern
    for name in ("/php.ini", "/dump.SQL", "/db/connect.inc", "/composer.lock", "/settings.py", "/db.sqlite3"):
        assert re.search(pattern[1], name, re.IGNORECASE), name
    for name in ("/style.css", "/inc/logo.png", "/blog"):
        assert not re.search(pattern[1], name, re.IGNORECASE), name
    lines = demands(made)
    assert "below 200Mi" in lines and "evicted" in lines
    assert "these extensions: ini inc sql" in lines
    open_to_all = bundle(WEBBED, **given, **{"sidecar.web.static": "image", "sidecar.web.withheld": "none-at-all"})
    assert "none-at-all" in config(open_to_all) and "sql" not in config(open_to_all)


def test_the_contract_requires_clear_env_only_for_php_with_the_pool_of_its_image() -> None:
    assert "clear_env = no" in demands(bundle(WEBBED, **PHP, **{"sidecar.web.pool": "image"}))
    assert "clear_env" not in demands(bundle(WEBBED))


def test_shared_files_are_served_and_never_executed() -> None:
    given = {"shared-files.storage_class": "nfs", "shared-files.folder": "/var/www/html/up"}
    made = bundle({**WEBBED, "keeps": "shared_files"}, **PHP, **given, **{"sidecar.web.shared_path": "/up"})
    (rules,) = re.findall(r'location \^~ "/up/" \{(.*?)\n        \}', config(made), re.DOTALL)
    assert "alias /shared/;" in rules and "fastcgi_pass" not in rules and "return 404;" in rules
    assert mounts(container(made, "web-server"))["/shared"]
    without = bundle({**WEBBED, "keeps": "shared_files"}, **PHP, **given)
    assert "/shared" not in mounts(container(without, "web-server")) and "/shared" not in config(without)


NEXTCLOUD = {
    **PHP,
    "sidecar.web.static": "disk",
    "sidecar.web.scripts": "any",
    "sidecar.web.private_folders": ["/data", "/config"],
    "data_path": "/var/www/html",
    "uid": 33,
}


def test_the_web_server_serves_the_files_on_the_programs_disk() -> None:
    made = bundle({**WEBBED, "beside": ("php",), "keeps": "one_disk", "operate": "plain"}, **NEXTCLOUD)
    (mount,) = [one for one in container(made, "web-server")["volumeMounts"] if one["mountPath"] == "/static"]
    assert mount == {"name": "data", "mountPath": "/static", "readOnly": True}
    assert mounts(program(made))["/var/www/html"] is False
    assert not [one for one in made.template["spec"]["volumes"] if one["name"] == "web-static"]
    for folder in ("/data/", "/config/"):
        assert f'location ^~ "{folder}" {{\n            return 404;' in config(made)
    assert "fastcgi_param PATH_INFO $fastcgi_path_info;" in config(made)
    assert "which the web server never serves: /data, /config." in demands(made)
    assert not made.session.findings


def test_the_web_server_can_also_serve_files_from_the_shared_disk() -> None:
    given = {"shared-files.storage_class": "nfs", "shared-files.folder": "/var/www/html"}
    php = {key: value for key, value in NEXTCLOUD.items() if key != "data_path"}
    made = bundle({**WEBBED, "keeps": "shared_files"}, **php, **given, **{"sidecar.web.disk_folder": "/public"})
    (mount,) = [one for one in container(made, "web-server")["volumeMounts"] if one["mountPath"] == "/static"]
    assert mount["name"] == "shared-files" and 'root "/static/public";' in config(made)


def test_serving_files_from_a_disk_requires_a_disk_and_private_folders() -> None:
    (problem,) = session(WEBBED, **{k: v for k, v in NEXTCLOUD.items() if k != "data_path"}).problems
    assert problem.key == "sidecar.web.static" and "has no disk" in problem.message
    kept = {key: value for key, value in NEXTCLOUD.items() if key != "sidecar.web.private_folders"}
    made = session({**WEBBED, "keeps": "one_disk", "operate": "plain"}, **kept)
    assert [one.key for one in made.problems] == ["sidecar.web.private_folders"]


def test_a_disk_without_private_folders_is_served_whole() -> None:
    answers = {**WEBBED, "beside": ("php",), "keeps": "one_disk", "operate": "plain"}
    made = bundle(answers, **{**NEXTCLOUD, "sidecar.web.private_folders": "nothing"})
    assert not made.session.problems and not made.session.findings
    assert 'location ^~ "/data/"' not in config(made)
    assert "which the web server never serves" not in demands(made)
    (readme,) = (file.text for file in made.session.bundle.files if file.path == "README.md")
    assert "`sidecar.web.private_folders` are" not in readme and "Names that begin with a dot and PHP" in readme


def test_calls_pass_tls_then_the_gate_then_the_web_server() -> None:
    answers = {**BEHIND_TLS, "beside": ("gate", "web")}
    made = bundle(answers, **GATE, **TLS, **ROUTE)
    assert not [*wrong_listeners(made), *wrong_exposure(made)]
    assert [one["name"] for one in made.containers] == ["mtls", "gate", "web-server", "web"]
    assert "--target=127.0.0.1:4180" in container(made, "mtls")["args"]
    assert "--upstream=http://127.0.0.1:8088/" in container(made, "gate")["args"]
    assert "listen 127.0.0.1:8088;" in config(made) and "server 127.0.0.1:8080;" in config(made)
    assert demands(made).count("Listen only on 127.0.0.1, port 8080") == 1
    without = bundle({**answers, "needs": ("helper",)}, **GATE)
    assert service_ports(without) == [("http", 80, 4180)] and "listen 127.0.0.1:8088;" in config(without)
    no_gate = bundle({**answers, "beside": ("web",)}, **TLS)
    assert "--target=127.0.0.1:8088" in container(no_gate, "mtls")["args"]


@pytest.mark.parametrize("path", ['/x"; } evil {', "/x; evil", "/x y\\"])
def test_a_path_stays_one_word_in_the_configuration(path: str) -> None:
    text = config(bundle(WEBBED, **PHP, live_path=path))
    word = '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert f"location = {word} {{" in text and f"set $script {word};" in text


# --- the user's own proxy ---------------------------------------------------------------------------

OWN_FRONT = {
    "sidecar.web.implementation": "own-front",
    "sidecar.web.image": "registry.acme.io/caddy:2",
    "sidecar.web.front_port": 8888,
}


def test_the_users_own_proxy_is_a_front_like_any_other() -> None:
    made = bundle(WEBBED, **OWN_FRONT, **ROUTE)
    assert "probe-port-undeclared" not in {one.rule for one in made.session.findings}
    assert service_ports(made) == [("http", 80, 8888)]
    assert reaching(made, 8888, "TCP", {"edge", "web"}) == {"edge", "web"}
    assert program(made)["livenessProbe"]["httpGet"]["port"] == 8888
    assert {"name": "PROGRAM_PORT", "value": "8080"} in container(made, "front")["env"]
    for words in ("Listen only on 127.0.0.1, port 8080", "accept HTTP requests on port 8888", "without a login"):
        assert words in demands(made)
    inner = bundle({**BEHIND_TLS, "beside": ("gate", "web")}, **OWN_FRONT, **GATE, **TLS)
    assert not list(wrong_listeners(inner))
    assert "--upstream=http://127.0.0.1:8888/" in container(inner, "gate")["args"]
    assert not container(inner, "front").get("ports")


def test_a_second_port_keeps_its_contract_line_behind_a_proxy() -> None:
    listeners = "name=http, port=8080; name=admin, port=9000, to=same-namespace"
    for answers, given in ((GATED, GATE), (WEBBED, {}), ({**SERVED, "needs": ("mtls",), "self_tls": "no"}, TLS)):
        lines = demands(bundle(answers, listeners=listeners, **given))
        assert "Listen on port 9000 on all addresses, for HTTP (the port named admin)." in lines
        assert "Listen on port 8080 on all addresses, for HTTP (the port named http)." not in lines


def test_the_answer_php_selects_fastcgi() -> None:
    """Require FastCGI: over HTTP, PHP-FPM never answers the calls that nginx forwards, but nginx's probe succeeds."""
    made = bundle({**WEBBED, "beside": ("php",)})
    assert "fastcgi_pass 127.0.0.1:9000;" in config(made) and "proxy_pass" not in config(made)
    parameter = made.session.parameter("sidecar.web.passes")
    assert all("PHP-FPM" in says for _, says in parameter.options)
    assert "proxy_pass http://program;" in config(bundle(WEBBED))


def test_the_web_server_copies_static_files_from_the_php_image() -> None:
    made = bundle({**WEBBED, "beside": ("php",)})
    assert container(made, "web-files")["image"] == program(made)["image"]
    (volume,) = [one for one in made.template["spec"]["volumes"] if one["name"] == "web-static"]
    assert volume["emptyDir"]["sizeLimit"] == "256Mi"
