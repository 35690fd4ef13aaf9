"""The cluster that a request would go to, by kubectl's rules; every kubeconfig error gets a clear message.

Nothing here accesses the network or starts a program.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from wizard.cluster.exec_entry import shown_command
from wizard.cluster.kubeconfig_files import Entry, Merged, locate, merge
from wizard.cluster.model import Target
from wizard.errors import ClusterError
from wizard.kube.data import as_map
from wizard.private import open_regular
from wizard.text import did_you_mean, first_few

SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
_PRODUCTION = re.compile(r"(?<![a-z])(?<!non[-_.])(?<!pre[-_.])(prod|prd|production|live)(?![a-z])", re.IGNORECASE)
_LISTED = 30
_PROXIES = ("http", "https", "socks5", "socks5h")
_REMOVED_PROVIDERS = ("gcp", "azure")


def choose(
    kubeconfig: str | None = None,
    context: str | None = None,
    namespace: str | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    service_account: str = SERVICE_ACCOUNT,
) -> Target:
    """Return the cluster that kubectl would use with these options.

    Raises:
        ClusterError: no cluster is configured, or the chosen context cannot be used.
    """
    environ = os.environ if environ is None else environ
    merged = merge(locate(kubeconfig, environ))
    if not merged.contexts and not context and not kubeconfig:
        return _without_contexts(environ, namespace, Path(service_account))
    name = context or merged.current
    if not name:
        raise ClusterError(
            "the kubeconfig has no current context",
            hint=f"choose one with --context: {_names(merged) or 'it has none'}",
        )
    if name not in merged.contexts:
        where = f" of {', '.join(map(str, merged.files))}" if merged.files else ""
        raise ClusterError(
            f"there is no context {name}{where}",
            hint=f"{did_you_mean(name, merged.contexts)} contexts: {_names(merged) or 'none'}".lstrip(),
        )
    return _target(merged, name, namespace)


def contexts(
    kubeconfig: str | None = None,
    context: str | None = None,
    namespace: str | None = None,
    *,
    environ: Mapping[str, str] | None = None,
) -> tuple[Target, ...]:
    """Return every usable cluster, kubectl's choice first; contexts that cannot be used are left out.

    Raises:
        ClusterError: no cluster is configured, or the context chosen by name cannot be used.
    """
    environ = os.environ if environ is None else environ
    merged = merge(locate(kubeconfig, environ))
    chosen: tuple[Target, ...] = ()
    if context or merged.current or not merged.contexts:
        chosen = (choose(kubeconfig, context, namespace, environ=environ),)
    others = []
    for name in merged.contexts:
        if chosen and name == chosen[0].context:
            continue
        try:
            others.append(_target(merged, name, namespace))
        except ClusterError:
            continue
    if not chosen and not others:
        raise ClusterError("no context of the kubeconfig can be used", hint=f"contexts: {_names(merged)}")
    return (*chosen, *others)


def entries(target: Target) -> tuple[Entry, Entry]:
    """Return the cluster and user entries behind a target, read again from the files.

    Raises:
        ClusterError: the files no longer match the target, so the user confirmed something else.
    """
    merged = merge(tuple(Path(file) for file in target.kubeconfig))
    if target.context not in merged.contexts:
        raise ClusterError(f"the kubeconfig no longer has the context {target.context}", hint="start again")
    now = _target(merged, target.context, target.namespace)
    if (now.server, now.user, now.credential_command) != (target.server, target.user, target.credential_command):
        raise ClusterError(
            f"the kubeconfig has changed since context {target.context} was confirmed", hint="start again"
        )
    settings = merged.contexts[target.context].value
    nobody = Entry({}, merged.contexts[target.context].file)
    return merged.clusters[str(settings["cluster"])], merged.users.get(str(settings.get("user")), nobody)


def _names(merged: Merged) -> str:
    return first_few(tuple(merged.contexts), _LISTED)


def _without_contexts(environ: Mapping[str, str], namespace: str | None, account: Path) -> Target:
    host, port = environ.get("KUBERNETES_SERVICE_HOST", ""), environ.get("KUBERNETES_SERVICE_PORT", "443")
    if not host or not (account / "token").is_file():
        raise ClusterError(
            "no cluster is configured; only offline checks are possible",
            hint="set KUBECONFIG or pass a file with --kubeconfig",
        )
    try:
        own = (account / "namespace").read_text(encoding="utf-8").strip()
    except OSError:
        own = ""
    address = f"[{host}]" if ":" in host else host
    return Target(
        context="",
        cluster="in-cluster",
        server=f"https://{address}:{port}",
        user="this pod's service account",
        namespace=namespace or own or "default",
        kubeconfig=(str(account),),
        in_cluster=True,
    )


def _target(merged: Merged, name: str, namespace: str | None) -> Target:
    settings = merged.contexts[name].value
    cluster_name, user_name = str(settings.get("cluster") or ""), str(settings.get("user") or "")
    if not cluster_name:
        raise ClusterError(f"context {name} names no cluster", hint="add `cluster` to it, or pick another --context")
    if cluster_name not in merged.clusters:
        raise ClusterError(
            f"context {name} names cluster {cluster_name}, which is not defined", hint="pick another --context"
        )
    if user_name and user_name not in merged.users:
        raise ClusterError(
            f"context {name} names user {user_name}, which is not defined", hint="pick another --context"
        )
    cluster = merged.clusters[cluster_name]
    user = merged.users[user_name] if user_name else Entry({}, merged.contexts[name].file)
    server = str(cluster.value.get("server") or "")
    address = _split(server, ("http", "https"))
    if address is None or "@" in address.netloc or address.query or address.fragment:
        raise ClusterError(
            f"cluster {cluster_name} has no usable server address",
            hint="`server` has to be an http or https URL without a password in it",
        )
    if cluster.value.get("proxy-url") and _split(str(cluster.value["proxy-url"]), _PROXIES) is None:
        raise ClusterError(
            f"cluster {cluster_name} has no usable proxy-url",
            hint=f"it has to be a URL that begins with one of: {', '.join(f'{each}://' for each in _PROXIES)}",
        )
    _check_files(cluster, f"cluster {cluster_name}", ("certificate-authority",))
    _check_files(user, f"user {user_name}", ("client-certificate", "client-key", "tokenFile"))
    inside = namespace or str(settings.get("namespace") or "") or "default"
    return Target(
        context=name,
        cluster=cluster_name,
        server=server,
        user=user_name,
        namespace=inside,
        kubeconfig=tuple(map(str, merged.files)),
        credential_command=shown_command(user.value["exec"]) if isinstance(user.value.get("exec"), dict) else "",
        insecure=bool(cluster.value.get("insecure-skip-tls-verify")) or server.startswith("http://"),
        production=any(_PRODUCTION.search(text) for text in (name, cluster_name, address.hostname or "", inside)),
        notes=(*merged.notes, *_notes(name, server, cluster.value, user.value)),
    )


def _split(url: str, schemes: tuple[str, ...]) -> SplitResult | None:
    """Return the parts of a URL with one of the schemes; ``None`` if it is not usable."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    usable = parts.scheme in schemes and parts.hostname and url.isprintable() and " " not in url
    return parts if usable else None


