"""Templates from somewhere else come to an end, and do not take the machine with them."""

from __future__ import annotations

import resource
import threading
from pathlib import Path

import pytest

from wizard.errors import RenderError
from wizard.render.templates import bounds
from wizard.render.templates.bounds import Bounds
from wizard.render.templates.environment import Templates

DIGITS = "0123456789"
ENDLESS = {
    "loops": "".join(f"{{% for a{n} in '{DIGITS}' %}}" for n in range(15)) + "{% endfor %}" * 15,
    "macros": "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "recursive": "{% for a in [1, 2] recursive %}{% if loop.depth < 60 %}{{ loop([1, 2]) }}{% endif %}{% endfor %}",
    "calls": "{% macro twice() %}{{ caller() }}{{ caller() }}{% endmacro %}"
    + "{% call twice() %}" * 15
    + "{% for a in 'xy' %}" * 10
    + "{% endfor %}" * 10
    + "{% endcall %}" * 15,
}
LARGE = {
    "padded": "{{ 'x'.ljust(3000000000) }}",
    "formatted": "{{ '%3000000000d' % 1 }}",
    "doubled": "{% set a = 'xxxxxxxx' %}" + "{% set a = a ~ a %}" * 28 + "{{ a }}",
    "batches": "{{ ['a']|batch(300000000, 'x')|list }}",
    "indented": "{{ 'a\\nb'|indent(3000000000) }}",
}


def template(folder: Path, text: str) -> Templates:
    (folder / "a.txt").write_text(f"first line\n{text}\n")
    return Templates(folder, bounds=Bounds())


@pytest.mark.parametrize("what", ENDLESS)
def test_what_would_never_end_is_ended(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_SECONDS", 0.1)
    with pytest.raises(RenderError, match=r"templates/a\.txt:2: this takes more than 0\.1 s") as raised:
        template(tmp_path, ENDLESS[what]).render("a.txt", {})
    assert "loop" in raised.value.hint


@pytest.mark.parametrize("what", LARGE)
def test_what_would_fill_the_memory_is_refused(what: str, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with pytest.raises(RenderError, match=r"templates/a\.txt:?2?: this needs more memory than there is"):
        template(tmp_path, LARGE[what]).render("a.txt", {})
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_what_is_too_long_to_be_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="gives more than 1000 kB"):
        template(tmp_path, "{{ 'x'.ljust(2000000) }}").render("a.txt", {})


@pytest.mark.parametrize("text", ["{% include 'a.txt' %}", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"])
def test_what_calls_itself_is_told_with_its_place(text: str, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"templates/a\.txt:2: this is nested too deeply, or calls itself"):
        template(tmp_path, text).render("a.txt", {})


def test_what_is_nested_too_deeply_to_be_compiled_is_told(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"templates/a\.txt: this is nested too deeply"):
        template(tmp_path, "{% if 1 %}" * 2000 + "{% endif %}" * 2000).render("a.txt", {})


def test_ordinary_templates_give_what_they_gave(tmp_path: Path) -> None:
    text = (
        "{% macro f(x) %}<{{ x }}>{% endmacro %}{% for a in items %}{{ loop.index }}/{{ loop.length }}{{ f(a) }}"
        "{% if not loop.last %}, {% endif %}{% else %}none{% endfor %}"
    )
    made = template(tmp_path, text)
    assert made.render("a.txt", {"items": ["x", "y"]}) == "first line\n1/2<x>, 2/2<y>"
    assert made.render("a.txt", {"items": []}) == "first line\nnone"


def test_each_thread_has_a_clock_of_its_own(tmp_path: Path) -> None:
    made = template(tmp_path, "{% for a in 'xyz' %}\n{{ a }}\n{% endfor %}\nlast")
    given: list[str] = []
    threads = [threading.Thread(target=lambda: given.append(made.render("a.txt", {}))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert given == ["first line\nx\ny\nz\nlast\n"] * 4
    assert [made.source_line("a.txt", {}, line) for line in (1, 2, 4, 5)] == [1, 3, 3, 5]
