"""Sessions with samples in place of parameters that were not given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.errors import WizardError

if TYPE_CHECKING:
    from wizard.catalog.model import Parameter, Value
    from wizard.render.model import PodNote
    from wizard.session.session import Session


def with_samples(session: Session) -> Session:
    """Return the session with samples for all missing parameters, and another value for each refused default."""
    for _ in range(10):
        missing = [f.parameter for f in session.fields if f.state == "missing"]
        if not missing:
            break
        session = session.with_given({**session.given, **{p.key: p.sample for p in missing}})
    for last in (False, True):  # two passes: a value may become valid only after another one is set
        refused = [f.parameter for f in session.fields if f.state == "invalid" and f.parameter.key not in session.given]
        for parameter in refused:
            others: list[Value] = [option for option, _ in parameter.options] or [parameter.sample]
            turned = [session.give(parameter.key, other) for other in others if other is not None]
            turned += [_listening(session, parameter)] if last and parameter.served == "elsewhere" else []
            session = next((one for one in turned if one.resolved[parameter.key].state != "invalid"), session)
    return session


def _listening(session: Session, parameter: Parameter) -> Session:
    """Return the session with a sample item in the list that a port follows, and with the port's sample."""
    from wizard.session.giving import one_more

    leader = session.resolved.get(parameter.derived_from)
    if leader is None or not leader.parameter.fields:
        return session
    items = one_more(leader.parameter, leader.value, parameter.part.rpartition(".")[2], parameter.sample)
    return session.give(leader.parameter.key, items).give(parameter.key, parameter.sample)


def preview(session: Session) -> PodNote | None:
    """Return the pod as it will be rendered; ``None`` if there is none or it cannot be rendered.

    Missing and invalid parameters get their samples, and a container whose name is only a sample has no name.
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
