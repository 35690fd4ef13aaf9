"""Terminal input parsed to keys: whole sequences, and no input that ends the wizard."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from tests.screens.drive import wizard
from tests.screens.small import session
from wizard.screens.page import LARGEST, believable
from wizard.screens.terminal.keys import KeyParser
from wizard.screens.terminal.kitty import plainer


def late(parser: KeyParser) -> list[Message]:
    """Return the parser's events after its timeout."""
    if parser._timeout_time is not None:
        parser._timeout_time = 0.0
    return parser.tick()


def heard(sent: str) -> list[Message]:
    """Return the events of input that is followed by silence."""
    parser = KeyParser()
    return [*parser.feed(sent), *late(parser)]


def keys(found: Iterable[Message]) -> list[str]:
    return [event.key for event in found if isinstance(event, events.Key)]


def characters(found: Iterable[Message]) -> list[str | None]:
    return [event.character for event in found if isinstance(event, events.Key)]


@pytest.mark.parametrize(
    "sent", ["\x1b[97:65;2u", "\x1b[97;1:3u", "\x1b[1114112u", "\x1b[4294967296;5u", "\x1b[48;24;80;0;0t\x1b[<0;5;5M"]
)
def test_sequences_that_once_ended_the_wizard_do_not_affect_the_next_key(sent: str) -> None:
    parser = KeyParser()
    parser.feed(sent)
    assert keys(parser.feed("1")) == ["1"]


def test_an_exception_in_textuals_parser_loses_only_one_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(XTermParser, "parse_mouse_code", fail)
    parser = KeyParser()
    assert keys(parser.feed("1\x1b[<0;5;5M2\x1b[A")) == ["1", "2", "up"]
    assert parser.pause is None


@pytest.mark.parametrize("rows_and_columns", ["0;80", "24;0", "0;0"])
def test_an_in_band_size_of_zero_is_ignored(rows_and_columns: str) -> None:
    assert heard(f"\x1b[48;{rows_and_columns};0;0t") == []


@pytest.mark.parametrize("columns", [LARGEST, LARGEST + 1, 99_999, 10**30])
def test_an_in_band_size_is_bounded(columns: int) -> None:
    (event,) = heard(f"\x1b[48;24;{columns};0;0t")
    assert isinstance(event, events.Resize)
    assert event.size == (LARGEST, 24)


def test_plausible_sizes_are_kept_and_others_are_bounded_or_refused() -> None:
    assert believable(80, 24) == (80, 24)
    assert believable(99_999, 99_999) == (LARGEST, LARGEST)
    assert believable(0, 24) is believable(80, 0) is believable(-1, 24) is None


def test_mouse_positions_are_in_cells_regardless_of_the_reported_cell_size() -> None:
    click = heard("\x1b[48;24;80;480;800t\x1b[<0;5;5M")[1]
    assert isinstance(click, events.MouseDown)
    assert (click.x, click.y) == (4, 4)


@pytest.mark.parametrize(
    ("sent", "key", "character"),
    [
        ("\x1b[97u", "a", "a"),
        ("\x1b[97:65;2u", "A", "A"),
        ("\x1b[97;2u", "A", "A"),
        ("\x1b[111;2;79u", "O", "O"),
        ("\x1b[97;65u", "A", "A"),
        ("\x1b[49:33;2u", "exclamation_mark", "!"),
        ("\x1b[1092::97u", "ф", "ф"),
        ("\x1b[97;1:2u", "a", "a"),
        ("\x1b[27u", "escape", None),
        ("\x1b[13u", "enter", "\r"),
        ("\x1b[106;5u", "ctrl+j", None),
        ("\x1b[1;1:1A", "up", None),
        ("\x1b[1;5:2C", "ctrl+right", None),
        ("\x1b[27;2;79~", "O", "O"),
        ("\x1b[27;5;106~", "ctrl+j", None),
        ("\x1b[57414u", "enter", "\r"),
    ],
)
def test_keys_of_the_kitty_protocol_are_understood(sent: str, key: str, character: str | None) -> None:
    found = heard(sent)
    assert (keys(found), characters(found)) == ([key], [character])


