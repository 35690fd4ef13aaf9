"""The commands of a bundle's README on a new cluster: none fails, warns or leaves a difference."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.apiserver.conftest import kubectl_program
from tests.apiserver.server import ApiServer
from wizard.cli.main import run

pytestmark = pytest.mark.apiserver

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.yaml"))
NEEDS_CONTROLLERS = {"rollout", "wait", "logs", "get"}
"""Commands that need pods, which this server never creates, or values that an operator would fill in."""
AFTERWARDS = (["apply", "-f", "manifests"], ["diff", "-k", "."], ["delete", "-k", ".", "--wait=false"])
WITH_SECRETS = [
    "--set=app.registry=secret", "--set=app.pull_secret=registry-login", "--set=app.secret_mounts=name=credentials",
    "--set=app.exposure=ingress", "--set=app.host=orders.example.com",
    "--set=app.entry_namespace=edge",
]  # fmt: skip


def commands(readme: str) -> Iterator[list[str]]:
    """Yield the kubectl commands in the README's shell blocks, without comments."""
    for block in readme.split("```sh\n")[1:]:
        for line in block.partition("```")[0].splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0] == "kubectl" and not NEEDS_CONTROLLERS.intersection(words):
                yield words[1:]


@pytest.fixture
def kubectl(api_server: ApiServer) -> list[str]:
    return [str(kubectl_program()), f"--kubeconfig={api_server.kubeconfig}"]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Return the values for FILE and NAMESPACE in the commands."""
    key, certificate, login = (str(tmp_path / name) for name in ("tls.key", "tls.crt", "login.json"))
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", key]
    subprocess.run([*words, "-out", certificate], check=True, capture_output=True)
    Path(login).write_text('{"auths": {}}')
    return {"--cert=FILE": f"--cert={certificate}", "--key=FILE": f"--key={key}", "FILE": login, "NAMESPACE": "default"}


@pytest.mark.parametrize("name", [*(path.stem for path in EXAMPLES), "with-secrets"])
def test_every_kubectl_command_of_the_readme_succeeds(
    name: str, tmp_path: Path, kubectl: list[str], files: dict[str, str]
) -> None:
    bundle = tmp_path / "bundle"
    example = next((path for path in EXAMPLES if path.stem == name), EXAMPLES[0].with_stem("orders-api"))
    more = WITH_SECRETS if name == "with-secrets" else []
    assert run(["new", str(bundle), f"--answers={example}", f"--set=app.namespace=readme-{name}", *more]) == 0
    found = list(commands((bundle / "README.md").read_text("utf-8")))
    assert ["apply", "-k", "."] in found
    found.sort(key=lambda words: "describe" in words)  # it needs the objects that the others create
    for words in (*found, *AFTERWARDS):
        given = [files.get(word, word.replace("=FILE", f"={files['FILE']}")) for word in words]
        done = subprocess.run([*kubectl, *given], cwd=bundle, capture_output=True, text=True, check=False)
        no_pods = f"No resources found in readme-{name} namespace.\n" if "pod" in words else ""
        assert (done.returncode, done.stderr) in ((0, ""), (0, no_pods)), (words, done)
