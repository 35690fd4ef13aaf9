"""Deleting a bundle: the README warns of data that is deleted, and shows the command that keeps it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from tests.contract.bundles import Rendered, bundles, for_each

WARNING = "**This deletes the disks with all data, too.**"
HOLDERS = {"Namespace", "PersistentVolumeClaim"}


def keeps_data(bundle: Rendered) -> bool:
    """Return whether deleting the bundle deletes a claim of its own, of a StatefulSet or of an operator."""
    kinds = {one["kind"] for one in bundle.objects}
    text = "\n".join(file.text for file in bundle.session.bundle.manifests)
    held = "volumeClaimTemplates:" in text or "claimName:" in text or bundle.session.components[0].role == "operator"
    return "PersistentVolumeClaim" in kinds or ("Namespace" in kinds and held)


def wrong(bundle: Rendered, readme: str) -> Iterator[str]:
    """Yield a wrong or missing warning, and wrong files in the command that keeps the data."""
    if keeps_data(bundle) != (WARNING in readme):
        yield "the warning"
    files = {file.path: file.document["kind"] for file in bundle.session.bundle.manifests}
    for line in readme.splitlines():
        if line.startswith("kubectl delete -f "):
            named = [word for word in shlex.split(line)[2:] if word != "-f"]
            if {files[name] for name in named} & HOLDERS:
                yield line
            if set(files) - set(named) != {path for path, kind in files.items() if kind in HOLDERS}:
                yield f"{line} leaves more"


@for_each(bundles)
def test_the_readme_warns_if_deleting_the_bundle_deletes_data(bundle: Rendered) -> None:
    assert not list(wrong(bundle, bundle.session.bundle.files[0].text))


def test_a_readme_that_deletes_disks_without_a_warning_is_found() -> None:
    bundle = next(one for one in bundles() if any(one.of("StatefulSet")) and keeps_data(one))
    text = bundle.session.bundle.files[0].text
    assert list(wrong(bundle, text.replace(WARNING, "")))
    command = "kubectl delete -f "
    assert command in text
    assert list(wrong(bundle, text.replace(command, f"{command}manifests/00-namespace.yaml -f ")))
