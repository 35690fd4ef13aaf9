"""A slow connection between a terminal and a program: limited bandwidth for output, and a delay in both directions."""

from __future__ import annotations

import os
import select
import time
from collections import deque


class SlowLine:
    """A connection that delivers keys and output late and in pieces."""

    def __init__(self, program: int, *, bytes_a_second: float, delay: float) -> None:
        self.program = program
        self.rate = bytes_a_second
        self.delay = delay
        self._up: deque[tuple[float, bytes]] = deque()
        self._down: deque[tuple[float, bytes]] = deque()
        self._free = 0.0
        self.most_waiting = 0

    def type(self, keys: bytes) -> None:
        """Send the user's keys; they arrive byte by byte."""
        now = time.monotonic()
        self._up.extend((now + self.delay, bytes([byte])) for byte in keys)

    def shown(self) -> bytes:
        """Return the output that has arrived at the terminal by now."""
        now = time.monotonic()
        while self._up and self._up[0][0] <= now:
            os.write(self.program, self._up.popleft()[1])
        waiting = sum(len(data) for _, data in self._down)
        # Like the kernel's buffer: when it is full, the program has to wait.
        while waiting < 4096 and select.select([self.program], [], [], 0)[0]:
            try:
                data = os.read(self.program, 1024)
            except OSError:
                break
            self._free = max(self._free, now) + len(data) / self.rate
            self._down.append((self._free + self.delay, data))
            waiting += len(data)
        self.most_waiting = max(self.most_waiting, waiting)
        arrived = b""
        while self._down and self._down[0][0] <= now:
            arrived += self._down.popleft()[1]
        return arrived

    @property
    def empty(self) -> bool:
        """True if no data is in transit."""
        return not self._up and not self._down
