"""Input and output of rendering: plain picklable data."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

from wizard.catalog.model import Value
from wizard.decision.model import Answers
from wizard.decision.results import Verdict
from wizard.kube.objects import ObjectRef
from wizard.kube.versions import Minor
from wizard.render.drawn import NOTHING_DRAWN, Drawing
from wizard.render.options import Options

FileKind = Literal["manifest", "kustomization", "readme", "answers", "other"]
Parameters = Mapping[str, Value]
"""By ``component.name``; complete: every parameter of every component in play has its value."""


class Origin(NamedTuple):
    """The component that put a block or a leaf there."""

    component: str
    """Pattern id, or ``app``."""
    rule: str = ""
    """``Rule.key`` that brought the component in."""
    questions: tuple[str, ...] = ()
    """The questions whose answers made that rule fire."""
    parameters: tuple[str, ...] = ()
    """``component.name`` of every ``value`` parameter this leaf depends on."""
    also: tuple[str, ...] = ()
    """Other components that put the very same there, such as a rule that opens the same port."""


class BundleFile(NamedTuple):
    """One file of a bundle. ``origins`` has an entry for each line of a manifest, else is empty."""

    path: str
    """Relative, with forward slashes."""
    text: str
    kind: FileKind
    origins: tuple[Origin | None, ...] = ()
    ref: ObjectRef | None = None
    document: Any = None
    """The parsed object of a manifest."""
    paths: Mapping[str, Origin] = {}
    """Field path (``spec.template.spec.containers[0].image``) -> origin, for blocks and leaves."""


class ContainerNote(NamedTuple):
    """One container of the rendered pod, for its cost."""

    name: str
    role: str
    """``init``, ``sidecar``, ``ambassador``, ``adapter`` or ``app``."""
    component: str
    title: str
    image: str
    cpu: str
    memory: str
    """Bytes that it reserves, for people: ``64 MiB``; empty when it says nothing."""


class PodNote(NamedTuple):
    """The rendered pod's containers in start order; ``replicas`` as text (``3``, ``2-10``, ``one per node``)."""

    kind: str
    replicas: str
    containers: tuple[ContainerNote, ...]
    cpu_millis: int
    """Effective request of one pod (KEP-753 formula)."""
    memory_bytes: int
    helper_cpu_millis: int
    """The sidecars' part of it."""
    helper_memory_bytes: int
    name: str = ""
    """The name of the object whose pod it is."""
    component: str = ""
    """The component whose object it is."""


Owner = Literal["you", "platform"]
"""The maker of what must be there first: the person who writes the bundle, or the people who run the cluster."""


class First(NamedTuple):
    """One thing that must be in the cluster before the bundle is applied."""

    kind: str
    """An object's kind; ``API``, ``Pod Security``, ``Host port`` or ``Setting`` for what is no object, else empty."""
    name: str
    owner: Owner
    say: str = ""
    """The sentence of a thing that is no object."""
    group: str = ""
    namespace: str = ""
    keys: tuple[str, ...] = ()
    optional: bool = False
    check: str = ""
    """The command that shows whether it is there."""
    create: str = ""
    """The command that makes it, with ``{path}`` for the bundle's folder; empty where none does."""
    asked_by: tuple[str, ...] = ()
    """The keys of the parameters that name it."""
    holds: str = ""
    """Sentences on what its keys hold, where their names say too little."""

    def made(self, path: str) -> str:
        """The command that makes it, for a bundle in this folder."""
        return self.create.replace("{path}", path)


class Must(NamedTuple):
    """One line of what the program, or the person who runs it, must do."""

    say: str
    parameter: str = ""
    """The key of the parameter that changes it; empty where none does."""
    component: str = ""


class Step(NamedTuple):
    """One command that comes after writing."""

    command: str
    """With ``{path}`` for the bundle's folder."""
    say: str = ""
    tool: str = "kubectl"
    caution: str = ""
    """A short sentence that is to be read before the command is run."""

    def at(self, path: str) -> str:
        """The command for a bundle in this folder, which is quoted for a shell and seen from where it is run."""
        return self.command.replace("{path}", path)


class Fallback(NamedTuple):
    """A field that the oldest minor lacks, and what the bundle has instead."""

    feature: str
    title: str
    first: str
    """The first minor that has it, such as ``1.30``."""
    instead: str


class WorkloadContract(NamedTuple):
    """The demands of one workload of the bundle."""

    kind: str
    name: str
    must: tuple[Must, ...]


def notes_of(steps: Iterable[Step]) -> tuple[str, ...]:
    """The sentences beside commands, each once."""
    return tuple(dict.fromkeys(said for step in steps for said in (step.caution, step.say) if said))


class Contract(NamedTuple):
    """The demands on the programs, what must be in the cluster first, and what comes next."""

    workloads: tuple[WorkloadContract, ...] = ()
    first: tuple[First, ...] = ()
    next: tuple[Step, ...] = ()
    undo: tuple[Step, ...] = ()
    fallbacks: tuple[Fallback, ...] = ()
    addresses: tuple[str, ...] = ()
    """A sentence for each address at which the programs are called."""


NO_CONTRACT = Contract()


class Bundle(NamedTuple):
    """All files in writing order, and what faces and checks need to know of them."""

    files: tuple[BundleFile, ...]
    name: str
    namespace: str
    pod: PodNote | None
    images: tuple[tuple[str, str], ...]
    """(component id, image reference) for every image used."""
    requires: tuple[str, ...]
    """API group/versions that must be installed."""
    privileged: str = ""
    contract: Contract = NO_CONTRACT
    beside: tuple[PodNote, ...] = ()
    """The pods that run beside the workload's, such as a migration's."""
    digest: str = ""
    """SHA-256 over paths and texts, hex."""

    @property
    def manifests(self) -> tuple[BundleFile, ...]:
        """The Kubernetes objects, in apply order."""
        return tuple(file for file in self.files if file.kind == "manifest")


class RenderRequest(NamedTuple):
    """Everything ``render`` reads besides the catalogue. ``answers`` only reach texts and comments, never a field."""

    verdict: Verdict
    parameters: Parameters
    options: Options
    implementations: Mapping[str, str]
    """Pattern id -> implementation id, for patterns that have several."""
    answers: Answers
    assumed: tuple[str, ...]
    minor: Minor
    drawing: Drawing = NOTHING_DRAWN
    """The bundle as every face shows it, for the README."""
    decision_path: tuple[tuple[str, str], ...] = ()
    """(question text, answer text) in the order asked, for the README."""
    rejected: tuple[tuple[str, str], ...] = ()
    """(pattern title, why not) for the README."""
    warnings: tuple[tuple[str, str, str], ...] = ()
    """(level, say, instead) for the README."""
    evidence: tuple[tuple[str, str], ...] = ()
    """(what was found on a cluster, what it stands for) for the README."""
    origins: Mapping[str, Origin] = {}
    """Pattern id -> the rule and questions that brought it."""
    answers_text: str = ""
    """The finished ``podwizard.yaml``."""
    command: str = ""
    """The command that gives this bundle again."""
