"""``podwizard validate PATH...``: a check of manifests offline, and on request with a cluster."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from wizard.cli import exits
from wizard.cli.made_for import made_for
from wizard.cli.manifests import Search
from wizard.cli.talk import complain, put, put_json, say
from wizard.cli.versions import version_of
from wizard.errors import UsageError
from wizard.kube.versions import NEWEST, OLDEST, Minor, minor_text
from wizard.text import count, escaped, listed
from wizard.texts import wording
from wizard.validation.documents import read_documents
from wizard.validation.model import Document, Finding
from wizard.validation.run import check_documents, rules, unchecked

if TYPE_CHECKING:
    from wizard.cluster.child import Spare


def run(arguments: argparse.Namespace) -> int:
    """Check every document in every path."""
    if arguments.dry_run != "server":
        return _run(arguments, None)
    from wizard.cluster.child import Spare

    with Spare() as spare:  # loads the client while the offline checks run
        return _run(arguments, spare)


def _run(arguments: argparse.Namespace, spare: Spare | None) -> int:
    made = made_for(arguments.paths) if arguments.kubernetes_version is None else None
    minor = made.oldest if made else _minor(arguments.kubernetes_version)
    documents: list[Document] = []
    findings: list[Finding] = []
    search = Search(arguments.paths)
    for source, data in search.files():
        reading = read_documents(data, source)
        documents.extend(reading.documents)
        findings.extend(reading.findings)
    findings = [*search.findings, *findings]
    code = exits.DONE
    if documents or findings:
        minors = (minor, NEWEST) if made else (minor,)
        code = _checked(documents, findings, minors, arguments, spare)
        if made:
            say(made.note)
    elif not search.unread:
        raise UsageError("there are no manifests in these paths", hint="pass .yaml, .yml or .json files, or folders")
    for note in search.notes:
        say(note)
    for error in search.unread:
        complain(error.message, error.hint)
    return exits.USAGE if search.unread else code


def _checked(
    documents: list[Document],
    findings: list[Finding],
    minors: tuple[Minor, ...],
    arguments: argparse.Namespace,
    spare: Spare | None,
) -> int:
    """Check the documents, print the findings and return the exit code."""
    findings.extend(check_documents(documents, minors=minors, pod_security=arguments.pod_security))
    custom = unchecked(documents)
    offline = _as_data(documents, findings, minors, custom)
    if arguments.output == "json" and arguments.dry_run == "none":
        put_json(offline)
    elif arguments.output == "text":
        _print(documents, findings, minors[0])
        if custom and arguments.dry_run == "none":
            _say_unchecked(custom)
    failed = any(finding.severity == "error" for finding in findings)
    if spare is not None:
        from wizard.cli.server import check_documents_live

        code = check_documents_live(tuple(documents), arguments, spare, offline=offline)
        return exits.FINDINGS if failed and code != exits.INTERRUPTED else code
    return exits.FINDINGS if failed else exits.DONE


def _minor(text: str | None) -> Minor:
    if text is None:
        return NEWEST
    minor = version_of(text)
    if not OLDEST <= minor <= NEWEST:
        hint = f"{minor_text(OLDEST)} to {minor_text(NEWEST)}"
        raise UsageError(f"--kubernetes-version {text}: not a version that this podwizard supports", hint=hint)
    return minor


def _print(documents: list[Document], findings: list[Finding], minor: Minor) -> None:
    for finding in findings:
        place = f"{finding.position}: " if finding.position else ""
        whose = f"{finding.ref}: " if finding.ref.kind or finding.ref.name else ""
        put(escaped(f"{place}{finding.severity}: {whose}{finding.message} [{finding.rule}]"))
        if finding.hint:
            put(escaped(f"  {finding.hint}"))
    say(f"{count(len(documents), 'object')}; {wording.findings_summary(findings, len(rules()), minor)}")


def _say_unchecked(custom: tuple[Document, ...]) -> None:
    kinds = listed(dict.fromkeys(one.ref.kind for one in custom), "and")
    say(f"only the metadata of {count(len(custom), 'custom resource')} could be checked ({kinds})")
    say("  --dry-run=server validates them with your cluster")


def _as_data(
    documents: list[Document], findings: list[Finding], minors: tuple[Minor, ...], custom: tuple[Document, ...]
) -> dict[str, object]:
    """Return the findings as plain data; the format is documented in docs/formats.md."""
    return {
        "format": 1,
        "kubernetes": minor_text(minors[0]),
        "kubernetes_newest": minor_text(minors[-1]),
        "objects": len(documents),
        "unchecked": [
            {"kind": one.ref.kind, "name": one.ref.name, "namespace": one.ref.namespace, "file": one.source}
            for one in custom
        ],
        "findings": [
            {
                "rule": f.rule,
                "severity": f.severity,
                "message": f.message,
                "hint": f.hint,
                "kind": f.ref.kind,
                "name": f.ref.name,
                "namespace": f.ref.namespace,
                "path": f.path,
                "file": f.position.file if f.position else "",
                "line": f.position.line if f.position else 0,
                "column": f.position.column if f.position else 0,
            }
            for f in findings
        ],
    }
