"""Texts on which a server and a parser could disagree, with the result of each.

``server`` is the result of kube-apiserver 1.37.2 (``tests/apiserver/test_kube.py`` queries one), ``check`` that of
``validate`` and of all other code that reads manifests, ``form`` that of a form field. The differences are intended:
docs/architecture.md, "Stricter than Kubernetes".
"""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    kind: str
    """The type of a parameter: ``quantity``, ``cron``, ``timezone``, ``image``, ``subdomain``, ``key``, ``map``."""
    text: str
    server: bool
    check: bool
    form: bool


def _agreed(kind: str, valid: tuple[str, ...], invalid: tuple[str, ...]) -> list[Text]:
    return [Text(kind, text, *[good] * 3) for texts, good in ((valid, True), (invalid, False)) for text in texts]


TEXTS = [
    *_agreed(
        "quantity",
        ("1", "1.5", "250m", "1n", "1u", "1k", "1Ki", "1E", "1e3", "1E3", "1e+3", "1e-3", "00", "1e03", "0.000000001"),
        ("1K", "1ki", "1kI", "1e", "1e+", "1e1.5", "1e3Mi", "1.2.3", "1_000", "0x10", "100 m", "1n1", "1mi", "٣"),
    ),
    Text("quantity", ".5", server=True, check=True, form=False),
    Text("quantity", "5.", server=True, check=True, form=False),
    Text("quantity", "5.m", server=True, check=True, form=False),
    Text("quantity", "+1", server=True, check=True, form=False),
    Text("quantity", "1e400", server=True, check=True, form=False),
    Text("quantity", "8Ei", server=True, check=True, form=False),
    Text("quantity", "1e19", server=True, check=True, form=False),
    Text("quantity", "-1", server=False, check=False, form=False),
    Text("quantity", "m", server=True, check=False, form=False),
    Text("quantity", "+", server=True, check=False, form=False),
    Text("quantity", "1e10000", server=True, check=False, form=False),
    Text("quantity", "1" * 65, server=True, check=False, form=False),
    *_agreed(
        "cron",
        (
            "@every 5m", "@every 1h30m", "@every .5h", "@every +5m", "@every 5µs1h", "@daily", "@annually", "@midnight",
            "0 0 31 2 */2", "0 0 31 2 1", "0 0 31 2 0-6", "0 0 29 2 *", "*/100 * * * *", "*/08 * * * *", "+5 * * * *",
            "0000005 * * * *", "?/5 * * * *", "1/2 * * * *", "0 0 * * SUN-SAT", "0 0 * jan/2 *", "* * * * */7",
            "*/2147483648 * * * *",
        ),
        (
            "@every  5m", "@every 5", "@every", "@every ", "@every 99999999h", "@EVERY 5m", "@Daily", "@reboot",
            "*/0 * * * *", "*/a * * * *", "*/ * * * *", "5/ * * * *", "5-* * * * *", "1-5/2/3 * * * *", "-5 * * * *",
            "1-2-3 * * * *", "5-1 * * * *", "60 * * * *", "* * 0 * *", "* * 32 * *", "0 0 * * 7", "0 0 * mon *",
            "0 0 L * *", "0 0 1W * *", "0 0 * * 1#2", "٣ * * * *", "0 0 * *", "0 0 * * * *", "TZ=UTC 0 0 * * *",
            "CRON_TZ=UTC 0 0 * * *", "tz=UTC 0 0 * * *", "0 0 * * TZ=", "@daily TZ=x", "0 0 *\x1f* * *",
            "*/9999999999999999999999 * * * *",
        ),
    ),
    Text("cron", "*/5,, * * * *", server=True, check=True, form=False),
    Text("cron", "0\u00a00 * * *", server=True, check=True, form=False),
    Text("cron", "1, * * * *", server=True, check=True, form=False),
    Text("cron", "*-5 * * * *", server=True, check=True, form=False),
    Text("cron", "*-5/2 * * * *", server=True, check=True, form=False),
    Text("cron", "@every 0s", server=True, check=True, form=False),
    Text("cron", "@every -5m", server=True, check=True, form=False),
    Text("cron", "@every 1ns", server=True, check=True, form=False),
    Text("cron", "0 0 31 2 *", server=True, check=False, form=False),
    Text("cron", "0 0 31 2 ?", server=True, check=False, form=False),
    Text("cron", "0 0 31 2 */1", server=True, check=False, form=False),
    Text("cron", "0 0 31 2 1,*", server=True, check=False, form=False),
    Text("cron", ", * * * *", server=True, check=False, form=False),
    *_agreed(
        "timezone",
        ("UTC", "Etc/UTC", "Europe/Berlin", "US/Pacific", "EST5EDT"),
        ("europe/berlin", "Local", "LOCAL", "../x", "Mars/Base", "utc", "/etc/localtime", "Europe\\Berlin"),
    ),
    Text("timezone", "Factory", server=True, check=True, form=False),
    *[Text("image", text, server=True, check=True, form=True) for text in (
        "x:1", "ghcr.io/acme/orders:1.4.2", "localhost:5000/a/b_c:1", "[::1]:5000/x:1", "[::1]/x:1", "a__b:1", "a--b:1",
        "Host.example/x:V1", "x@sha256:" + "a" * 64, "x@sha384:" + "a" * 96, "x:1@sha512:" + "0" * 128,
    )],
    *[Text("image", text, server=True, check=False, form=False) for text in (
        "registry.example.com/a..b:1.0", "a___b:1", "a___b", "a b:1", "Nginx:1", "x:1@sha256:12",
        "x@foo:" + "a" * 32, "x@sha256:" + "A" * 64, "host:99999/x:1", "host:/x:1", "host:0/x:1", "[::1]x/y:1",
        "[x]/y:1", "a:", "a:-1", "a:" + "1" * 129, "/a:1", "a/:1", "a-:1", "b" * 64, "x" * 256 + ":1",
    )],
    Text("image", "REPO/x:1", server=True, check=True, form=False),
    Text("image", "a_b", server=True, check=True, form=False),
    Text("image", "nginx:latest", server=True, check=True, form=False),
    *_agreed("subdomain", ("a", "1", "a.b-c.d", "a" * 63), ("A", "a_b", "a..b", "-a", "a.", "a/b", "a" * 254)),
    Text("subdomain", "a" * 64, server=True, check=True, form=False),
    *_agreed("map", ("A", "_a", "a-b.c", "-", "."), ("é", "A\n")),
    Text("map", "1A", server=True, check=True, form=False),
    Text("map", "A B", server=True, check=True, form=False),
    *_agreed(
        "key", ("a", ".a", "a..", "A_b-c", "-", "a" * 253), (".", "..", "..a", "...", "a/b", "a b", "é", "a" * 254)
    ),
]  # fmt: skip
