"""The README of a bundle, and the plain data that its template may use."""

import re
from collections.abc import Iterable
from functools import partial
from shlex import quote
from typing import Any

from wizard.catalog.declarations import Operated
from wizard.catalog.model import HELPERS, Component, Parameter, Value
from wizard.catalog.values import format_value
from wizard.kube.kinds import pod_spec
from wizard.kube.versions import minor_text
from wizard.render.bundle.picture import picture
from wizard.render.compose.workshop import Workshop
from wizard.render.contract.disks import disks
from wizard.render.drawn import DrawnContainer
from wizard.render.model import Bundle, BundleFile, First, PodNote, notes_of
from wizard.render.templates.escaping import Raw, code, fenced, markdown
from wizard.text import cpu_text, memory_text, visible

_READ = ("Secret", "ConfigMap")
"""Objects that must exist before the kubelet starts a container that reads them."""
_ROLES = {"init": "runs first, then ends", "app": "your program"}


def readme(shop: Workshop, bundle: Bundle, owners: Iterable[str]) -> str:
    """Return the text of ``README.md`` for a bundle of manifests, whose objects have these owners.

    Raises:
        RenderError: its template or a component's notes are wrong.
    """
    request = shop.request
    makes = next((f.path for f in bundle.files if f.ref and f.ref.kind == "Namespace"), "")
    context: dict[str, Any] = {
        **shop.context(shop.base, set(), {}),
        "summary": _summary(shop, bundle.pod),
        "command": Raw(visible(request.command)),
        "warnings": [{"level": level, "say": say, "instead": instead} for level, say, instead in request.warnings],
        "makes_namespace": makes,
        "must": [{"say": line.say, "key": line.parameter} for w in bundle.contract.workloads for line in w.must],
        "addresses": bundle.contract.addresses,
        "first": [_first(shop, one) for one in bundle.contract.first],
        "waits_for_objects": any(one.kind in _READ for one in bundle.contract.first),
        "asked": {p.name: request.parameters.get(p.key) for p in shop.base.parameters if shop.declared.shown(p.key)},
        "fallbacks": [one._asdict() for one in bundle.contract.fallbacks],
        "checks": [fenced(one) for one in dict.fromkeys(one.check for one in bundle.contract.first) if one],
        "creates": [fenced(one.made(".")) for one in bundle.contract.first if one.create],
        "minor": minor_text(request.minor),
        "next": [fenced(step.at(".")) for step in bundle.contract.next],
        "next_notes": notes_of(bundle.contract.next),
        "delivered": any(step.tool != "kubectl" for step in bundle.contract.next),
        "disks": disks(shop, bundle.files)._asdict(),
        "undo": [fenced(step.at(".")) for step in bundle.contract.undo],
        "undo_notes": notes_of(bundle.contract.undo),
        "parts": [{"title": c.title, "because": _because(shop, c)} for c in shop.components],
        "answers": [{"question": question, "answer": answer} for question, answer in request.decision_path],
        "assumed": bool(request.assumed),
        "evidence": [{"say": say, "stands": supported} for say, supported in request.evidence],
        "rejected": [{"title": title, "because": because} for title, because in request.rejected],
        "operated": [_operated(shop, *one) for one in shop.declared.each(lambda declares: declares.operated)],
        "pod": _pod(bundle.pod, request.drawing.containers, shop.base) if bundle.pod else None,
        "restarts": any(spec.get("restartPolicy") != "Never" for f in bundle.files if (spec := pod_spec(f.document))),
        "beside": [_pod(pod, request.drawing.beside(pod.component), shop.base) for pod in bundle.beside],
        "objects": [_object(f, owner, shop) for f, owner in zip(bundle.files, owners, strict=True)],
        **_images(shop, bundle.images),
        "pulls": [one._asdict() for one in shop.declared.pulls()],
        "without_digest": any("@" not in reference for _, reference in bundle.images),
        "settings": _settings(shop),
        "notes": _notes(shop),
    }
    return _tidy(shop.templates.render("shared/README.md", context))


def _tidy(text: str) -> str:
    """Collapse repeated empty lines and remove those at the ends, which conditions in the template leave behind."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"


def _summary(shop: Workshop, pod: PodNote | None) -> str:
    base, *rest = shop.components
    text = base.title
    if rest:
        added = "; ".join(component.title for component in rest)
        text += f" with {'this addition' if len(rest) == 1 else 'these additions'}: {added}"
    if pod is not None and pod.helper_cpu_millis:
        text += f". Its helpers request {cpu_text(pod.helper_cpu_millis)} CPU in each pod"
    return f"{text}."


def _because(shop: Workshop, component: Component) -> str:
    pattern = shop.request.verdict.base if component is shop.base else component.id
    reasons = [r.because for r in shop.request.verdict.fired if r.section in ("base", "add") and r.use == pattern]
    known = shop.catalog.patterns.get(pattern)
    return " ".join(dict.fromkeys(reasons)) or (known.gives if known else "")


def _first(shop: Workshop, one: First) -> dict[str, Any]:
    keys = ", ".join(code(key) for key in one.keys)
    questions = [declared.ask for key in one.asked_by if (declared := shop.declared.parameters.get(key))]
    return {
        "say": one.say,
        "what": Raw(f"{markdown(one.kind)} {code(one.name)}"),
        "with_keys": Raw(f"with the key {keys}" if len(one.keys) == 1 else f"with the keys {keys}" if keys else ""),
        "optional": one.optional,
        "holds": one.holds,
        "owner": one.owner,
        "asks": Raw(" ".join(f"*{markdown(ask)}*" for ask in dict.fromkeys(questions))),
    }


def _operated(shop: Workshop, component: Component, one: Operated) -> dict[str, Any]:
    """Return the commands that show an operator's progress, in the order to run them, and texts about their output."""
    filled = partial(shop.declared.filled, component.id)
    at = f"kubectl -n {quote(shop.namespace)}"
    commands = (
        f"{at} get {one.kind} {quote(shop.name)}",
        f"{at} describe {one.kind} {quote(shop.name)}",
        f"{at} get pods,persistentvolumeclaims -l {filled(one.pods, quote)}",
        filled(one.operator, quote),
    )
    return {
        "commands": [fenced(command) for command in commands],
        "ready": filled(one.ready),
        "watches": filled(one.watches),
    }


