"""Proxies for databases, and a web server, run with Debian's programs."""

from __future__ import annotations

import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.contract.test_cases import bundle
from tests.contract.test_fronts import ROUTE, WEBBED
from tests.contract.test_proxies import proxy
from tests.programs.containers import Container, free_port, program, running, soon, unprivileged
from tests.programs.servers import open_folder, postgresql

PASSWORD = "it's 100% $secret"


@pytest.fixture
def room() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def test_a_program_connects_through_the_pool_with_the_login_of_the_secret(room: Path) -> None:
    client, pool = program("psql"), program("pgbouncer")
    local = free_port()
    with postgresql(room, "shop", PASSWORD) as port:
        given = {"host": "127.0.0.1", "port": port, "database": "postgres", "local_port": local, "tls": "none"}
        login = {"pool": {"userlist.txt": f'"shop" "{PASSWORD}"\n'.encode()}}
        made = proxy("pgbouncer", **given, login_secret="pool")
        container = Container(made, "pgbouncer", room, login)
        assert container.command[0] == "/usr/bin/pgbouncer"

        def asked(password: str) -> subprocess.CompletedProcess[str]:
            words = [
                client,
                "-w",
                "-h",
                "127.0.0.1",
                "-p",
                str(local),
                "-U",
                "shop",
                "-d",
                "postgres",
                "-Atc",
                "select 42",
            ]
            env = {"PGPASSWORD": password, "PGSSLMODE": "disable"}
            return subprocess.run(words, env=env, capture_output=True, text=True, check=False, cwd="/")

        with container.running([pool, *container.command[1:]], local, cwd="/", **unprivileged()):
            assert soon(lambda: asked(PASSWORD).stdout.strip() == "42"), asked(PASSWORD).stderr
            assert asked("another").returncode


