"""P3: every referenced object is in the bundle, created by a controller, or a prerequisite (listed under First)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.bundles import Rendered, bundles, for_each
from tests.contract.test_cases import JOB, WEB
from tests.contract.test_cases import bundle as bundle_of
from wizard.kube.kinds import group_of, is_own_group
from wizard.kube.references import made_by_controllers, references
from wizard.render.contract.first import _ALWAYS
from wizard.texts.contract import contract_data, contract_sections

BUILT_IN_ROLES = ("view", "edit", "admin", "cluster-admin")


def unresolved(bundle: Rendered) -> Iterator[str]:
    """Yield every reference whose target is missing."""
    known = bundle.session.catalog.references
    there = {(one["kind"], one["metadata"]["name"]) for one in bundle.objects}
    there |= {(one.kind, one.name) for one in bundle.contract.first}
    for one in bundle.objects:
        there |= set(made_by_controllers(one, known.makes))
    for one in bundle.objects:
        for reference in references(one, known.rows):
            target = (reference.kind, reference.name)
            if target not in there | _ALWAYS and reference.name not in BUILT_IN_ROLES:
                yield f"{one['kind']} names {reference.kind} {reference.name} at {reference.path}"
        namespace = one["metadata"].get("namespace")
        if namespace and ("Namespace", namespace) not in there | _ALWAYS:
            yield f"{one['kind']} is in {namespace}, which nothing makes"


def superfluous(bundle: Rendered) -> Iterator[str]:
    """Yield every prerequisite that no object needs."""
    named = {
        (r.kind, r.name) for one in bundle.objects for r in references(one, bundle.session.catalog.references.rows)
    }
    namespaces = {one["metadata"].get("namespace") for one in bundle.objects}
    used = {one["apiVersion"] for one in bundle.objects}
    for one in bundle.contract.first:
        if one.say and one.kind != "API":
            continue
        if one.kind == "Namespace" and one.name in namespaces:
            continue
        declared = any(one.name in component.requires for component in bundle.session.components)
        if one.kind == "API" and (one.name in used or declared):
            continue
        if (one.kind, one.name) not in named:
            yield f"{one.kind} {one.name}"


@for_each(bundles)
def test_every_reference_has_a_target_and_every_prerequisite_a_reference(bundle: Rendered) -> None:
    assert not list(unresolved(bundle))
    assert not list(superfluous(bundle))


@for_each(bundles)
def test_every_foreign_api_is_a_prerequisite(bundle: Rendered) -> None:
    foreign = {one["apiVersion"] for one in bundle.objects if not is_own_group(one["apiVersion"])}
    assert foreign <= {one.name for one in bundle.contract.first if one.kind == "API"}
    assert all(group_of(one) for one in foreign)


def too_early(bundle: Rendered) -> Iterator[str]:
    """Yield commands that create something in a namespace that no earlier line creates and not every cluster has."""
    made = {"default", "kube-system"}
    claimed = {one.namespace for one in bundle.contract.first if one.kind == "PersistentVolumeClaim"}
    for one in bundle.contract.first:
        if one.kind == "Namespace" and (one.create or one.name in claimed):
            made.add(one.name)
        elif one.create.startswith("kubectl -n ") and shlex.split(one.create)[2] not in made:
            yield one.create


@for_each(bundles)
def test_a_namespace_is_created_before_the_objects_in_it(bundle: Rendered) -> None:
    assert not list(too_early(bundle))


def test_a_namespace_that_comes_too_late_is_found() -> None:
    bundle = next(one for one in bundles() if any(first.kind == "Secret" for first in one.contract.first))
    without = tuple(one for one in bundle.contract.first if one.kind != "Namespace")
    assert list(too_early(bundle._replace(contract=bundle.contract._replace(first=without))))


def test_every_face_shows_the_namespace_command_for_the_written_folder() -> None:
    made = bundle_of(WEB, env_secrets=[{"variable": "DB_PASSWORD", "secret": "orders-db", "key": "password"}])
    command = "kubectl apply -f ./out/manifests/00-namespace.yaml"
    texts = [text for _, lines in contract_sections(made.contract, "out") for text in lines]
    data: Any = contract_data(made.session.bundle, "out")
    assert f"  create: {command}" in texts
    assert data["first"][0]["create"] == command
    assert command.replace("out/", "") in made.session.bundle.files[0].text


TOOLS = ("kubectl", "git", "argocd", "flux", "vault", "curl", "nslookup", "aws", "eksctl", "az", "gcloud")
MADE = re.compile(r"[A-Z_]+=\$\(openssl rand -hex \d+\)")
"""The assignment of a random text to a variable for the next command."""
FIELD = re.compile(r"(?<==)'\{\.[\w.\[\]]+\}'")
"""A field of an object in quotes, as ``kubectl wait --for=jsonpath=`` expects it."""


@for_each(bundles)
def test_every_command_can_be_run_in_a_shell(bundle: Rendered) -> None:
    contract = bundle.contract
    commands = [command for one in contract.first for command in (one.check, one.made(".")) if command]
    commands += [step.at(".") for step in (*contract.next, *contract.undo)]
    assert commands
    for command in commands:
        words = shlex.split(command)
        assert words[0] in TOOLS or MADE.fullmatch(command.replace('"', ""))
        assert "{" not in FIELD.sub("", command), "a gap is left, or a shell would read it"


def test_a_deleted_object_that_others_reference_is_found() -> None:
    missed = 0
    for bundle in bundles():
        for number, one in enumerate(bundle.objects):
            others = bundle.objects[:number] + bundle.objects[number + 1 :]
            rows = bundle.session.catalog.references.rows
            name, kind = one["metadata"]["name"], one["kind"]
            if any((r.kind, r.name) == (kind, name) for other in others for r in references(other, rows)):
                missed += 1
                assert any(f"{kind} {name}" in text for text in unresolved(bundle._replace(objects=others)))
    assert missed > 100


def test_a_prerequisite_that_nothing_references_is_found() -> None:
    bundle = next(one for one in bundles() if any(first.kind == "Secret" for first in one.contract.first))
    assert list(superfluous(bundle._replace(objects=[])))


# --- entries of a secret store ----------------------------------------------------------------------


def test_the_entries_of_a_secret_store_are_a_prerequisite() -> None:
    given = {
        "env_secrets": [{"variable": "DB_PASSWORD", "secret": "orders-db", "key": "password"}],
        "secrets_by": "external-secrets",
        "secret_store": "vault",
        "secret_entry": "shop/prod/*",
    }
    made = bundle_of(WEB, **given)
    (line,) = (one for one in made.contract.first if "shop/prod/*" in one.say)
    assert "vault" in line.say and line.check == "kubectl -n web get externalsecrets"
    assert not [one for one in bundle_of(WEB).contract.first if "entries" in one.say]


def test_the_entry_and_the_role_in_vault_are_prerequisites() -> None:
    answers = {**WEB, "needs": ("secrets",), "secrets": "fetched_once", "version": "v133"}
    names = {"address": "https://vault.acme.io:8200", "secret_path": "secret/data/web"}
    made = bundle_of(answers, **{f"init.secrets.{name}": value for name, value in names.items()})
    checks = [one.check for one in made.contract.first]
    assert "vault read secret/data/web" in checks
    assert "vault read auth/kubernetes/role/web" in checks


def test_every_face_shows_the_same_line_for_an_unchanged_sample() -> None:
    sample = {"name": "partner", "where": "outside", "cidr": "203.0.113.0/24", "port": 443}
    made = bundle_of(WEB, image="registry.example.com/shop/orders:1.4.2", reach="declared", destinations=[sample])
    lines = [one for one in made.contract.first if one.kind == "Setting"]
    assert [one.name for one in lines] == ["app.destinations", "app.image"]
    shown = [text for _, texts in contract_sections(made.contract, "out") for text in texts]
    data: Any = contract_data(made.session.bundle, "out")
    for one in lines:
        assert one.say in shown
        assert f"- {one.say}" in made.session.bundle.files[0].text
        assert {"say": one.say, "parameters": [one.name]}.items() <= next(
            each for each in data["first"] if each["name"] == one.name
        ).items()


ROLES = {
    "aws": ("cloud_role", "arn:aws:iam::210987654321:role/shop/dump"),
    "azure": ("cloud_client", "6f0b1f5e-1b1c-4e1a-9d43-0d2f7f0b8a11"),
    "gcp": ("cloud_account", "dump@shop-prod.iam.gserviceaccount.com"),
}


@pytest.mark.parametrize("cloud", ROLES)
def test_the_trust_of_a_cloud_in_a_service_account_is_a_prerequisite(cloud: str) -> None:
    key, value = ROLES[cloud]
    made = bundle_of(JOB, cloud=cloud, run_seconds=60, **{key: value})
    line = next(one for one in made.contract.first if value in one.say)
    subject = "[web/web]" if cloud == "gcp" else "system:serviceaccount:web:web"
    assert subject in line.say
    assert cloud == "aws" or subject in line.create
    assert line.check and line.asked_by == (f"app.{key}",)
    assert cloud != "aws" or " --role-name=dump " in line.create
    without = bundle_of(JOB, run_seconds=60)
    assert not [one for one in without.contract.first if "ServiceAccount" in one.say]


def test_a_value_that_only_resembles_a_sample_is_not_reported() -> None:
    made = bundle_of(WEB, image="registry.example.com/shop/checkout:2.0", name="orders")
    assert not [one for one in made.contract.first if one.kind == "Setting"]


def test_the_namespace_of_an_existing_claim_is_not_created_and_the_claim_precedes_its_properties() -> None:
    made = bundle_of(
        {**JOB, "needs": ("claim",)},
        namespace="shop",
        run_seconds=60,
        **{"mounted-claim.claim": "data-orders-0", "mounted-claim.program": "app.kubernetes.io/name=orders"},
    )
    found = made.contract.first
    space, claim = (next(one for one in found if one.kind == kind) for kind in ("Namespace", "PersistentVolumeClaim"))
    assert (space.name, space.create) == ("shop", "")
    assert space.check == "kubectl get namespace shop"
    properties = [at for at, one in enumerate(found) if "data-orders-0" in one.say]
    assert properties and found.index(space) < found.index(claim) < min(properties)
    assert bundle_of(JOB, namespace="shop", run_seconds=60, create_namespace="existing").contract.first[0].create


def test_the_bundles_namespace_comes_right_before_what_is_created_in_it_by_hand() -> None:
    made = bundle_of({**WEB, "metrics": "native"}, metrics_at="own", env_secrets="variable=A, secret=keys, key=a")
    own = next(number for number, one in enumerate(made.contract.first) if one.kind == "Namespace")
    assert made.contract.first[own].say.startswith("Create the namespace web first: the Secret keys goes into it.")
    assert all(one.owner == "platform" for one in made.contract.first[:own])
    assert made.contract.first[own + 1].owner == "you"


def test_a_prerequisite_for_administrators_begins_with_their_name_in_the_readme() -> None:
    made = bundle_of({**WEB, "metrics": "native"}, metrics_at="own")
    readme = made.session.bundle.files[0].text
    owners = [one.owner for one in made.contract.first]
    assert readme.count("- *Your administrators:* ") == owners.count("platform") > 0
