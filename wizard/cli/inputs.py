"""Sessions created from command-line options and answers files."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.catalog.model import Catalog
from wizard.catalog.shipped import shipped, shipped_catalog
from wizard.cli.talk import say
from wizard.cli.versions import version_of
from wizard.decision.results import QuestionState
from wizard.errors import UsageError
from wizard.kube.versions import minor_text
from wizard.render.options import Options
from wizard.session.applied import apply_answers
from wizard.session.session import Session, start
from wizard.store.files import ANSWERS

if TYPE_CHECKING:
    from wizard.render.bundle.answers_file import AnswersFile


def catalog_of(arguments: argparse.Namespace) -> Catalog:
    """Return the catalogue that ``--catalog`` names, or the shipped one."""
    if not arguments.catalog:
        return shipped_catalog()
    from wizard.catalog.load import load_catalog

    return load_catalog(Path(arguments.catalog))


def catalog_path(given: str | None, folder: Path | None) -> str:
    """Return the catalogue's path as a bundle stores it: relative to its folder, or absolute if it was given so.

    Raises:
        UsageError: the path contains characters that cannot be shown.
    """
    if not given:
        return ""
    if not given.isprintable():
        raise UsageError("the catalogue's path contains characters that cannot be shown", hint="rename its folder")
    if os.path.isabs(given):  # noqa: PTH117
        return os.path.normpath(given)
    real = os.path.realpath(given)
    place = os.path.abspath(given)  # noqa: PTH100 - a link such as "current" keeps its name
    return os.path.relpath(place if os.path.realpath(place) == real else real, os.path.realpath(folder or "bundle"))


def named_from_here(catalog: str, folder: str | os.PathLike[str]) -> str:
    """Return the catalogue path of a file in ``folder``, relative to the current folder."""
    if os.path.isabs(catalog):  # noqa: PTH117
        return catalog
    return os.path.relpath(os.path.join(os.path.realpath(folder), catalog))  # noqa: PTH118


def read_data(path: str, *, what: str) -> bytes:
    """Return the content of a file, or of standard input for ``-``, up to just over the readers' size limit.

    Raises:
        UsageError: the file cannot be read.
    """
    from wizard.catalog.folder import BOUNDS

    try:
        if path == "-":
            return sys.stdin.buffer.read(BOUNDS.size + 1)
        with Path(path).open("rb") as source:
            return source.read(BOUNDS.size + 1)
    except OSError as error:
        raise UsageError(f"cannot read {what} {path}: {error.strerror}", hint="check the path") from error


def session_from(arguments: argparse.Namespace, *, target: Path | None = None) -> Session:
    """Return the session that the options describe: flags override the answers file, which overrides presets."""
    catalog, compiled = (catalog_of(arguments), None) if arguments.catalog else shipped()
    session = start(catalog, compiled=compiled, quick=arguments.quick)
    session = with_presets(session._replace(catalog_path=catalog_path(arguments.catalog, target)))
    name = stored_answers(arguments, target)
    if name is not None:
        from wizard.render.bundle.answers_file import read_answers

        data = read_data(name, what="answers file")
        if data[:1] == b"{":
            from wizard.session.saved import answers_in

            data = answers_in(data)
        answers = read_answers(data, "standard input" if name == "-" else name, catalog)
        if not arguments.catalog:
            _check_shipped(answers, name, target)
        session = apply_answers(session, answers, folder="." if name == "-" else os.path.dirname(name) or ".")  # noqa: PTH120
    for item in arguments.sets:
        session = apply_set(session, item)
    if arguments.kubernetes_version is not None:
        session = apply_version(session, arguments.kubernetes_version)
    if arguments.discover:
        from wizard.cli.server import discovered

        session = discovered(session, arguments)
    session = session.assume_rest() if arguments.quick else session
    for refused in session.refusals:
        raise UsageError(f"{refused.key} {refused.message}", hint=refused.hint)
    return session


def stored_answers(arguments: argparse.Namespace, target: Path | None) -> str | None:
    """Return the answers file to read: the named one, or that of the bundle in the target folder."""
    if arguments.answers is None and target is not None and (target / ANSWERS).is_file():
        return str(target / ANSWERS)
    named: str | None = arguments.answers
    return named


def assume_missing(session: Session, arguments: argparse.Namespace, *, target: Path | None = None) -> Session:
    """Return the session with safe assumptions for questions that a stored answers file lacks, such as newer ones.

    Without such a file nothing is assumed. A question without a safe assumption stays open.
    """
    if session.question is None or stored_answers(arguments, target) is None:
        return session
    after = session.assume_missing()
    for question_id in (q for q in after.asked if q not in session.answers):
        question = session.catalog.decision.questions[question_id]
        counts = question.answer_text(after.answers[question_id])
        say(f"note: no answer to '{question.ask}': assumed {counts} (--set {question_id}=...)")
    return after


def _check_shipped(answers: AnswersFile, name: str, target: Path | None) -> None:
    """Refuse answers for a catalogue other than the shipped one; ``settle_catalog`` handles a bundle's own answers."""
    own = target is not None and os.path.realpath(name) == os.path.realpath(target / ANSWERS)
    if answers.catalog and not own:
        given = named_from_here(answers.catalog, os.path.dirname(name))  # noqa: PTH120
        raise UsageError(
            f"the answers in {name} are for the catalogue {given}, not for the shipped one",
            hint=f"add --catalog {shlex.quote(given)}",
        )


