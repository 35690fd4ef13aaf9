"""The contract of a bundle in words: what the program must do, the prerequisites, and the next steps."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.render.model import Bundle, Contract, Fallback, First, Step, notes_of
from wizard.text import count
from wizard.texts.phrases import shell_path

MUST, FIRST, LEAVE, NEXT = "Your program must", "Before you apply", "No longer in the bundle", "Next"
CALLED = "Its address"
WITHOUT = "Left out for the oldest Kubernetes version"


def contract_sections(
    contract: Contract, target: object, *, context: str = "", leaving: tuple[Step, ...] = ()
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return (heading, lines) of every non-empty section; ``target`` is the bundle's folder as seen from the shell."""
    sections = (
        (MUST, tuple(must_lines(contract))),
        (FIRST, tuple(line for one in contract.first for line in first_lines(one, target))),
        (CALLED, contract.addresses),
        (LEAVE, tuple(f"{step.say} Delete it with: {step.command}" for step in leaving)),
        (WITHOUT, tuple(fallback_text(one) for one in contract.fallbacks)),
        (NEXT, (*next_lines(contract, target, context=context), *notes_of(contract.next))),
    )
    return tuple(section for section in sections if section[1])


def must_lines(contract: Contract) -> Iterator[str]:
    """Yield each demand on the program with the parameter that changes it."""
    for workload in contract.workloads:
        for one in workload.must:
            yield f"{one.say} ({one.parameter})" if one.parameter else one.say


def first_commands(contract: Contract, target: object) -> tuple[str, ...]:
    """Return the commands that create prerequisites, in order."""
    return tuple(one.made(shell_path(target)) for one in contract.first if one.create)


def first_lines(one: First, target: object) -> Iterator[str]:
    """Yield a prerequisite, the command that checks it and the command that creates it."""
    yield first_text(one)
    if one.check:
        yield f"  check: {one.check}"
    if one.create:
        yield f"  create: {one.made(shell_path(target))}"


def first_text(one: First) -> str:
    """Return a sentence for a prerequisite, after the name of those who see to it if that is not the user."""
    who = "Your administrators: " if one.owner == "platform" else ""
    if one.say:
        return f"{who}{one.say}"
    keys = f" with {'the key' if len(one.keys) == 1 else 'the keys'} {', '.join(one.keys)}" if one.keys else ""
    need = "is used if it exists" if one.optional else "must exist"
    return f"{who}{one.kind} {one.name}{keys} {need}.{f' {one.holds}' if one.holds else ''}"


def first_summary(contract: Contract, where: str) -> str:
    """Return a sentence, without its full stop, that counts the prerequisites and says where to read them, if any."""
    return f"Do {count(len(contract.first), 'thing')} before you apply: see {where}" if contract.first else ""


def fallback_text(one: Fallback) -> str:
    """Return a sentence for the field that is left out and its replacement in the bundle."""
    return f"{one.title} (from Kubernetes {one.first}). {one.instead}"


def next_lines(contract: Contract, target: object, *, context: str = "") -> tuple[str, ...]:
    """Return the commands to run after writing, for the folder as seen from the shell."""
    path = shell_path(target)
    return tuple(on_context(step, path, context) for step in contract.next)


def on_context(step: Step, path: str, context: str) -> str:
    """Return a step's command for this folder, with the kubeconfig's context if the tool takes one."""
    from shlex import quote

    command = step.at(path)
    return f"{command} --context {quote(context)}" if context and step.tool == "kubectl" else command


def contract_data(bundle: Bundle, target: str = ".") -> dict[str, object]:
    """Return the contract as plain data. docs/formats.md documents the format."""
    contract = bundle.contract
    return {
        "workloads": [
            {
                "kind": one.kind,
                "name": one.name,
                "must": [{"say": line.say, "parameter": line.parameter or None} for line in one.must],
            }
            for one in contract.workloads
        ],
        "addresses": list(contract.addresses),
        "first": [_first_data(one, shell_path(target)) for one in contract.first],
        "next": [_step_data(step, target) for step in contract.next],
        "fallbacks": [
            {"feature": one.feature, "title": one.title, "first": one.first, "instead": one.instead}
            for one in contract.fallbacks
        ],
        "undo": [_step_data(step, target) for step in contract.undo],
    }


def _step_data(step: Step, target: str) -> dict[str, object]:
    return {"tool": step.tool, "command": step.at(shell_path(target)), "say": " ".join(notes_of((step,))) or None}


def _first_data(one: First, path: str) -> dict[str, object]:
    return {
        "kind": one.kind,
        "group": one.group,
        "name": one.name,
        "namespace": one.namespace,
        "keys": list(one.keys),
        "optional": one.optional,
        "owner": one.owner,
        "say": first_text(one),
        "check": one.check,
        "create": one.made(path),
        "parameters": list(one.asked_by),
    }
