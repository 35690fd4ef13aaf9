"""Options of rendering, apart from what is rendered: a session has them from its first question on."""

from typing import Literal, NamedTuple

from wizard.kube.versions import Minor

Form = Literal["plain", "kustomize", "helm"]


class Options(NamedTuple):
    """``minor`` ``None`` means: from the ``version`` answer, else the catalogue's default."""

    form: Form = "plain"
    minor: Minor | None = None
    registry: str = ""
    comments: bool = True
