"""The choice of the target cluster by kubectl's rules, and the message for each error in a kubeconfig."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from wizard.cluster.kubeconfig import choose, contexts, entries
from wizard.cluster.kubeconfig_files import merge
from wizard.errors import ClusterError

SERVER = "https://cluster.example.com:6443"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in pairwise("abcdefghi")
)


def config(folder: Path, name: str = "config", **parts: Any) -> str:
    """Write a kubeconfig with the contexts dev and test; ``parts`` replaces sections."""
    data: dict[str, Any] = {
        "current-context": "dev",
        "clusters": [{"name": "c", "cluster": {"server": SERVER}}],
        "users": [{"name": "u", "user": {"token": "word-of-the-day"}}],
        "contexts": [
            {"name": "dev", "context": {"cluster": "c", "user": "u", "namespace": "shop"}},
            {"name": "test", "context": {"cluster": "c", "user": "u"}},
        ],
    }
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({key: value for key, value in (data | parts).items() if value is not ...}))
    return str(path)


def one(cluster: dict[str, Any] | None = None, user: dict[str, Any] | None = None, **context: Any) -> dict[str, Any]:
    """Return the sections of a kubeconfig with one context ``dev``."""
    return {
        "clusters": [{"name": "c", "cluster": {"server": SERVER} | (cluster or {})}],
        "users": [{"name": "u", "user": user or {}}],
        "contexts": [{"name": "dev", "context": {"cluster": "c", "user": "u"} | context}],
    }


def test_the_current_context_is_chosen(tmp_path: Path) -> None:
    target = choose(config(tmp_path), environ={})
    assert (target.context, target.cluster, target.server, target.user) == ("dev", "c", SERVER, "u")
    assert target.namespace == "shop"
    assert not target.production
    assert not target.insecure
    assert choose(config(tmp_path), "test", environ={}).namespace == "default"
    assert choose(config(tmp_path), None, "mine", environ={}).namespace == "mine"
    assert [each.context for each in contexts(config(tmp_path), "test", environ={})] == ["test", "dev"]


def test_the_first_of_several_files_wins(tmp_path: Path) -> None:
    first = config(tmp_path, "a/config", **{"current-context": "dev"})
    other = {"clusters": [{"name": "c", "cluster": {"server": "https://other.example.com"}}], "current-context": "prod"}
    second = config(tmp_path, "b/config", **other)
    target = choose(environ={"KUBECONFIG": f"{tmp_path}/missing:{first}::{second}"})
    assert (target.context, target.server) == ("dev", SERVER)
    assert target.kubeconfig == (first, second)
    assert "kubectl would use dev" in target.notes[0]
    assert "prod" in target.notes[0]


def test_paths_are_relative_to_their_own_file(tmp_path: Path) -> None:
    first = config(tmp_path, "a/config", clusters=[], users=[])
    second = config(tmp_path, "b/config", **one({"certificate-authority": "ca.crt"}, {"token": "x"}))
    with pytest.raises(ClusterError, match=r"ca\.crt"):
        choose(environ={"KUBECONFIG": f"{first}:{second}"})
    (tmp_path / "b" / "ca.crt").write_text("")
    target = choose(environ={"KUBECONFIG": f"{first}:{second}"})
    assert entries(target)[0].path("certificate-authority") == tmp_path / "b" / "ca.crt"


def test_the_file_in_home_is_used_only_without_kubeconfig(tmp_path: Path) -> None:
    config(tmp_path, ".kube/config")
    assert choose(environ={"HOME": str(tmp_path)}).context == "dev"
    named = config(tmp_path, "other", **{"current-context": "test"})
    assert choose(environ={"HOME": str(tmp_path), "KUBECONFIG": named}).context == "test"


def test_inside_a_pod_its_own_cluster_is_the_default(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("pod-token\n")
    (tmp_path / "namespace").write_text("mine\n")
    inside = {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}
    target = choose(environ=inside, service_account=str(tmp_path))
    assert target.in_cluster
    assert (target.server, target.namespace, target.context) == ("https://[fd00::1]:443", "mine", "")
    named = config(tmp_path)
    assert not choose(environ={**inside, "KUBECONFIG": named}, service_account=str(tmp_path)).in_cluster


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"current-context": ""}, "no current context"),
        ({"current-context": "dve"}, "no context dve"),
        ({"contexts": []}, "no context dev"),
        ({"clusters": None}, "cluster c, which is not defined"),
        ({"users": []}, "user u, which is not defined"),
        ({"clusters": {"c": 1}}, "clusters is a mapping, not a list"),
        ({"clusters": [{"cluster": {}}]}, r"clusters\[0\] has no name"),
        ({"users": [{"name": "u", "user": "x"}]}, r"users\[0\].user is a single value"),
        ({"users": [{"name": "u"}, {"name": "u"}]}, "defines u twice"),
        (one({"server": ""}), "no usable server address"),
        (one({"server": "cluster.example.com"}), "no usable server address"),
        (one({"server": "ftp://cluster.example.com"}), "no usable server address"),
        (one({"server": "https://me:word-of-the-day@cluster.example.com"}), "no usable server address"),
        (one({"server": "https://cluster.example.com:port"}), "no usable server address"),
        (one({"server": "https://cluster.example.com/?dryRun=None"}), "no usable server address"),
        (one({"certificate-authority-data": "%%%"}), "certificate-authority-data of cluster c is not base64"),
        (one({"certificate-authority": "gone.crt"}), r"gone.crt \(certificate-authority of cluster c\) cannot be read"),
        (one(user={"client-certificate": "gone.crt"}), r"gone.crt \(client-certificate of user u\) cannot be read"),
        (one(user={"client-key-data": "???"}), "client-key-data of user u is not base64"),
        (one(user={"as": "x", "as-groups": ["a", "b"]}), "impersonates several groups"),
        (one(user={"as-groups": ["a"]}), "impersonates groups without a user"),
        (one(user={"auth-provider": {"name": "azure"}}), "removed in 1.26"),
        (one(cluster=None) | {"contexts": [{"name": "dev", "context": {}}]}, "names no cluster"),
        (one({"proxy-url": "nonsense"}), "cluster c has no usable proxy-url"),
        (one({"proxy-url": "http://a\x1b[31m:word-of-the-day\n@b"}), "cluster c has no usable proxy-url"),
        (one({"server": ["https://a"]}), r"clusters\[0\].cluster.server is a list, not a single value"),
        (one({"extensions": 3}), r"clusters\[0\].cluster.extensions is a single value, not a list"),
        (one(user={"exec": "x"}), r"users\[0\].user.exec is a single value, not a mapping"),
        (one(user={"exec": {"args": 3}}), r"user.exec.args is a single value, not a list"),
        (one(user={"exec": {"args": ["x", {}]}}), r"user.exec.args\[1\] is a mapping, not a single value"),
        (one(user={"exec": {"env": [3]}}), r"user.exec.env\[0\] is a single value, not a mapping"),
        (one(user={"as": "x", "as-user-extra": {"k": 3}}), r"user.as-user-extra.k is a single value, not a list"),
        (one(user={"tokenFile": "gone"}), r"gone \(tokenFile of user u\) cannot be read"),
        (one({"certificate-authority": "/dev/zero"}), "cannot be read: Not a regular file"),
        (one({"certificate-authority": "/"}), "cannot be read: Is a directory"),
        (one({"certificate-authority": "a\0b"}), "cannot be read"),
    ],
)
def test_each_error_in_a_kubeconfig_is_reported_with_a_hint(parts: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match=words) as raised:
        choose(config(tmp_path, **parts), environ={})
    assert raised.value.hint
    assert "word-of-the-day" not in f"{raised.value.message} {raised.value.hint}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it is empty"),
        ("- a\n", "a list, not a mapping"),
        ("just words", "a single value, not a mapping"),
        ("users: [\ntoken: word-of-the-day", "line "),
        ("\x00\x01", "control characters"),
        ("a: 1\n---\na: 2\n", "there is a second document, line 2"),
        ("[]: word-of-the-day", "a key is not text, line 1"),
        ("a: !!timestamp word-of-the-day", "not YAML"),
        ("a: !!bool word-of-the-day", "not YAML"),
        ("a: !!int word-of-the-day", "not YAML"),
        ("[" * 100_000, "nested more than 100 levels deep, line 1"),
        ("- " * 100_000, "nested more than 100 levels deep, line 1"),
        ("a: &a [*a]", "an alias is inside its own anchor, line 1"),
        (BOMB + "current-context: *i", "aliases repeat more than 1,000,000 values"),
        (BOMB + "contexts: [{name: dev, context: {cluster: *i}}]", "aliases repeat more than 1,000,000 values"),
        ("current-context: [a]", "current-context is a list, not a single value"),
    ],
    ids=lambda text: text[:20],
)
def test_a_file_that_is_not_a_kubeconfig_is_reported(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(text)
    with pytest.raises(ClusterError, match=words) as raised:
        choose(str(tmp_path / "config"), environ={})
    assert "is not a valid kubeconfig" in raised.value.message
    assert "word-of-the-day" not in raised.value.message


def test_a_bare_date_is_text_as_kubectl_reads_it(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("current-context: 2024-99-99\n")
    assert merge((tmp_path / "config",)).current == "2024-99-99"


def test_a_missing_cluster_configuration_is_reported(tmp_path: Path) -> None:
    for environ in ({}, {"HOME": str(tmp_path)}, {"KUBECONFIG": str(tmp_path / "missing")}):
        with pytest.raises(ClusterError, match="no cluster is configured"):
            choose(environ=environ)
        with pytest.raises(ClusterError, match="no cluster is configured"):
            contexts(environ=environ)
    with pytest.raises(ClusterError, match="there is no kubeconfig file"):
        choose(str(tmp_path / "missing"), environ={})


def test_entries_that_kubectl_ignores_are_ignored(tmp_path: Path) -> None:
    parts = one({"note": {"a": [1]}, "extensions": [{"name": "x", "extension": [1]}]}, {"exec": None, "note": [1]})
    assert choose(config(tmp_path, **parts), environ={}).context == "dev"


def test_a_named_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for parts in (one({"certificate-authority": "pipe"}), one(user={"tokenFile": "pipe"})):
        with pytest.raises(ClusterError, match="Not a regular file"):
            choose(config(tmp_path, **parts), environ={})
    with pytest.raises(ClusterError, match="Not a regular file"):
        choose(environ={"KUBECONFIG": str(tmp_path / "pipe")})


def test_an_inaccessible_home_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ClusterError, match="cannot be read: Permission denied"):
        choose(environ={"HOME": "/root"})


def test_a_long_list_of_contexts_is_truncated(tmp_path: Path) -> None:
    many = [{"name": f"c{number}", "context": {"cluster": "c", "user": "u"}} for number in range(1000)]
    with pytest.raises(ClusterError) as raised:
        choose(config(tmp_path, contexts=many), "other", environ={})
    assert raised.value.hint.endswith("c29 and 970 more")


def test_a_misspelled_context_gets_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(ClusterError) as raised:
        choose(config(tmp_path), "tset", environ={})
    assert raised.value.hint == "did you mean 'test'? contexts: dev, test"


def test_broken_contexts_are_not_offered(tmp_path: Path) -> None:
    broken = {"name": "broken", "context": {"cluster": "gone", "user": "u"}}
    good = {"name": "good", "context": {"cluster": "c", "user": "u"}}
    named = config(tmp_path, contexts=[broken, good], **{"current-context": ""})
    assert [each.context for each in contexts(named, environ={})] == ["good"]


@pytest.mark.parametrize(
    ("name", "production"),
    [("prod", True), ("eu-prod-1", True), ("PRODUCTION", True), ("live", True), ("product-dev", False),
     ("non-prod", False), ("preprod", False), ("delivery", False), ("reproduce", False)],
)  # fmt: skip
def test_context_names_that_look_like_production_are_recognized(name: str, production: bool, tmp_path: Path) -> None:
    renamed: dict[str, Any] = {
        "contexts": [{"name": name, "context": {"cluster": "c", "user": "u"}}],
        "current-context": name,
    }
    assert choose(config(tmp_path, **renamed), environ={}).production is production


def test_a_credential_command_is_shown_without_its_secrets(tmp_path: Path) -> None:
    arguments = ["get-token", "--token", "hush-hush", "--client-secret=hush-hush", "--cluster", "c"]
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "helper", "args": arguments}
    target = choose(config(tmp_path, **one(user={"exec": plugin})), environ={})
    assert target.credential_command == "helper get-token --token … --client-secret=… --cluster c"
    assert "hush-hush" not in repr(target)
    assert any("credential command" in note for note in target.notes)
    target = choose(config(tmp_path, **one({"insecure-skip-tls-verify": True}, {"as": "anna"})), environ={})
    assert target.insecure
    assert any("not verified" in note for note in target.notes)
    assert any("the result is for anna" in note for note in target.notes)
    assert choose(config(tmp_path, **one({"server": "http://10.0.0.1"})), environ={}).insecure


def test_a_kubeconfig_that_changed_after_confirmation_is_refused(tmp_path: Path) -> None:
    target = choose(config(tmp_path), environ={})
    config(tmp_path, **one({"server": "https://elsewhere.example.com"}, namespace="shop"))
    with pytest.raises(ClusterError, match="has changed since"):
        entries(target)
