"""The contract of a bundle: what the program must do, the prerequisites in the cluster, and the next steps."""

from __future__ import annotations

from wizard.kube.versions import minor_text
from wizard.render.compose.compose import Composition
from wizard.render.compose.workshop import Workshop
from wizard.render.contract.addresses import addresses
from wizard.render.contract.first import first
from wizard.render.contract.must import must
from wizard.render.contract.steps import steps, undo
from wizard.render.model import BundleFile, Contract, Fallback, WorkloadContract


def contract_of(shop: Workshop, composition: Composition, manifests: tuple[BundleFile, ...]) -> Contract:
    """Derive the contract from the declarations of the components and the rendered objects."""
    declared = shop.declared
    stated = declared.each(lambda declares: declares.addresses)
    missing = (shop.catalog.features[name] for name in sorted(shop.missing))
    return Contract(
        workloads=_workloads(shop, composition),
        first=first(shop, manifests),
        next=steps(shop, manifests),
        undo=undo(manifests, declared),
        addresses=(*(declared.filled(component.id, one.say) for component, one in stated), *addresses(manifests)),
        fallbacks=tuple(Fallback(one.id, one.title, minor_text(one.first), one.instead) for one in missing),
    )


def _workloads(shop: Workshop, composition: Composition) -> tuple[WorkloadContract, ...]:
    own = composition.workload or composition.objects[-1]
    apart = {one.owner: one.ref for one in composition.beside}
    here = tuple(component for component in shop.components if component.id not in apart)
    beside = (
        WorkloadContract(ref.kind, ref.name, must(shop.declared, (component,)))
        for component in shop.components
        if (ref := apart.get(component.id)) is not None
    )
    return (WorkloadContract(own.ref.kind, shop.name, must(shop.declared, here)), *beside)
