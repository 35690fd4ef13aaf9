"""Options of rendering, which a session has from its first question on."""

from typing import Literal, NamedTuple

from wizard.kube.versions import Minor

Form = Literal["plain", "kustomize", "helm"]


class Options(NamedTuple):
    """The options. ``minor`` ``None`` means the minor of the ``version`` answer, else the catalogue's default."""

    form: Form = "plain"
    minor: Minor | None = None
    registry: str = ""
    comments: bool = True