def _check_files(entry: Entry, owner: str, keys: tuple[str, ...]) -> None:
    for key in keys:
        data = entry.value.get(f"{key}-data")
        if data:
            try:
                base64.b64decode(str(data), validate=True)
            except (binascii.Error, ValueError):
                raise ClusterError(f"{key}-data of {owner} is not base64", hint="fix the kubeconfig") from None
            continue
        path = entry.path(key)
        if path is None:
            continue
        try:
            os.close(open_regular(path))
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"the file {path} ({key} of {owner}) cannot be read: {getattr(error, 'strerror', error)}",
                hint="fix the kubeconfig",
            ) from error


def _notes(name: str, server: str, cluster: Mapping[str, Any], user: Mapping[str, Any]) -> tuple[str, ...]:
    notes = []
    if server.startswith("http://"):
        notes.append("the connection is not encrypted, and the server's identity is not verified")
    elif cluster.get("insecure-skip-tls-verify"):
        notes.append("the server's identity is not verified (insecure-skip-tls-verify)")
    if user.get("as"):
        lists = [user.get("as-groups") or (), *as_map(user.get("as-user-extra")).values()]
        if any(isinstance(each, (list, tuple)) and len(each) > 1 for each in lists):
            raise ClusterError(
                f"context {name} impersonates several groups at once, which podwizard cannot do",
                hint="pick another --context",
            )
        notes.append(f"impersonation is set: the result is for {user['as']}")
    elif any(user.get(key) for key in ("as-groups", "as-uid", "as-user-extra")):
        raise ClusterError(f"context {name} impersonates groups without a user", hint="add `as`, or pick another")
    provider = user.get("auth-provider")
    if isinstance(provider, dict):
        kind = str(provider.get("name") or "")
        if kind in _REMOVED_PROVIDERS:
            raise ClusterError(
                f"context {name} uses the {kind} auth provider, which Kubernetes removed in 1.26",
                hint="let your cloud's tool write a kubeconfig with an exec plugin",
            )
        notes.append("an OIDC token is used as it is, without a refresh; if it is rejected, log in with kubectl")
    if user.get("exec"):
        notes.append("a dry run runs the credential command above")
    return tuple(notes)
