"""The parent's side of rendering in a child process: starts it, asks it, ends it whatever happens."""

from __future__ import annotations

import json
import os
import pickle
import re
import select
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import wizard
from wizard.catalog.model import Catalog
from wizard.errors import Fault, RenderError
from wizard.render.model import Bundle, RenderRequest
from wizard.render.templates import bounds
from wizard.render.trouble import LimitError
from wizard.render.wire import decode_bundle, decode_error, decode_faults

_BOOT = "import sys; sys.path.append(sys.argv.pop(1)); from wizard.render.worker import main; main()"
_CHUNK = 1 << 16
_GRACE = 2.0
_STACK = re.compile(rb'File "(.*)", line (\d+) in ')


class Desk:
    """Asks one child process at a time, and another one after a limit was reached. Safe to use from several threads."""

    def __init__(self, seconds: float = bounds.SECONDS) -> None:
        self._seconds = seconds
        """Processor time for one template."""
        self._lock = threading.Lock()
        self._catalog: Catalog | None = None
        self._child: _Child | None = None

    def lint(self, catalog: Catalog, skip: frozenset[str]) -> tuple[Fault, ...]:
        """The faults of the templates.

        Raises:
            LimitError: a template needs more than it may.
        """
        reply = self._ask(catalog, ("lint", skip))
        with _understood():
            return decode_faults(reply["faults"])

    def render(self, catalog: Catalog, request: RenderRequest) -> Bundle:
        """The bundle of a request.

        Raises:
            RenderError, CatalogError: as ``render.render`` does; ``LimitError``: a template needs more than it may.
        """
        return self._bundle(catalog, ("render", request))

    def trace(self, catalog: Catalog, request: RenderRequest, bundle: Bundle) -> Bundle:
        """The bundle with the parameters that each line depends on."""
        return self._bundle(catalog, ("trace", request, bundle))

    def _bundle(self, catalog: Catalog, question: tuple[Any, ...]) -> Bundle:
        reply = self._ask(catalog, question)
        with _understood():
            return decode_bundle(reply["bundle"])

    def _ask(self, catalog: Catalog, question: tuple[Any, ...]) -> dict[str, Any]:
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
        return reply

    def _child_for(self, catalog: Catalog) -> _Child:
        if self._child is None or self._catalog is not catalog or self._child.over:
            self.end()
            self._child, self._catalog = _Child(catalog, self._seconds), catalog
        return self._child

    def end(self) -> None:
        """End the child process; the next question starts another one."""
        if self._child is not None:
            self._child.end()
        self._child = self._catalog = None


@contextmanager
def _understood() -> Iterator[None]:
    """Turn an answer that is not one into an error: a template may have made the process write anything."""
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError):
        text = "the process that renders gave an answer that cannot be read"
        raise RenderError(text, hint="look at the templates") from None


class _Child:
    """The process and its pipes."""

    def __init__(self, catalog: Catalog, seconds: float) -> None:
        reader, writer = os.pipe()
        root = str(Path(next(iter(wizard.__path__))).parent)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-W", "ignore", "-c", _BOOT, root, str(writer)],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(writer,),
                start_new_session=True,
            )
        except OSError as error:
            os.close(reader)
            raise RenderError(f"no process can be started that renders: {error.strerror}") from error
        finally:
            os.close(writer)
        self._reader = reader
        self._pending = bytearray()
        self._seconds = seconds
        self._first: tuple[Any, ...] = ((catalog, seconds),)
        self._at = ""
        self._late = False
        self._lines: dict[bytes, tuple[str, list[tuple[int, int]]]] = {}
        self.end = weakref.finalize(self, _end, self._process, reader)

    @property
    def over(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    def ask(self, question: tuple[Any, ...]) -> dict[str, Any]:
        """The reply to a question."""
        self._at = ""
        deadline = time.monotonic() + bounds.PATIENCE
        messages, self._first = (*self._first, question), ()
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # then it ended, which is told below
            for message in messages:
                _write(self._process.stdin.fileno(), pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
        while (line := self._line(deadline)) is not None:
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

    def _line(self, deadline: float) -> bytes | None:
        """The next line, or ``None`` when there will be none."""
        while b"\n" not in self._pending[-_CHUNK:]:
            left = deadline - time.monotonic()
            if left <= 0 or len(self._pending) > bounds.REPLY:
                self._late = True
                self._process.send_signal(bounds.SIGNALS[0])  # it says where it is, and ends
                return None
            if select.select([self._reader], [], [], min(left, 1.0))[0]:
                chunk = os.read(self._reader, _CHUNK)
                if not chunk:
                    return None
                self._pending += chunk
        head, _, self._pending = self._pending.partition(b"\n")
        return bytes(head)

    def _post_mortem(self) -> RenderError:
        """Why the process ended, and at which template."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
        self._process.kill()
        code = self._process.wait()
        assert self._process.stderr is not None
        where, hint = self._place(self._process.stderr.read(_CHUNK)), "is there a loop without an end?"
        if self._late:
            text = f"there is no answer after {bounds.PATIENCE} s, or one that is too long"
        elif -code in bounds.SIGNALS:
            text = f"this takes more than {self._seconds:g} s"
            hint = hint if where.count(":") else "make it smaller: even reading it takes that long"
        else:
            how = signal.Signals(-code).name if code < 0 else f"code {code}"
            text, hint = f"the process that renders this ended ({how})", "is it nested too deeply, or too large?"
        return LimitError(f"{where}: {text}", hint=hint, path=self._at)

    def _place(self, stack: bytes) -> str:
        """``templates/FILE:LINE`` of the innermost template in what ``faulthandler`` wrote, as far as it is known."""
        for file, number in _STACK.findall(stack):
            path, lines = self._lines.get(file, ("", []))
            if path:
                line = max((pair for pair in lines if pair[0] <= int(number)), default=(0, 1))[1]
                return f"templates/{path}:{line}"
        return f"templates/{self._at}" if self._at else "templates"


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _end(process: subprocess.Popen[bytes], reader: int) -> None:
    process.kill()
    process.wait()
    os.close(reader)
    for stream in (process.stdin, process.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.close()
