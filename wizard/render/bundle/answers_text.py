"""The writer of ``podwizard.yaml``; ``answers_file`` reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from shlex import quote

from wizard.decision.model import Answer
from wizard.kube.versions import minor_text
from wizard.render.bundle.answers_file import FORMAT, AnswersFile
from wizard.render.options import Options
from wizard.yamlio.quoting import is_bare, quoted


def again_command(catalog: str) -> str:
    """Return the command that reproduces a bundle, to be run in its folder."""
    return "podwizard new . --answers podwizard.yaml" + (f" --catalog {quote(catalog)}" if catalog else "")


def write_answers(file: AnswersFile) -> str:
    """Return the file's text: fixed order, quoted scalars, no time stamps.

    Values of ``parameters`` are written as they are: the caller passes plain data (text, numbers, lists, mappings).
    """
    command = again_command(file.catalog).replace(" . ", " DIR ", 1)
    lines = [
        f"# The answers behind this bundle. `{command}` reproduces it.",
        f"format: {FORMAT}",
        f"table: {{id: {_flow(file.table[0])}, version: {_flow(file.table[1])}}}",
        *([f"catalog: {_flow(file.catalog)}"] if file.catalog else []),
        *_options(file.options),
        "workloads:",
        *(f"  {'- ' if number == 0 else '  '}{line}" for number, line in enumerate(_workload(file))),
    ]
    return "\n".join(lines) + "\n"


def _workload(file: AnswersFile) -> Iterator[str]:
    yield "answers:" if file.answers else "answers: {}"
    yield from (f"  {key}: {_answer(answer)}" for key, answer in file.answers.items())
    yield f"assumed: [{', '.join(file.assumed)}]"
    groups: dict[str, list[str]] = {}
    for key, value in {**file.implementations, **file.parameters}.items():
        component, _, name = key.rpartition(".")
        groups.setdefault(component, []).extend(_parameter(name, value))
    yield "parameters:" if groups else "parameters: {}"
    for component, rows in groups.items():
        yield from (f"  {component}:", *rows)
    if file.evidence:
        yield "evidence:"
        yield from (f"  - {{clue: {item.clue}, found: {_flow(item.found)}}}" for item in file.evidence)


def _parameter(name: str, value: object) -> Iterator[str]:
    """Yield the lines of one parameter; multi-line texts in a mapping become block scalars."""
    if not isinstance(value, dict) or not any("\n" in str(text) for text in value.values()):
        yield f"    {name}: {_flow(value)}"
        return
    yield f"    {name}:"
    for key, text in value.items():
        if not text.strip():
            yield f"      {_flow(key)}: {_flow(text)}"
            continue
        ends = len(text) - len(text.rstrip("\n"))
        yield f"      {_flow(key)}: |2{('-', '')[ends] if ends < 2 else '+'}"
        yield from (f"        {line}" if line else "" for line in text.removesuffix("\n").split("\n"))


def _answer(answer: Answer) -> str:
    return f"[{', '.join(map(_option, answer))}]" if isinstance(answer, tuple) else _option(answer)


def _option(name: str) -> str:
    return name if is_bare(name) else quoted(name)  # other readers would read a bare yes or no as a boolean


def _flow(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _options(options: Options) -> list[str]:
    lines = ["options:", f"  form: {options.form}"]
    if options.minor is not None:
        lines.append(f'  kubernetes: "{minor_text(options.minor)}"')
    if options.registry:
        lines.append(f"  registry: {_flow(options.registry)}")
    lines.append(f"  comments: {'true' if options.comments else 'false'}")
    return lines
