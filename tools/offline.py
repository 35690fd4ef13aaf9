"""Run a command without a network if the kernel allows it; loopback stays up.

    python tools/offline.py COMMAND ARGS...

An empty network namespace needs no privileges on most Linux systems. If it is not allowed, the command runs with the
network on, and a message says so.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1


def namespace() -> list[str]:
    """Return the command words that enter an empty network namespace; empty if that is not allowed."""
    unshare = shutil.which("unshare")
    if sys.platform != "linux" or unshare is None:
        return []
    words = [unshare, "--net"] if os.geteuid() == 0 else [unshare, "--user", "--map-current-user", "--net"]
    probe = subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if probe.returncode == 0 else []


def raise_loopback() -> None:
    """Bring ``lo`` up, as ``ip link set lo up`` would."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sh22x", b"lo", 0)
        flags = struct.unpack("16sh22x", fcntl.ioctl(handle, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(handle, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags | IFF_UP))


def main() -> int:
    if sys.argv[1:2] == ["--inside"]:
        raise_loopback()
        os.execvp(sys.argv[2], sys.argv[2:])
    words = namespace()
    if not words:
        print("offline: the kernel allows no network namespace here; the network stays on", file=sys.stderr)
        return subprocess.run(sys.argv[1:], check=False).returncode
    return subprocess.run([*words, sys.executable, __file__, "--inside", *sys.argv[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
