"""A pod of the drawing as a Mermaid flowchart: containers in start order, and the volumes that they share."""

from __future__ import annotations

from string import ascii_letters, digits

from wizard.render.drawn import DrawnContainer

_PLAIN = frozenset(ascii_letters + digits + "._/:,+-")


def picture(owner: str, containers: tuple[DrawnContainer, ...]) -> tuple[str, ...]:
    """Return the lines of the flowchart of an object's pod."""
    lines = ["flowchart LR", f'  subgraph pod["{_label(owner)}: one pod"]']
    users: dict[str, list[str]] = {}
    for number, one in enumerate(containers, start=1):
        lines.append(f'    c{number}["{one.role}<br/>{_label(one.name)}"]')
        for volume in dict.fromkeys(mount.volume for mount in one.mounts):
            users.setdefault(volume, []).append(f"c{number}")
    if len(containers) > 1:
        lines.append("    " + " --> ".join(f"c{number}" for number in range(1, len(containers) + 1)))
    shared = (volume for volume, found in users.items() if len(found) > 1)
    for number, volume in enumerate(shared, start=1):
        lines.append(f'    v{number}[("{_label(volume)}")]')
        lines += [f"    {user} -.- v{number}" for user in users[volume]]
    return (*lines, "  end")


def _label(text: str) -> str:
    return " ".join("".join(char if char in _PLAIN else " " for char in text).split())
