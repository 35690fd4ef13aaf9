"""Database servers that a test starts for itself."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.programs.containers import free_port, program, running, unprivileged


@contextmanager
def open_folder() -> Iterator[Path]:
    """Yield a folder that another user can enter, too, since some servers refuse to run as root."""
    with tempfile.TemporaryDirectory(prefix="podwizard-programs-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def _given_away(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    if unprivileged():
        shutil.chown(folder, **unprivileged())


@contextmanager
def postgresql(room: Path, role: str, password: str) -> Iterator[int]:
    """Run a PostgreSQL server with one role, which logs in with its password; yield its port."""
    port, data = free_port(), room / "data"
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    initdb, server = (program(name, *(str(one / name) for one in folders)) for name in ("initdb", "postgres"))
    _given_away(data)
    secret = room / "superuser"
    secret.write_text(password)
    if unprivileged():
        shutil.chown(secret, **unprivileged())
    words = [initdb, "-D", str(data), "-U", role, "-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync"]
    subprocess.run(words, check=True, capture_output=True, cwd="/", **unprivileged())
    words = [server, "-D", str(data), "-p", str(port), "-k", "", "-h", "127.0.0.1", "-F"]
    with running(words, port, cwd="/", **unprivileged()):
        yield port


@contextmanager
def redis(room: Path, password: str = "") -> Iterator[int]:
    """Run a Redis server, optionally with a password; yield its port."""
    port = free_port()
    words = [program("redis-server"), "--port", str(port), "--save", "", "--dir", str(room), "--requirepass", password]
    with running(words, port):
        yield port


@contextmanager
def mariadb(room: Path) -> Iterator[int]:
    """Run a MariaDB server without persistence or login; yield its port."""
    port, data = free_port(), room / "mariadb"
    server = program("mariadbd", "/usr/sbin/mariadbd")
    _given_away(data)
    words = [server, "--no-defaults", f"--datadir={data}", f"--socket={data}/socket", "--skip-grant-tables"]
    words += [
        f"--port={port}",
        "--bind-address=127.0.0.1",
        "--skip-log-bin",
        "--innodb=OFF",
        "--default-storage-engine=MyISAM",
    ]
    with running(words, port, cwd="/", **unprivileged()):
        yield port
