"""A small catalogue that fills every slot, and requests for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wizard.catalog.model import Catalog, Component, Feature, Image, Parameter, Pattern, Value
from wizard.catalog.types.registry import TYPES
from wizard.decision.model import Decision, Is, Option, Question, Rule
from wizard.decision.results import Verdict
from wizard.errors import Position
from wizard.render.compose.workshop import Workshop
from wizard.render.model import Origin, RenderRequest
from wizard.render.options import Options
from wizard.render.outline.draw import Picture
from wizard.render.outline.parts import Certain
from wizard.render.outline.reading import outlines_of

ROOT = Path(__file__).parent / "catalogue"
HERE = Position("decision_table.yaml")


def parameter(component: str, name: str, kind: str, sample: Value, **more: Any) -> Parameter:
    choice = kind == "choice"
    return Parameter(
        component, name, TYPES[kind], "choice" if choice else "value", f"{name}?", HERE, sample=sample, **more
    )


APP = (
    parameter("app", "name", "name", "shop"),
    parameter("app", "namespace", "name", "shop"),
    parameter("app", "version", "text", "1.2"),
    parameter("app", "replicas", "integer", 3),
    parameter("app", "grace", "integer", 30),
    parameter("app", "image", "image", "registry.example/shop:1.2"),
    parameter("app", "args", "list", ("serve", "--fast")),
    parameter("app", "settings", "map", (("MODE", "on"), ("N", "1"))),
    parameter("app", "port", "port", 8080),
    parameter("app", "health", "choice", "http", options=(("http", "HTTP"), ("none", "None"))),
    parameter("app", "health_path", "path", "/healthz"),
    parameter("app", "tmp_size", "quantity", "64Mi"),
    parameter("app", "pull_secret_use", "choice", "yes", options=(("yes", "Yes"), ("no", "No"))),
    parameter("app", "pull_secret", "secret-name", "registry"),
)
SHIPPER = (
    parameter("sidecar.shipper", "path", "path", "/var/log/app"),
    parameter("sidecar.shipper", "size", "quantity", "1Gi"),
    parameter("sidecar.shipper", "tag", "text", "shop"),
    parameter("sidecar.shipper", "endpoint", "endpoint", "logs.example:24224"),
)
COMPONENTS = {
    ("Deployment", "default"): Component(
        "app",
        "Deployment",
        "workloads/deployment",
        APP,
        HERE,
        workload="workload.yaml",
        template="spec.template",
        objects=("objects/secret-user.yaml",),
        shared=("namespace.yaml", "service.yaml", "networkpolicy.yaml"),
        slug="app",
        role="workload",
    ),
    ("sidecar.shipper", "default"): Component(
        "sidecar.shipper",
        "Log shipper",
        "components/sidecar/shipper",
        SHIPPER,
        HERE,
        pod="pod.yaml",
        config=("config/agent.hcl", "config/shipper.yaml", "config/start.sh"),
        notes="notes.md",
        slug="shipper",
        role="sidecar",
        images=("shipper",),
    ),
    ("init.wait", "default"): Component(
        "init.wait",
        "Wait",
        "components/init/wait",
        (parameter("init.wait", "host", "host", "db.example"),),
        HERE,
        pod="pod.yaml",
        slug="wait",
        role="init",
        needs=("sidecar.*",),
        images=("wait",),
    ),
    ("init.migrate", "default"): Component(
        "init.migrate",
        "Migrate",
        "components/init/fetch",
        (
            parameter("init.migrate", "command", "command", ("migrate", "up")),
            parameter("init.migrate", "secret", "secret-name", "shop-token"),
        ),
        HERE,
        pod="pod.yaml",
        slug="migrate",
        role="init",
        needs=("init.wait",),
    ),
    ("hpa", "default"): Component(
        "hpa",
        "Autoscaler",
        "components/object/hpa",
        (parameter("hpa", "most", "integer", 10),),
        HERE,
        objects=("objects/hpa.yaml",),
        slug="hpa",
        role="object",
    ),
}
PATTERNS = ("Deployment", "init.migrate", "init.wait", "sidecar.shipper", "hpa")
"""Patterns in output order; the needs of the init containers reverse their start order."""
_QUESTION = Question(
    "logs",
    "Where do logs go?",
    (Option("files", "only to files", HERE), Option("out", "to stdout", HERE)),
    HERE,
    topic="logs",
)
_RULE = Rule("files", "add", Is("logs", ("files",)), "Files stay in the pod.", HERE, use="sidecar.shipper")


def image(name: str, uid: int) -> Image:
    return Image(name, f"registry.example/{name}", "1.0", uid, "2026-11-22", "here", HERE)


CATALOG = Catalog(
    ROOT,
    Decision("fixture", "1", {"logs": _QUESTION}, {}, (_RULE,), PATTERNS),
    {
        p: Pattern(p, p, "", "", "", "", HERE, implementations=(("default", COMPONENTS[p, "default"].folder),))
        for p in PATTERNS
    },
    COMPONENTS,
    {"shipper": image("shipper", 65532), "wait": image("wait", 65534)},
    {"tolerance": Feature("tolerance", (1, 37), "tolerance", HERE)},
    digest="fixture",
    minors=((1, 29), (1, 37)),
)


def values(catalog: Catalog = CATALOG) -> dict[str, Value]:
    return {p.key: p.sample for c in catalog.components.values() for p in c.parameters}


def request(
    *add: str, given: Mapping[str, Value] | None = None, catalog: Catalog = CATALOG, **options: Any
) -> RenderRequest:
    return RenderRequest(
        Verdict("Deployment", tuple(p for p in PATTERNS if p in add), (), (), (_RULE,)),
        {**values(catalog), **(given or {})},
        Options(**options),
        dict.fromkeys(("Deployment", *add), "default"),
        {"logs": "files"},
        (),
        (1, 33),
        origins={"sidecar.shipper": Origin("sidecar.shipper", "add:files", ("logs",))},
        answers_text="format: 1\n",
    )


def drawn(wanted: RenderRequest, catalog: Catalog = CATALOG) -> RenderRequest:
    """Return the request with the drawing of its bundle, as a session makes it."""
    certain = Certain(catalog, Workshop(catalog, wanted).declared)
    picture = Picture(certain, outlines_of(catalog), dict(wanted.implementations))
    return wanted._replace(drawing=picture.drawing("Deployment"))


ALL = PATTERNS[1:]


def with_component(pattern: str, **changes: Any) -> Catalog:
    component = COMPONENTS[pattern, "default"]._replace(**changes)
    return CATALOG._replace(components={**COMPONENTS, (pattern, "default"): component})
