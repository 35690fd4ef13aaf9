"""The pure function from a catalogue and a request to a bundle."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import yaml

from wizard.catalog.model import Catalog
from wizard.errors import RenderError
from wizard.render.bundle.cost import pod_note
from wizard.render.bundle.readme import readme
from wizard.render.bundle.reasons import reasons
from wizard.render.compose.compose import Composition, compose
from wizard.render.compose.emit import emit
from wizard.render.compose.objects import file_names
from wizard.render.compose.tree import plain
from wizard.render.compose.workshop import Workshop
from wizard.render.contract.contract import contract_of
from wizard.render.contract.first import requirements
from wizard.render.model import Bundle, BundleFile, RenderRequest


def render(catalog: Catalog, request: RenderRequest) -> Bundle:
    """Render the bundle of a request; the same request yields the same bytes.

    Raises:
        RenderError: a template is wrong, components collide, or the form is not known yet.
        CatalogError: components depend on each other in a cycle.
    """
    if request.options.form != "plain":
        raise RenderError(f"the {request.options.form} form cannot be written yet", hint="use the plain form")
    shop = Workshop(catalog, request)
    return finished(shop, compose(shop))


def manifest_files(shop: Workshop, composition: Composition) -> tuple[BundleFile, ...]:
    """Return each object as a file, after reading it back and comparing the data."""
    why = reasons(shop)
    paths = file_names(composition.objects, shop.name)
    files = []
    for path, one in zip(paths, composition.objects, strict=True):
        emitted = emit(
            one.node,
            comments=shop.request.options.comments,
            origin=shop.origin,
            reason=lambda owner: why.get(owner, ""),
            owner=shop.base.id,
        )
        data = plain(one.node)
        if (back := read_back(emitted.text)) != data:
            raise RenderError(f"{path} does not read back as it was composed", hint=_difference(data, back))
        files.append(BundleFile(path, emitted.text, "manifest", emitted.origins, one.ref, data, emitted.paths))
    return tuple(files)


@lru_cache(maxsize=256)
def read_back(text: str) -> Any:
    """Return the data that PyYAML reads from an emitted document, or the exception if it cannot be read.

    The cache pays off because a changed value changes few files of a bundle. Callers must not modify the result.
    """
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a SafeLoader
    except Exception as error:  # libyaml and the date constructor pass on any exception
        return error


def _difference(wanted: Any, got: Any, path: str = "") -> str:
    if isinstance(wanted, dict) and isinstance(got, dict) and list(wanted) == list(got):
        return next((d for k in wanted if (d := _difference(wanted[k], got[k], f"{path}.{k}"))), "")
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return next((d for i, w in enumerate(wanted) if (d := _difference(w, got[i], f"{path}[{i}]"))), "")
    return "" if wanted == got else f"internal error: {path or 'the document'}: {wanted!r} became {got!r}"


def finished(shop: Workshop, composition: Composition) -> Bundle:
    """Write the composed objects as files, and add the README, the answers file and the kustomizations."""
    manifests = manifest_files(shop, composition)
    note = pod_note(shop, composition.workload, manifests) if composition.workload else None
    beside = tuple(pod_note(shop, one, manifests) for one in composition.beside)
    named = [(c.component, c.image) for pod in (note, *beside) if pod for c in pod.containers]
    known = [(owner, reference) for (owner, _), reference in shop.images.items()]
    bundle = Bundle(
        files=manifests,
        name=shop.name,
        namespace=shop.namespace,
        pod=note,
        images=tuple(dict.fromkeys((*named, *known))),
        requires=requirements(shop, manifests),
        privileged="; ".join(dict.fromkeys(shop.declared.privileges())),
        contract=contract_of(shop, composition, manifests),
        beside=beside,
    )
    files = (
        BundleFile("README.md", readme(shop, bundle, (one.owner for one in composition.objects)), "readme"),
        BundleFile("podwizard.yaml", shop.request.answers_text, "answers"),
        *_kustomizations(shop, manifests),
        *manifests,
    )
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.path}\0{file.text}\0".encode("utf-8", "surrogatepass"))
    return bundle._replace(files=files, digest=digest.hexdigest())


def _kustomizations(shop: Workshop, manifests: tuple[BundleFile, ...]) -> tuple[BundleFile, ...]:
    """Return one kustomization for everything and, if the files are in folders, one more for each folder."""
    folders: dict[str, list[str]] = {}
    for file in manifests:
        folder, _, name = file.path.rpartition("/")
        folders.setdefault(folder, []).append(name)
    if len(folders) == 1:
        return (_kustomization(shop, "kustomization.yaml", [file.path for file in manifests]),)
    parts = (_kustomization(shop, f"{folder}/kustomization.yaml", names) for folder, names in folders.items())
    return (_kustomization(shop, "kustomization.yaml", sorted(folders)), *parts)


def _kustomization(shop: Workshop, path: str, files: list[str]) -> BundleFile:
    nodes = shop.nodes_with("shared/kustomization.yaml", {"files": files})
    if len(nodes) != 1:
        raise RenderError("templates/shared/kustomization.yaml: must be one document")
    return BundleFile(path, emit(nodes[0], comments=shop.request.options.comments).text, "kustomization")
