"""The first prompt when there are saved answers from earlier runs."""

from __future__ import annotations

from wizard.faces.resume import Continuation, Earlier, Resume, found_text, heading
from wizard.faces.services import Services
from wizard.lines.lines import Leaving, Lines, command, number, spoken, up_to

_WORDS: dict[str, Resume] = {
    **dict.fromkeys(("", "c", "continue", "y", "yes"), "on"),
    **dict.fromkeys(("r", "review", "a"), "review"),
    **dict.fromkeys(("N", "new", "over"), "over"),
}


def ask_earlier(lines: Lines, services: Services) -> tuple[Continuation, Earlier | None, str]:
    """Let the user choose between earlier runs; return the choice, the run it is for, and a message to show."""
    found = services.found
    while found:
        chosen = _several(lines, found) if services.found_stays else _one(lines, found[0])
        if chosen.how == "over":
            break
        if chosen.how != "forget":
            return chosen, found[chosen.at], services.begin(found[chosen.at])
        gone = found[chosen.at]
        services.forget(gone)
        lines.say(f"Forgotten: {spoken(found_text(gone))}.")
        found = tuple(each for each in found if each is not gone)
    return Continuation("over"), None, services.begin(None)


def _one(lines: Lines, found: Earlier) -> Continuation:
    lines.say(f"There are saved answers from an earlier run: {spoken(found_text(found))}.")
    while True:
        text = lines.ask("Enter continues where you left off, r reviews the answers, N starts over, q quits")
        word, _ = command(text)
        if word in _WORDS:
            return Continuation(_WORDS[word])
        if word == "q":
            lines.confirm_leaving()
        elif word == "?":
            lines.say("The earlier answers stay saved until you answer something else.")
        else:
            lines.not_here(text)


def _several(lines: Lines, found: tuple[Earlier, ...]) -> Continuation:
    lines.say(heading(found, kept=True))
    lines.numbered(spoken(found_text(each)) for each in found)
    these = up_to(len(found))
    while True:
        text = lines.ask(f"{these} continues that one (Enter: 1), N starts over, q quits, ? keys")
        word, rest = command(text)
        at = number(rest or "1", len(found))
        if (one := number(word, len(found))) is not None:
            return Continuation("on", one - 1)
        if word == "D":
            if rest and at is not None:
                return Continuation("forget", at - 1)
            lines.say(f"D needs the number of the run to forget: {these}.")
        elif word in _WORDS and at is not None:
            return Continuation(_WORDS[word], at - 1)
        elif word == "q":
            raise Leaving(keep=True)
        elif word == "?":
            _help(lines, these)
        else:
            lines.not_here(text)


def _help(lines: Lines, these: str) -> None:
    lines.help(
        (
            (these, "continues that run where you left off"),
            ("r 2", "shows the answers of the second run first"),
            ("D 2", "forgets the second run: its answers are removed"),
            ("N", "starts over; all of these are kept"),
            ("q", "quits; all of these are kept"),
        )
    )
