"""Over a slow line: every key is answered, in order, and what is typed ahead is not lost."""

from __future__ import annotations

import time

from tests.screens.slow_line import SlowLine
from tests.screens.terminal import Terminal, terminal


def wait_for(shown: Terminal, line: SlowLine, text: str) -> None:
    """Until the text has come through; generous, for it is completeness that counts."""
    end = time.monotonic() + 60
    while text not in shown.text:
        assert time.monotonic() < end, f"no {text!r} on\n{shown.text}"
        if data := line.shown():
            shown.feed(data)
        time.sleep(0.002)


def test_each_key_is_answered_before_the_next_is_typed() -> None:
    with terminal() as shown:
        line = SlowLine(shown.master, bytes_a_second=2400, delay=0.05)
        wait_for(shown, line, "help")
        for keys, then in ((b"\x1b[B", "› 2"), (b"1", "1 answered"), (b"a", "Answers"), (b"\x1b[D", "1 answered")):
            line.type(keys)
            wait_for(shown, line, then)


def test_keys_typed_ahead_are_taken_in_order_and_the_last_one_shows() -> None:
    with terminal() as shown:
        line = SlowLine(shown.master, bytes_a_second=2400, delay=0.05)
        wait_for(shown, line, "What kind")
        line.type(b"1" + b"\x1b[B\x1b[A" * 40 + b"2" + b"2" + b"12\r" + "\rörders-api\x1b[D\x1b[Dx".encode())
        wait_for(shown, line, "▌örders-axpi")
        line.type(b"\x1ba")
        wait_for(shown, line, "4 given")
        assert "Its own disk" in shown.text
        assert "Only to files" in shown.text
        assert "Another service before it starts; A program" in shown.text
        assert line.most_waiting < 4096, "what nobody can see any more is not sent"
        line.type(b"\x03\x03")
        wait_for(shown, line, "left True")
        assert shown.ended() == 0
        assert shown.restored()
