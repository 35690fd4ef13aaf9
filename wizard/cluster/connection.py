"""The settings of a connection to a confirmed target. Child process only, because it reads secrets."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from wizard.cluster.kubeconfig import entries
from wizard.cluster.kubeconfig_files import Entry
from wizard.cluster.model import Target
from wizard.cluster.plugin import run_plugin
from wizard.errors import ClusterError
from wizard.kube.data import as_map, dig
from wizard.private import open_regular

_LARGEST_TOKEN = 1 << 20
_SECRET_SETTING = re.compile(r"(?i)token|secret|password|key")


@dataclass(frozen=True, slots=True)
class Connection:
    """Everything needed to connect to a server. Secret."""

    server: str
    verify: bool = True
    ca_file: str = ""
    ca_data: str = ""
    server_name: str = ""
    proxy: str = ""
    authorization: str = field(default="", repr=False)
    certificate_file: str = ""
    key_file: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Texts that must never be shown."""


def connect(target: Target, folder: Path, *, plugin_timeout: float) -> Connection:
    """Read the credentials of a target and run its exec plugin; keys that must be files are written into ``folder``.

    Raises:
        ClusterError: something is missing or unusable.
    """
    if target.in_cluster:
        return _in_cluster(target)
    cluster, user = entries(target)
    authorization, certificate, key, secrets = _credentials(cluster, user, folder, plugin_timeout)
    headers = _impersonation(user.value)
    for text in (authorization, *headers.values()):
        if not (text.isascii() and (text.isprintable() or not text)):  # a library would quote it in its error message
            raise ClusterError(
                f"the credentials of context {target.context} contain characters that cannot be sent",
                hint="fix the user in the kubeconfig",
            )
    ca_data = _decoded(cluster, "certificate-authority-data")
    return Connection(
        server=target.server.rstrip("/"),
        verify=not cluster.value.get("insecure-skip-tls-verify"),
        ca_file="" if ca_data else str(cluster.path("certificate-authority") or ""),
        ca_data=ca_data,
        server_name=str(cluster.value.get("tls-server-name") or ""),
        proxy=str(cluster.value.get("proxy-url") or ""),
        authorization=authorization,
        certificate_file=certificate,
        key_file=key,
        headers=headers,
        secrets=secrets,
    )


def _in_cluster(target: Target) -> Connection:
    account = Path(target.kubeconfig[0])
    token = _text(account / "token")
    return Connection(
        server=target.server, ca_file=str(account / "ca.crt"), authorization=f"Bearer {token}", secrets=(token,)
    )


def _text(path: Path) -> str:
    try:
        with os.fdopen(open_regular(path), "rb") as stream:
            return stream.read(_LARGEST_TOKEN).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ClusterError(f"the token file {path} cannot be read", hint="fix the kubeconfig") from error


def _decoded(entry: Entry, key: str) -> str:
    return base64.b64decode(str(entry.value.get(key) or "")).decode(errors="replace")


def _credentials(cluster: Entry, user: Entry, folder: Path, timeout: float) -> tuple[str, str, str, tuple[str, ...]]:
    """Return the authorization header, certificate file, key file, and the secrets among them."""
    given = user.value
    token, certificate, key = _token(user), "", ""
    certificate_text, key_text = _decoded(user, "client-certificate-data"), _decoded(user, "client-key-data")
    if not token and isinstance(given.get("exec"), dict):
        known = tuple(_secrets_of(cluster, user))
        credential = run_plugin(given["exec"], user.file.parent, _shared(cluster), timeout=timeout, secrets=known)
        token = credential.token
        certificate_text, key_text = credential.certificate or certificate_text, credential.key or key_text
    certificate = _file(folder / "client.crt", certificate_text) or str(user.path("client-certificate") or "")
    key = _file(folder / "client.key", key_text) or str(user.path("client-key") or "")
    password = str(given.get("password") or "")
    if token:
        header = f"Bearer {token}"
    elif given.get("username"):
        header = "Basic " + base64.b64encode(f"{given['username']}:{password}".encode()).decode()
    else:
        header = ""
    found = (token, header, header.removeprefix("Basic "), key_text)
    return header, certificate, key, tuple(text for text in (*found, *_secrets_of(cluster, user)) if text)


def _secrets_of(cluster: Entry, user: Entry) -> Iterator[str]:
    """Yield the secrets in the entries, used or not; those of ``exec`` are hidden by the code that runs it."""
    yield from (str(user.value.get(key) or "") for key in ("token", "password", "client-key-data"))
    yield _decoded(user, "client-key-data")
    provider = as_map(dig(user.value, "auth-provider", "config"))
    yield from (str(value) for key, value in provider.items() if _SECRET_SETTING.search(str(key)))
    with suppress(ValueError):
        proxy_password = urlsplit(str(cluster.value.get("proxy-url") or "")).password or ""
        yield from (proxy_password, unquote(proxy_password))


def _token(user: Entry) -> str:
    """Return the bearer token by kubectl's rules: the token file takes precedence over the value."""
    path = user.path("tokenFile")
    if path is not None:
        return _text(path)
    token = user.value.get("token") or dig(user.value, "auth-provider", "config", "id-token")
    return str(token or "").strip()


def _shared(cluster: Entry) -> dict[str, Any]:
    """Return the cluster information for an exec plugin (``provideClusterInfo``)."""
    keys = ("server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority-data", "proxy-url")
    data = {key: cluster.value[key] for key in keys if cluster.value.get(key)}
    for extension in cluster.value.get("extensions") or ():
        if isinstance(extension, dict) and extension.get("name") == "client.authentication.k8s.io/exec":
            data["config"] = extension.get("extension")
    return data


def _file(path: Path, text: str) -> str:
    if not text:
        return ""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
    return str(path)


def _impersonation(user: Mapping[str, Any]) -> dict[str, str]:
    headers: dict[str, str] = {}
    if user.get("as"):
        headers["Impersonate-User"] = str(user["as"])
    if user.get("as-uid"):
        headers["Impersonate-Uid"] = str(user["as-uid"])
    for group in user.get("as-groups") or ():
        headers["Impersonate-Group"] = str(group)
    for key, values in (user.get("as-user-extra") or {}).items():
        headers[f"Impersonate-Extra-{quote(str(key), safe='')}"] = str((values or [""])[0])
    return headers
