"""Sessions with samples in place of what nobody has given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.errors import WizardError

if TYPE_CHECKING:
    from wizard.catalog.model import Parameter, Value
    from wizard.render.model import PodNote
    from wizard.session.session import Session


def with_samples(session: Session) -> Session:
    """``session`` with the sample of every parameter that is missing, and another value for a refused default."""
    for _ in range(10):
        missing = [f.parameter for f in session.fields if f.state == "missing"]
        if not missing:
            break
        session = session.with_given({**session.given, **{p.key: p.sample for p in missing}})
    for last in (False, True):  # one may be valid only once another one is
        refused = [f.parameter for f in session.fields if f.state == "invalid" and f.parameter.key not in session.given]
        for parameter in refused:
            others: list[Value] = [option for option, _ in parameter.options] or [parameter.sample]
            turned = [session.give(parameter.key, other) for other in others if other is not None]
            turned += [_listening(session, parameter)] if last and parameter.served == "elsewhere" else []
            session = next((one for one in turned if one.resolved[parameter.key].state != "invalid"), session)
    return session


def _listening(session: Session, parameter: Parameter) -> Session:
    """The session in which the list that a port follows has its sample, too."""
    from wizard.session.giving import one_more

    leader = session.resolved.get(parameter.derived_from)
    if leader is None or not leader.parameter.fields:
        return session
    items = one_more(leader.parameter, leader.value, parameter.part.rpartition(".")[2], parameter.sample)
    return session.give(leader.parameter.key, items).give(parameter.key, parameter.sample)


def preview(session: Session) -> PodNote | None:
    """The pod as it will be rendered; ``None`` where there is none or it cannot be drawn.

    What is not given yet, or wrong, has its sample, and the program is not called by the sample of its name.
    """
    for problem in session.problems:
        session = session.reset(problem.key)
    drawn = with_samples(session)
    made_up = {str(value) for key, value in drawn.given.items() if key not in session.given}
    try:
        pod = drawn.bundle.pod
    except WizardError:
        return None
    if pod is None:
        return None
    return pod._replace(containers=tuple(c._replace(name="") if c.name in made_up else c for c in pod.containers))