@pytest.mark.parametrize(
    "sent",
    ["\x1b[97;1:3u", "\x1b[1;1:3A", "\x1b[3;1:3~", "\x1b[57441;2u", "\x1b[1114112u", "\x1b[55296u", "\x1b[0u"],
)
def test_releases_lone_modifiers_and_invalid_code_points_are_not_keys(sent: str) -> None:
    assert heard(sent) == []


@pytest.mark.parametrize("text", ["55296", "1114112", "99999999999", "0", "8", ":::"])
def test_invalid_text_of_a_key_is_dropped(text: str) -> None:
    assert characters(heard(f"\x1b[97;1;{text}u")) == ["a"]


def test_other_sequences_are_unchanged() -> None:
    for sequence in ("\x1b[A", "\x1b[1;5C", "\x1b[<0;5;5M", "\x1b[I", "\x1b[3~", "\x1b[?2026;2$y"):
        assert plainer(sequence) == sequence


@pytest.mark.parametrize(
    "reply",
    [
        "\x1b]11;rgb:1111/2222/3333\x1b\\",
        "\x1b]11;rgb:1111/2222/3333\x07",
        "\x1bP>|kitty(0.35.1)\x1b\\",
        "\x1bP1+r524742=8\x1b\\",
        "\x1b_Gi=31;OK\x1b\\",
        "\x1b]52;c;" + "MTEx" * 1000 + "\x07",
        "\x1b[?62;22;52c",
        "\x1b[>41;330;0c",
        "\x1b[24;80R",
        "\x1b[?2026;2$y",
        "\x1b[?1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;28c",
        "\x1b[M !!",
        "\x1b[?31u",
        "\x1b[I\x1b[O",
        "\x1b[201~",
    ],
)
def test_a_terminals_reply_is_not_a_key(reply: str) -> None:
    for size in (1, 7, len(reply)):
        parser = KeyParser()
        found = [event for at in range(0, len(reply), size) for event in parser.feed(reply[at : at + size])]
        assert keys(found + late(parser)) == []
        assert keys(parser.feed("1")) == ["1"]


@pytest.mark.parametrize("half", ["\x1b]11;rgb:11", "\x1bP>|x", "\x1b[12;", "\x1b[<0;1", "\x1b_x\x1b"])
def test_an_incomplete_sequence_is_dropped_after_the_timeout(half: str) -> None:
    parser = KeyParser()
    assert keys([*parser.feed(half), *late(parser)]) == []
    assert keys(parser.feed("1")) == ["1"]


@pytest.mark.parametrize("half", ["\x1b]11;rgb:11", "\x1bP>|x", "\x1b[12;", "\x1b[<0;1", "\x1b[M "])
def test_ctrl_c_and_enter_work_inside_an_incomplete_sequence(half: str) -> None:
    assert keys(heard(half + "\x03")) == ["ctrl+c"]
    assert keys(heard(half + "\r")) == ["enter"]


def test_an_unterminated_paste_does_not_swallow_later_keys() -> None:
    parser = KeyParser()
    assert parser.feed("\x1b[200~some \x1b[A text") == []
    assert parser.pause is not None
    (paste,) = late(parser)
    assert isinstance(paste, events.Paste)
    assert paste.text == "some \x1b[A text"
    assert keys(parser.feed("1")) == ["1"]


