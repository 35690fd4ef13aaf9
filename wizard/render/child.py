"""The parent's side of rendering in a child process, which is always ended, even after an error."""

from __future__ import annotations

import json
import pickle
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from wizard.catalog.model import Catalog
from wizard.child import ChildProcess, command
from wizard.errors import Fault, RenderError
from wizard.render.model import Bundle, RenderRequest
from wizard.render.outline.model import Outlines
from wizard.render.template_errors import LimitError
from wizard.render.templates import bounds
from wizard.render.wire import decode_bundle, decode_error, decode_faults, decode_outlines

_CHUNK = 1 << 16
_GRACE = 2.0
T = TypeVar("T")
_STACK = re.compile(rb'File "(.*)", line (\d+) in ')


class RenderClient:
    """A thread-safe client of one child process; after a limit was exceeded it starts a new one."""

    def __init__(self, seconds: float = bounds.SECONDS) -> None:
        self._seconds = seconds
        """CPU seconds for one template."""
        self._lock = threading.Lock()
        self._catalog: Catalog | None = None
        self._child: _Child | None = None

    def lint(self, catalog: Catalog, skip: frozenset[str]) -> tuple[Fault, ...]:
        """Return the faults of the templates.

        Raises:
            LimitError: a template exceeds a limit.
        """
        return self._ask(catalog, ("lint", skip), lambda reply: decode_faults(reply["faults"]))

    def outlines(self, catalog: Catalog) -> Outlines:
        """Return the outlines of the templates.

        Raises:
            LimitError: a template exceeds a limit.
        """
        return self._ask(catalog, ("outline",), lambda reply: decode_outlines(reply["outlines"]))

    def render(self, catalog: Catalog, request: RenderRequest) -> Bundle:
        """Return the bundle of a request.

        Raises:
            RenderError, CatalogError: as ``render.render`` does; ``LimitError``: a template exceeds a limit.
        """
        return self._ask(catalog, ("render", request), lambda reply: decode_bundle(reply["bundle"]))

    def trace(self, catalog: Catalog, request: RenderRequest, bundle: Bundle) -> Bundle:
        """Return the bundle with the parameters that each line depends on."""
        return self._ask(catalog, ("trace", request, bundle), lambda reply: decode_bundle(reply["bundle"]))

    def _ask(self, catalog: Catalog, question: tuple[Any, ...], decode: Callable[[dict[str, Any]], T]) -> T:
        with self._lock:
            child = self._child_for(catalog)
            keep = False
            try:
                reply = child.ask(question)
                with _understood():
                    error = decode_error(reply["error"]) if "error" in reply else None
                    limits = [fault for fault in reply.get("faults", ()) if fault["code"] == "template-limit"]
                keep = not isinstance(error, LimitError) and not limits
            finally:
                if not keep:
                    self.end()
        if error is not None:
            raise error
        with _understood():
            return decode(reply)

    def _child_for(self, catalog: Catalog) -> _Child:
        if self._child is None or self._catalog is not catalog or self._child.process.over:
            self.end()
            self._child, self._catalog = _Child(catalog, self._seconds), catalog
        return self._child

    def end(self) -> None:
        """End the child process; the next request starts a new one."""
        if self._child is not None:
            self._child.process.end()
        self._child = self._catalog = None


@contextmanager
def _understood() -> Iterator[None]:
    """Turn a malformed reply into an error: a template may have made the process write anything."""
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError):
        text = "the rendering process sent an unreadable response"
        raise RenderError(text, hint="check the templates") from None


class _Child:
    """The process, and the place in the templates that it reported last."""

    def __init__(self, catalog: Catalog, seconds: float) -> None:
        words = command("wizard.render.worker", "-W", "ignore")
        try:
            self.process = ChildProcess(words, errors=subprocess.PIPE, longest=bounds.REPLY)
        except OSError as error:
            raise RenderError(f"the rendering process cannot be started: {error.strerror}") from error
        self._seconds = seconds
        self._first: tuple[Any, ...] = ((catalog, seconds),)
        self._at = ""
        self._lines: dict[bytes, tuple[str, list[tuple[int, int]]]] = {}

    def ask(self, question: tuple[Any, ...]) -> dict[str, Any]:
        """Return the reply to a request.

        Raises:
            RenderError: the process ended, or did not reply in time.
        """
        self._at = ""
        deadline = time.monotonic() + bounds.PATIENCE
        messages, self._first = (*self._first, question), ()
        with suppress(BrokenPipeError):  # then it has ended, which is reported below
            for message in messages:
                self.process.send(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
        while (line := self.process.line(deadline)) is not None:
            with _understood():
                message = json.loads(line)
                if "at" in message:
                    self._at = str(message["at"])
                elif "lines" in message:
                    file = str(message["file"]).encode("ascii", "backslashreplace")
                    lines = [(int(code), int(line)) for line, code in message["lines"]]
                    self._lines[file] = (str(message["path"]), lines)
                else:
                    return dict(message)
        raise self._post_mortem()

    def _post_mortem(self) -> RenderError:
        """Return an error with the reason why the process ended, and the template it was working on."""
        late = self.process.late or self.process.overlong
        if late:
            self.process.signal(bounds.SIGNALS[0])  # it reports where it is, and ends
        code = self.process.finish(_GRACE)
        where, hint = self._place(self.process.errors(_CHUNK)), "is there an endless loop?"
        if late:
            text = f"there is no response after {bounds.PATIENCE} s, or it is too long"
        elif -code in bounds.SIGNALS:
            text = f"this takes more than {self._seconds:g} s"
            hint = hint if where.count(":") else "make it smaller: even reading it takes that long"
        else:
            how = signal.Signals(-code).name if code < 0 else f"code {code}"
            text, hint = f"the rendering process ended ({how})", "is it nested too deeply, or too large?"
        return LimitError(f"{where}: {text}", hint=hint, path=self._at)

    def _place(self, stack: bytes) -> str:
        """Return ``templates/FILE:LINE`` of the innermost template in a ``faulthandler`` stack, as far as known."""
        for file, number in _STACK.findall(stack):
            path, lines = self._lines.get(file, ("", []))
            if path:
                line = max((pair for pair in lines if pair[0] <= int(number)), default=(0, 1))[1]
                return f"templates/{path}:{line}"
        return f"templates/{self._at}" if self._at else "templates"
