"""Test cases, each a small change to the base bundle."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from wizard.validation.documents import read_documents
from wizard.validation.frame import PodSecurityLevel
from wizard.validation.model import Document, Finding
from wizard.validation.run import check_documents

HERE = Path(__file__).parent
Case = Mapping[str, Any]
_STEP = re.compile(r"\[(\d+)\]|\[([^\]]*)\]|([^.\[\]]+)")


@lru_cache(maxsize=1)
def _base() -> tuple[Document, ...]:
    reading = read_documents((HERE / "base.yaml").read_text(encoding="utf-8"), "base.yaml")
    assert reading.findings == ()
    return reading.documents


def base_objects() -> list[dict[str, Any]]:
    return [copy.deepcopy(document.object) for document in _base()]


def cases() -> list[tuple[str, Case]]:
    """Return (rule id, case) for the cases of all files."""
    found = []
    for path in sorted((HERE / "cases").glob("*.yaml")):
        for rule, listed in yaml.load(path.read_bytes(), yaml.CSafeLoader).items():
            found += [(rule, case) for case in listed]
    return found


def steps(path: str) -> list[str | int]:
    return [int(index) if index else key or name for index, key, name in _STEP.findall(path)]


def put(target: Any, path: str, value: Any) -> None:
    *before, last = steps(path)
    for step in before:
        target = target.setdefault(step, {}) if isinstance(target, dict) else target[step]
    if isinstance(target, list) and last == len(target):
        target.append(value)
    else:
        target[last] = value


def drop(target: Any, path: str) -> None:
    *before, last = steps(path)
    for step in before:
        target = target[step]
    del target[last]


def changed(case: Case) -> list[dict[str, Any]]:
    """Return the objects of the base bundle after the case's change."""
    objects = base_objects()
    named = {f"{o['kind']}/{o['metadata']['name']}": o for o in objects}
    if "edit" in case:
        for path, value in case.get("set", {}).items():
            put(named[case["edit"]], path, value)
        for path, letters in case.get("long", {}).items():
            put(named[case["edit"]], path, "x" * letters)
        for path in case.get("drop", ()):
            drop(named[case["edit"]], path)
    if "level" in case:
        named["Namespace/shop"]["metadata"].pop("labels")
    gone = [named[name] for name in case.get("without", ())]
    return [o for o in objects if not any(o is other for other in gone)] + list(case.get("add", ()))


def check(
    objects: list[dict[str, Any]], *, minor: int = 37, level: PodSecurityLevel | None = None
) -> tuple[Finding, ...]:
    documents = [Document(data, f"{index}.yaml", {}) for index, data in enumerate(objects)]
    return check_documents(documents, minors=((1, minor),), pod_security=level)


def run_case(case: Case) -> tuple[Finding, ...]:
    return check(changed(case), minor=case.get("minor", 37), level=case.get("level"))
