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
"""By ``component.name``, and complete: every parameter of every component in play has its value."""


class Origin(NamedTuple):
    """The component that wrote a block or a leaf."""

    component: str
    """Pattern id, or ``app``."""
    rule: str = ""
    """The ``Rule.key`` that added the component."""
    questions: tuple[str, ...] = ()
    """The questions whose answers made that rule match."""
    parameters: tuple[str, ...] = ()
    """``component.name`` of every ``value`` parameter that the leaf depends on."""
    also: tuple[str, ...] = ()
    """Other components that wrote the same thing, such as a rule that opens the same port."""


class BundleFile(NamedTuple):
    """One file of a bundle. ``origins`` has an entry for each line of a manifest, and is empty for other files."""

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
    """The requested memory as text: ``64 MiB``; empty if none is requested."""


class PodNote(NamedTuple):
    """The rendered pod's containers in start order; ``replicas`` as text (``3``, ``2-10``, ``one per node``)."""

    kind: str
    replicas: str
    containers: tuple[ContainerNote, ...]
    cpu_millis: int
    """The effective request of one pod (formula of KEP-753)."""
    memory_bytes: int
    helper_cpu_millis: int
    """The sidecars' share of the request."""
    helper_memory_bytes: int
    name: str = ""
    """The name of the object that the pod belongs to."""
    component: str = ""
    """The component that owns that object."""


Owner = Literal["you", "platform"]
"""The people who provide a prerequisite: the user of podwizard, or the team that runs the cluster."""


class First(NamedTuple):
    """One thing that must be in the cluster before the bundle is applied."""

    kind: str
    """An object's kind, or ``API``, ``Pod Security``, ``Host port``, ``Device``, ``Setting`` or empty."""
    name: str
    owner: Owner
    say: str = ""
    """The sentence for a thing that is not an object."""
    group: str = ""
    namespace: str = ""
    keys: tuple[str, ...] = ()
    optional: bool = False
    check: str = ""
    """The command that checks whether it exists."""
    create: str = ""
    """The command that creates it, with ``{path}`` for the bundle's folder; empty if there is none."""
    asked_by: tuple[str, ...] = ()
    """The keys of the parameters that name it."""
    holds: str = ""
    """Sentences on the contents of its keys, where the names of the keys are not clear enough."""

    def made(self, path: str) -> str:
        """Return the command that creates it, for a bundle in this folder."""
        return self.create.replace("{path}", path)


class Must(NamedTuple):
    """One line on what the program, or the person who runs it, must do."""

    say: str
    parameter: str = ""
    """The key of the parameter that changes it; empty if there is none."""
    component: str = ""


class Step(NamedTuple):
    """One command to run after writing."""

    command: str
    """With ``{path}`` for the bundle's folder."""
    say: str = ""
    tool: str = "kubectl"
    caution: str = ""
    """A short sentence to read before running the command."""

    def at(self, path: str) -> str:
        """Return the command for a bundle in this folder; ``path`` is relative to the shell and already quoted."""
        return self.command.replace("{path}", path)


class Fallback(NamedTuple):
    """A field that the oldest minor lacks, and its replacement in the bundle."""

    feature: str
    title: str
    first: str
    """The first minor that supports it, such as ``1.30``."""
    instead: str


class WorkloadContract(NamedTuple):
    """The demands on the program of one workload."""

    kind: str
    name: str
    must: tuple[Must, ...]


def notes_of(steps: Iterable[Step]) -> tuple[str, ...]:
    """Return the sentences that go with commands, each once."""
    return tuple(dict.fromkeys(note for step in steps for note in (step.caution, step.say) if note))


class Contract(NamedTuple):
    """The demands on the programs, the prerequisites in the cluster, and the next steps."""

    workloads: tuple[WorkloadContract, ...] = ()
    first: tuple[First, ...] = ()
    next: tuple[Step, ...] = ()
    undo: tuple[Step, ...] = ()
    fallbacks: tuple[Fallback, ...] = ()
    addresses: tuple[str, ...] = ()
    """A sentence for each address at which the programs can be called."""


NO_CONTRACT = Contract()


class Bundle(NamedTuple):
    """All files in writing order, and the facts that faces and checks need."""

    files: tuple[BundleFile, ...]
    name: str
    namespace: str
    pod: PodNote | None
    images: tuple[tuple[str, str], ...]
    """(component id, image reference) for every image used."""
    requires: tuple[str, ...]
    """API group/versions that the cluster must support."""
    privileged: str = ""
    contract: Contract = NO_CONTRACT
    beside: tuple[PodNote, ...] = ()
    """The pods beside the workload's, such as a migration's."""
    digest: str = ""
    """Hex SHA-256 of paths and texts."""

    @property
    def manifests(self) -> tuple[BundleFile, ...]:
        """The Kubernetes objects, in the order of applying."""
        return tuple(file for file in self.files if file.kind == "manifest")


class RenderRequest(NamedTuple):
    """The input of ``render`` besides the catalogue. ``answers`` only appear in texts and comments, not in fields."""

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
    """(pattern title, reason against it) for the README."""
    warnings: tuple[tuple[str, str, str], ...] = ()
    """(level, say, instead) for the README."""
    evidence: tuple[tuple[str, str], ...] = ()
    """(fact found on a cluster, its meaning) for the README."""
    origins: Mapping[str, Origin] = {}
    """Pattern id -> the rule and questions that added it."""
    answers_text: str = ""
    """The finished ``podwizard.yaml``."""
    command: str = ""
    """The command that reproduces this bundle."""