def with_presets(session: Session, *, report: Callable[[str], None] = say) -> Session:
    """Return the session with the answers that the user's configuration presets for all bundles, such as ``cluster``.

    The file is an answers file: ``$XDG_CONFIG_HOME/podwizard/config.yaml``. Another table takes the answers that it
    has; others are ignored, and ``report`` reports those that the shipped table does not have either.
    """
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111  # never raises
    path = os.path.join(home, "podwizard", "config.yaml")  # noqa: PTH118
    if not os.path.isfile(path):  # noqa: PTH113  # also false if the home folder is not accessible
        return session
    from wizard.render.bundle.answers_file import read_answers, read_presets

    data = read_data(path, what="configuration")
    answers, absent = read_presets(data, path, session.catalog)
    if absent:
        known = shipped_catalog()
        if session.catalog.digest == known.digest:
            read_answers(data, path, known)  # reports what is wrong
        unknown = {fault.position for fault in read_presets(data, path, known)[1]}
        for fault in absent:
            if fault.position in unknown:
                report(f"note: {fault.position}: {fault.message}; it is ignored")
    return apply_answers(session, answers)._replace(preset=frozenset(answers.answers))


def apply_set(session: Session, item: str) -> Session:
    """Return the session with one ``--set KEY=VALUE`` applied."""
    key, equals, text = item.partition("=")
    key = key.strip()
    if not equals or not key:
        raise UsageError(f"--set {item}: not KEY=VALUE", hint="--set logs=stdout, or --set app.name=orders-api")
    if "." in key:
        return session.give(key, text)
    question = session.catalog.decision.questions.get(key)
    if question is not None and text == "?":
        return session.unsure(key)
    if question is None or not question.many:
        return session.answer(key, text.strip())
    ids = [part.strip() for part in text.split(",") if part.strip()]
    none = ids == ["none"] and "none" not in {option.id for option in question.options}
    return session.answer(key, () if none else tuple(ids))


def parse_minor(text: str, catalog: Catalog) -> tuple[int, int]:
    """Parse ``1.NN``.

    Raises:
        UsageError: the text has another form, or is newer than the supported minors.
    """
    found = version_of(text)
    if found > catalog.minors[-1]:
        newest = minor_text(catalog.minors[-1])
        raise UsageError(f"Kubernetes {text} is newer than this podwizard supports", hint=f"use {newest}")
    return found


def apply_version(session: Session, text: str) -> Session:
    """Return the session with an exact Kubernetes version, which also answers the table's question ``version``."""
    minor = parse_minor(text, session.catalog)
    bands = session.catalog.bands or {}
    fitting = [band for band, oldest in bands.items() if oldest <= minor]
    known = session.catalog.decision.questions.get("version")
    if known is not None:
        below = [o.id for o in known.options if o.id not in bands]
        best = max(fitting, key=lambda band: bands[band]) if fitting else (below[0] if below else None)
        if best is not None:
            session = session.answer("version", best)
    if minor < session.catalog.minors[0]:
        return session
    return session._replace(options=session.options._replace(minor=minor))


def with_form(session: Session, arguments: argparse.Namespace) -> Session:
    """Return the session with the options that control rendering."""
    options: Options = session.options
    if arguments.no_comments:
        options = options._replace(comments=False)
    if registry := registry_of(arguments):
        options = options._replace(registry=registry)
    return session._replace(options=options)


def registry_of(arguments: argparse.Namespace) -> str:
    """Return the registry that ``--registry`` names; empty without the option.

    Raises:
        UsageError: the value is not a valid registry.
    """
    text = arguments.registry
    if not text:
        return ""
    from wizard.catalog.types.addresses import read_registry
    from wizard.kube.reason import Reason
    from wizard.text import shown

    found = read_registry(text)
    if isinstance(found, Reason):
        raise UsageError(f"--registry {shown(text)}: {found.message}", hint=found.hint)
    return found


def missing_lines(session: Session) -> list[str]:
    """Return a line for each missing or invalid input, with its ``--set`` form or other advice on the line below."""
    lines = list[str]()
    walk = session
    while (question := walk.question) is not None:
        ids = [option.id for option in walk.offered(question.id)]
        form = (
            f"--set {question.id}={','.join(ids)} (any of them, or none)"
            if question.many
            else (f"--set {question.id}={'|'.join(ids)}")
        )
        lines += _advised(question.ask, form)
        if not question.many and question.unsure is None:
            break
        walk = walk.unsure(question.id)
    for problem in session.problems:
        lines += _advised(f"{problem.key}: {problem.message}", problem.hint)
    later = [q for q, state in session.evaluation.questions.items() if state is QuestionState.LATER]
    if later:
        lines.append(f"perhaps, depending on these: {', '.join(later)}")
    return lines


def _advised(message: str, advice: str) -> tuple[str, ...]:
    """Return a message followed by its advice, in the form of all errors."""
    return (message, f"  {advice}") if advice else (message,)