def _pod(pod: PodNote, containers: tuple[DrawnContainer, ...], base: Component) -> dict[str, Any]:
    brought = bool(base.images)  # the catalogue provides the program, not the user
    many = {"DaemonSet": "One pod on each node.", "1": "One pod."}
    text = many.get(pod.kind) or many.get(pod.replicas) or f"{pod.replicas} pods."
    return {
        "name": Raw(f"{markdown(pod.kind)} {code(pod.name)}"),
        "replicas_text": text,
        "picture": [Raw(line) for line in picture(f"{pod.kind} {pod.name}", containers)],
        "containers": [
            {
                "name": code(c.name),
                "what": c.title if c.component != pod.component or brought else _ROLES.get(c.role, c.role),
                "cpu": c.cpu or "none",
                "memory": c.memory or "none",
            }
            for c in pod.containers
        ],
        "cost": _cost(pod),
    }


def _cost(pod: PodNote) -> str:
    lines = [f"One pod requests {cpu_text(pod.cpu_millis)} CPU and {memory_text(pod.memory_bytes)} of memory."]
    if any(c.role in HELPERS for c in pod.containers):
        cpu = _share(pod.helper_cpu_millis, pod.cpu_millis)
        memory = _share(pod.helper_memory_bytes, pod.memory_bytes)
        lines.append(f"The helpers are {cpu} of the CPU and {memory} of the memory.")
    ends = [int(end) for end in pod.replicas.split("-") if end.isdigit()]
    if ends and ends[-1] > 1:
        most = f"{cpu_text(pod.cpu_millis * ends[-1])} CPU and {memory_text(pod.memory_bytes * ends[-1])} of memory"
        if len(ends) > 1:
            cpu, memory = cpu_text(pod.cpu_millis * ends[0]), memory_text(pod.memory_bytes * ends[0])
            lines.append(f"All pods request from {cpu} CPU and {memory} of memory up to {most}.")
        else:
            lines.append(f"All pods request {most}.")
    return " ".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}%" if whole else "0%"


def _object(file: BundleFile, owner: str, shop: Workshop) -> dict[str, Any]:
    part = next((c.title for c in shop.components if c.id == owner), owner)
    return {"name": Raw(markdown(str(file.ref))), "file": file.path, "link": Raw(file.path), "part": part}


def _images(shop: Workshop, images: tuple[tuple[str, str], ...]) -> dict[str, list[dict[str, Any]]]:
    """Return the images of a bundle, those with an advisory, and those that run as a user id below 10000."""
    registry = shop.request.options.registry
    known = {image.reference(registry): image for image in shop.catalog.images.values()}
    titles = {c.id: c.title for c in shop.components}
    checked = {reference: image.checked for reference, image in known.items()}
    used = {reference for _, reference in images}
    ours = [(reference, image) for reference, image in known.items() if reference in used]
    return {
        "images": [
            {"reference": reference, "part": titles.get(owner, owner), "checked": checked.get(reference) or "yours"}
            for owner, reference in images
        ],
        "advisories": [{"reference": name, **one.advisory._asdict()} for name, one in ours if one.advisory],
        "fixed_users": [
            {"reference": name, "uid": one.uid, "because": one.uid_fixed} for name, one in ours if one.uid_fixed
        ],
    }


def _settings(shop: Workshop) -> list[dict[str, str]]:
    """Return the parameters that templates read and that have another value than their default."""
    used = (p for c in shop.components for p in c.parameters if p.key in shop.used)
    given = ((p, shop.request.parameters.get(p.key)) for p in used)
    return [{"key": p.key, "value": format_value(p, v), "ask": p.ask} for p, v in given if _is_changed(shop, p, v)]


def _is_changed(shop: Workshop, parameter: Parameter, value: Value) -> bool:
    if parameter.decided or value in (None, (), "") or value == parameter.default:
        return False
    source = parameter.derived_from
    followed = shop.request.parameters.get(source) if source else None
    if parameter.part and followed is not None:
        leader = shop.declared.parameters[source]
        followed = leader.type.part(leader, followed, parameter.part)
    if followed is None:
        return True
    return value != (parameter.template.replace("*", str(followed)) if parameter.template else followed)


def _notes(shop: Workshop) -> list[dict[str, Any]]:
    noted = (c for c in shop.components if c.notes)
    texts = ((c.title, shop.rendered(c, f"{c.folder}/{c.notes}").text.strip()) for c in noted)
    return [{"title": title, "text": Raw(text)} for title, text in texts if text]
