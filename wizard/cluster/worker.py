"""The child process that sends requests to the cluster: ``python -m wizard.cluster.worker FD``.

It reads one request from standard input and writes events to the given file descriptor. Standard input stays open as
long as the parent lives; when it ends, nobody needs the result and the child stops.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import IO, NoReturn

from wizard.cluster.connection import connect
from wizard.cluster.lookups import run_lookups
from wizard.cluster.model import CheckFinished, Event, ObjectResult
from wizard.cluster.object_check import ObjectChecker
from wizard.cluster.objects import metadata
from wizard.cluster.preflight import identify, look_up
from wizard.cluster.protocol import Assignment, decode_assignment, encode_event
from wizard.cluster.request_error import RequestError
from wizard.cluster.resources import in_order
from wizard.cluster.texts import Curtain, secrets_of
from wizard.cluster.transport import Transport, load_client
from wizard.errors import ClusterError

_THREADS = 4
_PATIENCE = 0.3
"""The longest time, in seconds, that a result may delay the ones behind it."""
_TOGETHER = 0.02
"""Results that arrive within this many seconds of each other are reported in order."""
Emit = Callable[[Event], None]


def main() -> NoReturn:
    """Serve one request."""
    descriptor = int(sys.argv[1])
    os.set_inheritable(descriptor, False)
    requests = os.fdopen(os.dup(0), "rb", closefd=False)
    _close_standard_input()
    logging.getLogger().addHandler(logging.NullHandler())  # otherwise the libraries would log to standard error
    with suppress(ImportError):  # reported in the response to the request
        load_client()
    line = requests.readline()
    if not line:
        os._exit(0)
    assignment = decode_assignment(line)
    threading.Thread(target=_end_with_parent, args=(requests, assignment.folder), daemon=True).start()
    curtain = Curtain(secrets_of(assignment.objects))

    def emit(event: Event) -> None:
        data = encode_event(event, curtain.hide)
        while data:
            data = data[os.write(descriptor, data) :]

    try:
        run(assignment, emit, curtain)
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:  # the parent shows the last line of standard error, never a traceback
        os.write(2, f"{type(error).__name__}: {curtain.hide(str(error))}\n".encode())
        os._exit(70)
    os._exit(0)  # threads that still wait for a server and exit handlers must not delay the end


def _close_standard_input() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.close(null)


def _end_with_parent(requests: IO[bytes], folder: str) -> None:
    """Remove the keys when the parent is gone, and kill the whole process group."""
    requests.read(1)
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def run(assignment: Assignment, emit: Emit, curtain: Curtain) -> None:
    """Check every object, or run the lookups, and emit the events."""
    total = len(assignment.objects)
    try:
        connection = connect(assignment.target, Path(assignment.folder), plugin_timeout=assignment.limits.plugin)
        curtain.add(connection.secrets)
        transport = Transport(connection, assignment.limits)
        transport.open()
    except (ClusterError, RequestError) as error:
        emit(CheckFinished(0, total, error=error.message, hint=error.hint))
        return
    except ImportError as error:
        text = f"the live check needs the package kubernetes 37, which cannot be loaded ({error.name or error})"
        emit(CheckFinished(0, total, error=text, hint='pip install "kubernetes>=37.0.2,<38"'))
        return
    if assignment.lookups:
        emit(run_lookups(transport, assignment.lookups))
        return
    with ThreadPoolExecutor(_THREADS) as pool:
        _ask_all(assignment, transport, pool, emit)


def _ask_all(assignment: Assignment, transport: Transport, pool: ThreadPoolExecutor, emit: Emit) -> None:
    total = len(assignment.objects)
    try:
        identity = identify(transport, assignment.target)
        emit(identity)
        kinds = look_up(transport, assignment.objects, identity.version, pool)
    except RequestError as error:
        emit(CheckFinished(0, total, error=error.message, hint=error.hint))
        return
    made = frozenset(str(metadata(each).get("name")) for each in assignment.objects if each.get("kind") == "Namespace")
    checker = ObjectChecker(transport, assignment.target, kinds, made, deep=assignment.deep)
    futures = [pool.submit(lambda obj: tuple(checker.check(obj)), each) for each in in_order(assignment.objects)]
    checked, stopped = 0, None
    for future in _as_they_come(futures):  # after an error no new check starts, and finished results are kept
        if stopped is not None and future.cancel():
            continue
        try:
            results = future.result()
        except RequestError as error:
            stopped = stopped or error
            continue
        checked += 1
        for result in results:
            emit(result)
    message, hint = (stopped.message, stopped.hint) if stopped else ("", "")
    emit(CheckFinished(checked, total, error=message, hint=hint))


def _as_they_come(futures: list[Future[tuple[ObjectResult, ...]]]) -> Iterator[Future[tuple[ObjectResult, ...]]]:
    """Yield the futures in order, except that a slow one does not delay finished ones behind it."""
    left, late = list(futures), None
    while left:
        if left[0] is not late and not wait(left[:1], timeout=_PATIENCE).done:
            late = left[0]
        if left[0] is late:
            wait(left, return_when=FIRST_COMPLETED)
            wait(left[:1], timeout=_TOGETHER)
        ready = next(future for future in left if future.done())
        left.remove(ready)
        yield ready


if __name__ == "__main__":
    main()