def test_a_program_reaches_the_primary_and_its_successor(room: Path) -> None:
    server, client, found = program("redis-server"), program("redis-cli"), program("haproxy")
    port, local, health = (free_port() for _ in range(3))
    hosts = ("127.0.0.1", "127.0.0.2")

    def says(host: str, at: int, *command: str) -> str:
        words = [client, "-h", host, "-p", str(at), *command]
        done = subprocess.run(words, env={"REDISCLI_AUTH": PASSWORD}, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def words(host: str) -> list[str]:
        login = ["--requirepass", PASSWORD, "--masterauth", PASSWORD]
        return [server, "--bind", host, "--port", str(port), "--save", "", "--dir", str(room), *login]

    given = {"servers": "; ".join(f"host={host}" for host in hosts), "port": port, "local_port": local}
    made = proxy("redis-sentinel", **given, login="password", login_secret="redis")
    container = Container(made, "redis-primary", room, {"redis": {"password": PASSWORD.encode()}}, p8404=health)
    (place,) = (mount["mountPath"] for mount in container.spec["volumeMounts"])
    with running(words(hosts[0]), port), running([*words(hosts[1]), "--port", str(port)], port):
        assert soon(lambda: says(hosts[1], port, "replicaof", hosts[0], str(port)) == "OK")
        command = [found, "-db", "-f", container.here(f"{place}/haproxy.cfg")]
        with container.running(command, health):
            with urllib.request.urlopen(f"http://127.0.0.1:{health}/healthz", timeout=5) as reply:
                assert reply.status == 200
            assert soon(lambda: says("127.0.0.1", local, "set", "key", "first") == "OK")
            assert says(hosts[0], port, "get", "key") == "first"
            assert says(hosts[1], port, "replicaof", "no", "one") == "OK"
            assert says(hosts[0], port, "replicaof", hosts[1], str(port)) == "OK"
            assert soon(lambda: says("127.0.0.1", local, "set", "key", "second") == "OK")
            assert says(hosts[1], port, "get", "key") == "second"


@pytest.mark.parametrize(
    ("search", "domain"),
    [
        ("search web.svc.k8s.acme svc.k8s.acme k8s.acme eu.acme", "k8s.acme"),
        ("nameserver 10.0.0.10\nsearch web.svc.cluster.local svc.cluster.local\noptions ndots:5", "cluster.local"),
        ("nameserver 10.0.0.10", "cluster.local"),
    ],
)
def test_haproxy_gets_the_clusters_domain_since_it_does_not_use_search_domains(
    search: str, domain: str, tmp_path: Path
) -> None:
    """HAProxy's resolver queries a name as written, and `r0.data.svc` alone is not a name in the cluster's DNS."""
    (sidecar,) = (one for one in proxy("redis-sentinel", servers="host=r0.data.svc").containers if "command" in one)
    shell, flags, script, name, _, config = sidecar["command"]
    (tmp_path / "resolv.conf").write_text(f"{search}\n")
    stub = tmp_path / "haproxy"
    stub.write_text('#!/bin/sh\necho "$CLUSTER_DOMAIN" "$@"\n')
    stub.chmod(0o755)
    words = [shell, flags, script, name, str(tmp_path / "resolv.conf"), config]
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [domain, "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]


def test_the_bundles_file_takes_precedence_in_the_php_fpm_pool(room: Path) -> None:
    """The images php:*-fpm contain a file zz-docker.conf, which makes PHP-FPM listen on all addresses."""
    found = program("php-fpm8.2", "php-fpm8.4", "php-fpm")
    made = bundle({**WEBBED, "beside": ("php",)}, stop_seconds=30)
    maps = [one["data"] for one in made.of("ConfigMap")]
    (text,) = [data["zzz-podwizard.conf"] for data in maps if "zzz-podwizard.conf" in data]
    (folder := room / "pools").mkdir()
    (folder / "www.conf").write_text("[www]\nuser = nobody\nlisten = 9001\npm = static\npm.max_children = 2\n")
    (folder / "zz-docker.conf").write_text("[global]\ndaemonize = no\n[www]\nlisten = 9000\n")
    (folder / "zzz-podwizard.conf").write_text(text)
    (whole := room / "php-fpm.conf").write_text(f"[global]\nerror_log = {room}/log\ninclude = {folder}/*.conf\n")
    words = [found, "-n", "-tt", "-y", str(whole)]
    shown = subprocess.run(words, capture_output=True, text=True, check=True).stderr
    for line in ("listen = 127.0.0.1:9000", "clear_env = no", "ping.path = /healthz", "process_control_timeout = 24s"):
        assert line in shown


class _Program(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{self.path} {self.headers['Host']} {self.headers['X-Forwarded-Proto']}".encode())

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def test_the_web_server_serves_files_and_passes_other_requests_on(room: Path) -> None:
    found = program("nginx")
    front, health = free_port(), free_port()
    behind = ThreadingHTTPServer(("127.0.0.1", 0), _Program)
    Thread(target=behind.serve_forever, daemon=True).start()
    given = {"sidecar.web.app_port": behind.server_port, "sidecar.web.static": "image"}
    given |= {"sidecar.web.static_image": "registry.acme.io/files:1"}
    made = bundle(WEBBED, **ROUTE, **given, listeners=f"name=http, port={behind.server_port}")
    container = Container(made, "web-server", room, {}, p8088=front, p8089=health)
    (container.folder / "static" / "a.txt").write_text("a file")
    (container.folder / "static" / ".hidden").write_text("not for everyone")

    def page(port: int, path: str) -> str:
        asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": "shop.acme.io"})
        try:
            with urllib.request.urlopen(asked, timeout=5) as reply:
                return str(reply.read().decode())
        except urllib.error.HTTPError as error:
            return str(error.code)

    try:
        with container.running([found, *container.command[1:]], front):
            assert page(health, "/healthz") == "ok\n"
            assert page(health, "/") == "404"
            assert page(front, "/a.txt") == "a file"
            assert page(front, "/orders?x=1") == "/orders?x=1 shop.acme.io http"
            assert page(front, "/.hidden").startswith("/.hidden ")
    finally:
        behind.shutdown()
        behind.server_close()


def test_php_files_get_their_path_info_and_private_folders_stay_private(room: Path) -> None:
    """Nextcloud is called as /remote.php/dav/..., and keeps the users' uploads in /data on the same disk."""
    found, fpm = program("nginx"), program("php-fpm8.2", "php-fpm8.4", "php-fpm")
    front, health, behind = free_port(), free_port(), free_port()
    given = {
        "passes": "fastcgi",
        "static": "disk",
        "scripts": "any",
        "private_folders": ["/data"],
        "script_root": "/static",  # in this test, the disk has the same path for both
    }
    answers = {**WEBBED, "beside": ("php",), "keeps": "one_disk", "operate": "plain"}
    web = {f"sidecar.web.{key}": value for key, value in given.items()}
    made = bundle(answers, **ROUTE, **web, listeners=f"name=http, port={behind}", data_path="/var/www/html")
    container = Container(made, "web-server", room, {}, p8088=front, p8089=health)
    disk = container.folder / "static"
    (disk / "data").mkdir()
    (disk / "a.css").write_text("a style")
    (disk / "data" / "a.png").write_text("a picture of mine")
    (disk / "remote.php").write_text("<?php echo $_SERVER['PATH_INFO'] . ' of ' . $_SERVER['SCRIPT_NAME'];")
    (disk / "index.php").write_text("<?php echo 'index ' . $_SERVER['REQUEST_URI'];")
    pool = room / "php-fpm.conf"
    pool.write_text(
        f"[global]\nerror_log = {room}/log\ndaemonize = no\n[www]\nuser = nobody\nlisten = 127.0.0.1:{behind}\n"
        "pm = static\npm.max_children = 2\n"
    )

    def page(path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{front}{path}", timeout=5) as reply:
                return str(reply.read().decode())
        except urllib.error.HTTPError as error:
            return str(error.code)

    words = [found, *container.command[1:]]
    with container.running([fpm, "-n", "-R", "-y", str(pool)], behind), container.running(words, front):
        assert page("/remote.php/dav/files") == "/dav/files of /remote.php"
        assert page("/apps/x") == "index /apps/x"
        assert page("/a.css") == "a style"
        assert page("/data/a.png") == "404"
        assert "<?php" not in page("/remote.php")
