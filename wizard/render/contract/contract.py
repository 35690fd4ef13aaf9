"""The contract of a bundle: what the program must do, what must be in the cluster first, and what comes next."""

from __future__ import annotations

from wizard.catalog.model import Feature
from wizard.kube.versions import minor_text
from wizard.render.compose.compose import Composition
from wizard.render.compose.workshop import Workshop
from wizard.render.contract.first import first
from wizard.render.contract.must import must
from wizard.render.contract.steps import steps, undo
from wizard.render.model import BundleFile, Contract, Fallback, WorkloadContract


def contract_of(shop: Workshop, composition: Composition, manifests: tuple[BundleFile, ...]) -> Contract:
    """Derive the contract from the declarations of the components and the rendered objects."""
    declared = shop.declared
    own = composition.workload or composition.objects[-1]
    workload = WorkloadContract(own.ref.kind, shop.name, must(declared))
    return Contract(
        workloads=(workload,),
        first=first(shop, manifests, declared),
        next=steps(shop, manifests, declared),
        undo=undo(manifests),
        fallbacks=tuple(_fallback(shop.catalog.features[one]) for one in sorted(shop.missing)),
    )


def _fallback(feature: Feature) -> Fallback:
    return Fallback(feature.id, feature.title, minor_text(feature.first), feature.instead)
