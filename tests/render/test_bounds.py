"""Templates of third-party catalogues: a child process renders them with limits on time and memory."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.render.kitchen import CATALOG, request
from wizard.catalog.model import Catalog
from wizard.errors import RenderError
from wizard.render import service
from wizard.render.bundle.provenance import with_parameters
from wizard.render.bundle.render import render
from wizard.render.child import RenderClient
from wizard.render.outline.reading import outlines_of
from wizard.render.service import linted
from wizard.render.template_errors import LimitError
from wizard.render.templates import bounds

POD = "components/init/wait/pod.yaml"
DIGITS = "0123456789"
ENDLESS = {
    "loops": "".join(f"{{% for a{n} in '{DIGITS}' %}}" for n in range(15)) + "{% endfor %}" * 15,
    "macros": "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}# {{ f(60) }}",
    "recursive": "{% for a in [1, 2] recursive %}{% if loop.depth < 60 %}{{ loop([1, 2]) }}{% endif %}{% endfor %}",
    "calls": "{% macro twice() %}{{ caller() }}{{ caller() }}{% endmacro %}"
    + "{% call twice() %}" * 15
    + "{% for a in 'xy' %}" * 10
    + "{% endfor %}" * 10
    + "{% endcall %}" * 15,
    "a filter of Jinja": "# {{ [1]|slice(1000000000)|list|length }}",
    "a filter of constants": "# {{ 'x'.ljust(90000000)|list|map('upper')|map('lower')|list|length }}",
    "a division in C": "{% set a = (7).from_bytes('x'.ljust(3000000).encode(), 'big') %}"
    "{% set b = (7).from_bytes('x'.ljust(1500000).encode(), 'big') %}# {{ (a // b)|length }}",
}
LARGE = {
    "padded": "{{ 'x'.ljust(3000000000) }}",
    "formatted": "{{ '%3000000000d' % 1 }}",
    "doubled": "{% set a = 'xxxxxxxx' %}" + "{% set a = a ~ a %}" * 28 + "{{ a }}",
    "batches": "{{ ['a']|batch(300000000, 'x')|list }}",
    "indented": "{{ 'a\\nb'|indent(3000000000) }}",
    "bytes": "{{ (5).to_bytes(3000000000, 'big')|length }}",
}


SECONDS = 0.2
"""The CPU seconds for one template in these tests; ``tests/cli/test_check.py`` waits for podwizard's own limit."""
LATE = r"this takes more than 0\.2 s"


@pytest.fixture
def client() -> Iterator[RenderClient]:
    made = RenderClient(seconds=SECONDS)
    yield made
    made.end()


def changed(folder: Path, text: str) -> Catalog:
    """Return the small catalogue with ``text`` as line 2 of a template."""
    shutil.copytree(CATALOG.root, folder, dirs_exist_ok=True)
    file = folder / "templates" / POD
    first, *rest = (CATALOG.root / "templates" / POD).read_text().splitlines()
    file.write_text("\n".join((first, text, *rest)) + "\n")
    return CATALOG._replace(root=folder)


def children(parent: int = os.getpid()) -> set[int]:
    listed = subprocess.run(["ps", "-A", "-o", "ppid=,pid=,comm="], capture_output=True, text=True, check=False)
    rows = (line.split(maxsplit=2) for line in listed.stdout.splitlines())
    return {int(pid) for above, pid, name in rows if int(above) == parent and name != "ps"}


@pytest.mark.parametrize("what", ENDLESS)
def test_a_template_that_would_never_end_is_stopped(what: str, tmp_path: Path, client: RenderClient) -> None:
    with pytest.raises(LimitError, match=rf"^templates/{POD}:2: {LATE}$") as raised:
        client.render(changed(tmp_path, ENDLESS[what]), request("init.wait"))
    assert "loop" in raised.value.hint


@pytest.mark.parametrize("what", LARGE)
def test_a_template_that_would_fill_the_memory_is_refused(what: str, tmp_path: Path) -> None:
    limit, processes = resource.getrlimit(resource.RLIMIT_AS), children()
    client = RenderClient(seconds=20)
    with pytest.raises(LimitError, match=rf"templates/{POD}:2: this needs more memory than available"):
        client.render(changed(tmp_path, LARGE[what]), request("init.wait"))
    assert (resource.getrlimit(resource.RLIMIT_AS), children()) == (limit, processes)


@pytest.mark.parametrize("what", ["a filter of Jinja", "a division in C"])
def test_the_linter_does_not_evaluate_expressions(what: str, tmp_path: Path, client: RenderClient) -> None:
    assert client.lint(changed(tmp_path, ENDLESS[what]), frozenset()) == ()


def test_a_template_too_large_to_be_compiled_is_reported_by_name(tmp_path: Path, client: RenderClient) -> None:
    catalog = changed(tmp_path, "".join(f"{{% set a{n} = {n} %}}" for n in range(10_000)))
    with pytest.raises(LimitError, match=rf"^templates/{POD}: {LATE}$") as raised:
        client.lint(catalog, frozenset())
    assert raised.value.path == POD and "smaller" in raised.value.hint
    assert client.lint(catalog, frozenset({POD})) == ()