def test_a_paste_of_any_length_uses_bounded_memory() -> None:
    parser = KeyParser()
    parser.feed("\x1b[200~")
    for _ in range(50):
        parser.feed("x" * 10_000)
    assert len(parser._pasted or ()) < 200_000
    (paste,) = parser.feed("\x1b[201~")
    assert isinstance(paste, events.Paste)
    assert set(paste.text) == {"x"}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("\x1b", ["escape"]),
        ("\x1b[", ["escape", "left_square_bracket"]),
        ("\x1bO", ["escape", "O"]),
        ("\x1bP", ["escape", "P"]),
        ("\x1b\x1b", ["escape", "escape"]),
        ("\x1bOA", ["up"]),
        ("\x1b[[A", ["f1"]),
    ],
)
def test_keys_typed_after_esc_are_not_lost(sent: str, expected: list[str]) -> None:
    assert keys(heard(sent)) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("]11;rgb:ffff/ffff/ffff\x1b\\1", ["1"]),
        ("]11;rgb:0/0/0\x071", ["1"]),
        ("]", ["right_square_bracket"]),
        ("1]2", ["1", "right_square_bracket", "2"]),
    ],
)
def test_a_reply_that_is_split_after_its_esc_types_nothing(sent: str, expected: list[str]) -> None:
    parser = KeyParser()
    assert keys([*parser.feed("\x1b"), *late(parser)]) == ["escape"]
    assert keys([*parser.feed(sent), *late(parser)]) == expected


def test_a_bracket_long_after_esc_is_a_key() -> None:
    parser = KeyParser()
    assert keys([*parser.feed("\x1b"), *late(parser)]) == ["escape"]
    parser._alone_until = 0.0
    assert keys(parser.feed("]11")) == ["right_square_bracket", "1", "1"]


def test_text_that_arrives_at_once_is_a_paste_where_the_terminal_does_not_mark_pastes() -> None:
    first, paste, last = KeyParser().feed("\r" + "1234567890" * 40 + "\r")
    assert isinstance(paste, events.Paste)
    assert paste.text == "1234567890" * 40
    assert keys([first, last]) == ["enter", "enter"]
    assert keys(KeyParser().feed("1" * 100)) == ["1"] * 100


def test_many_lines_that_arrive_at_once_are_a_paste_without_any_enter() -> None:
    text = "kind: Service\r" * 50
    first, paste, last = KeyParser().feed("\r" + text + "\x03")
    assert isinstance(paste, events.Paste) and paste.text == text
    assert keys([first, last]) == ["enter", "ctrl+c"]
    assert keys(KeyParser().feed("1\r" * 50)) == ["1", "enter"] * 50


def test_text_directly_after_an_unmarked_paste_continues_it() -> None:
    parser = KeyParser()
    parser.feed("kind: Service\r" * 50)
    parser._paste_until = float("inf")
    (paste,) = parser.feed("kind: Secret\r1\r")
    assert isinstance(paste, events.Paste)
    assert keys(parser.feed("\r")) == ["enter"], "a single key is typed"
    parser.feed("kind: Service\r" * 50)
    parser._paste_until = 0.0
    assert keys(parser.feed("1\r")) == ["1", "enter"]


def test_long_text_inside_a_paste_or_a_sequence_stays_a_part_of_it() -> None:
    (paste,) = KeyParser().feed("\x1b[200~" + "x" * 500 + "\x1b[201~")
    assert isinstance(paste, events.Paste)
    assert len(paste.text) == 500
    assert heard("\x1b]52;c;" + "x" * 500 + "\x07") == []


def test_cr_lf_is_one_enter() -> None:
    assert keys(heard("\r\n")) == ["enter"]
    assert keys(heard("\r\n\r\n")) == ["enter", "enter"]


async def test_ctrl_j_is_enter_on_every_kind_of_screen() -> None:
    async with wizard(session()) as person:
        assert "What must it find again?" in await person.press("ctrl+j")
        await person.press("1", "1", "1")
        assert "Why not" in await person.press("ctrl+j")
        assert "still needed" in await person.press("ctrl+j")
        await person.type("orders")
        assert "1 still needed" in await person.press("ctrl+j")
        assert "Leave the wizard?" in await person.press("ctrl+c")
        await person.press("ctrl+j")
    assert person.outcome.keep