def test_outlines_that_take_too_long_are_empty_and_the_template_is_named(
    tmp_path: Path, client: RenderClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = changed(tmp_path, "".join(f"{{% set a{n} = {n} %}}" for n in range(20_000)))
    with pytest.raises(LimitError, match=rf"^templates/{POD}: {LATE}$"):
        client.outlines(catalog)
    monkeypatch.setattr(service, "_client", lambda: client)
    assert service.outlines(catalog) == {}
    assert client.outlines(CATALOG) == outlines_of(CATALOG)


def test_a_file_that_is_too_long_to_be_a_manifest_is_refused(tmp_path: Path, client: RenderClient) -> None:
    with pytest.raises(LimitError, match=f"^templates/{POD}: gives more than 1000 kB"):
        client.render(changed(tmp_path, "# {{ 'x'.ljust(2000000) }}"), request("init.wait"))


@pytest.mark.parametrize(
    "text",
    [
        f"{{% include '{POD}' %}}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% if 1 %}" * 2000 + "{% endif %}" * 2000,
    ],
    ids=["included", "called", "compiled"],
)
def test_a_template_nested_too_deeply_is_reported_with_its_line(
    text: str, tmp_path: Path, client: RenderClient
) -> None:
    with pytest.raises(RenderError, match=rf"templates/{POD}:2: this is nested too deeply, or calls itself"):
        client.render(changed(tmp_path, text), request("init.wait"))


def test_the_child_process_returns_the_same_bundle(client: RenderClient) -> None:
    wanted = request("init.wait", "sidecar.shipper", "hpa")
    bundle = render(CATALOG, wanted)
    assert client.render(CATALOG, wanted) == bundle
    assert client.trace(CATALOG, wanted, bundle) == with_parameters(CATALOG, wanted, bundle)


def test_a_child_process_is_kept_until_a_limit_is_reached(tmp_path: Path, client: RenderClient) -> None:
    before = children()
    catalog = changed(tmp_path, ENDLESS["loops"])
    client.render(catalog, request())
    (first,) = children() - before
    client.render(catalog, request())
    assert children() - before == {first}
    with pytest.raises(LimitError):
        client.render(catalog, request("init.wait"))
    assert children() == before
    assert client.render(catalog, request()).manifests
    assert first not in children()


def test_a_killed_child_process_is_replaced(client: RenderClient) -> None:
    before = children()
    bundle = client.render(CATALOG, request())
    (child,) = children() - before
    os.kill(child, signal.SIGKILL)
    time.sleep(0.1)
    assert client.render(CATALOG, request()) == bundle


def test_several_threads_can_render_concurrently(client: RenderClient) -> None:
    wanted = render(CATALOG, request())
    given: list[object] = []
    threads = [threading.Thread(target=lambda: given.append(client.render(CATALOG, request()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert given == [wanted] * 4


INTERRUPTED = """
import sys, pickle
from wizard.render import service
from wizard.render.child import RenderClient
from wizard.render.outline.reading import outlines_of
catalog, request = pickle.load(sys.stdin.buffer)
print("ready", flush=True)
try:
    RenderClient(seconds=30).render(catalog, request)
except KeyboardInterrupt:
    print("interrupted", flush=True)
    sys.stdin.read()
"""


def test_an_interrupted_render_leaves_no_child_process(tmp_path: Path) -> None:
    import pickle

    catalog = changed(tmp_path, ENDLESS["loops"])
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as parent:
        assert parent.stdin and parent.stdout
        parent.stdin.write(pickle.dumps((catalog, request("init.wait"))))
        parent.stdin.flush()
        assert parent.stdout.readline() == b"ready\n"

        while not children(parent.pid):
            time.sleep(0.05)
        time.sleep(0.3)
        parent.send_signal(signal.SIGINT)
        assert parent.stdout.readline() == b"interrupted\n"
        assert children(parent.pid) == set()


def test_a_child_process_that_does_not_respond_is_ended(client: RenderClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = children()
    client.render(CATALOG, request())
    (child,) = children() - before
    monkeypatch.setattr(bounds, "PATIENCE", 0.3)
    os.kill(child, signal.SIGSTOP)
    with pytest.raises(LimitError, match=r"there is no response after 0\.3 s"):
        client.render(CATALOG, request())
    assert children() == before


def test_a_response_that_is_too_long_is_not_read_to_its_end(
    tmp_path: Path, client: RenderClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = children()
    monkeypatch.setattr(bounds, "REPLY", 100_000)
    with pytest.raises(LimitError, match="it is too long"):
        client.render(changed(tmp_path, "# {{ 'x'.ljust(900000, 'x') }}"), request("init.wait"))
    assert children() == before


def test_a_template_that_reaches_a_limit_does_not_hide_the_faults_of_the_others(
    tmp_path: Path, client: RenderClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_client", lambda: client)
    catalog = changed(tmp_path, "".join(f"{{% set a{n} = {n} %}}" for n in range(20_000)))
    other = tmp_path / "templates/components/object/hpa/objects/hpa.yaml"
    other.write_text(f"{other.read_text()}# {{{{ nope }}}}\n")
    limit, undefined = linted(catalog)
    assert limit.position.file.endswith(f"templates/{POD}") and undefined.code == "undefined-variable"
    assert re.search(LATE, limit.message)
