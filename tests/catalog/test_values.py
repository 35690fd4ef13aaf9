"""Values: each type accepts what Kubernetes accepts, and every refusal suggests a fix."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard.catalog.model import Parameter, Value
from wizard.catalog.typed import ValueProblem
from wizard.catalog.types.registry import TYPES
from wizard.catalog.values import format_value, parse_value
from wizard.errors import Position


def parameter(kind: str, **more: Any) -> Parameter:
    options = (("fast", "Fast"), ("slow", "Slow")) if kind == "choice" else ()
    return Parameter("app", "x", TYPES[kind], "value", "?", Position("f"), options=options, **more)


GOOD: list[tuple[str, object, Value]] = [
    ("name", "orders-api", "orders-api"),
    ("subdomain", "a.b-c.d", "a.b-c.d"),
    ("image", "postgres:18", "postgres:18"),
    ("image", "localhost:5000/a/b_c:1", "localhost:5000/a/b_c:1"),
    ("image", "ghcr.io/a@sha256:" + "0" * 64, "ghcr.io/a@sha256:" + "0" * 64),
    ("port", "8080", 8080),
    ("port", 8080, 8080),
    ("integer", " -3 ", -3),
    ("seconds", "90", 90),
    ("seconds", 90, 90),
    ("seconds", "3h", 10800),
    ("seconds", "1h30m", 5400),
    ("boolean", "Yes", True),
    ("boolean", False, False),
    ("choice", "fast", "fast"),
    ("choice", "FAST", "fast"),
    ("quantity", "1.5Gi", "1.5Gi"),
    ("quantity", "2e3", "2e3"),
    ("duration", "1h30m", "1h30m"),
    ("duration", "0", "0"),
    ("cron", "*/10 9-17 1,15 JAN-MAR mon-fri", "*/10 9-17 1,15 JAN-MAR mon-fri"),
    ("cron", "@daily", "@daily"),
    ("cron", "@every 5m", "@every 5m"),
    ("cron", "0 0 31 2 */2", "0 0 31 2 */2"),
    ("cron", "0 0 29 2 *", "0 0 29 2 *"),
    ("cron", "0 0 31 2 1", "0 0 31 2 1"),
    ("timezone", "Etc/UTC", "Etc/UTC"),
    ("path", "/var/log/", "/var/log"),
    ("path", "/", "/"),
    ("url", "HTTPS://example.org:8200/x?y=1", "https://example.org:8200/x?y=1"),
    ("host", "10.0.0.7", "10.0.0.7"),
    ("endpoint", "redis.data.svc:6379", "redis.data.svc:6379"),
    ("command", "sh -c 'echo \"a b\"'", ("sh", "-c", 'echo "a b"')),
    ("command", ["/bin/x", ""], ("/bin/x", "")),
    ("command", '["bin/app", "migrate"]', ("bin/app", "migrate")),
    ("command", "[ -f /x ]", ("[", "-f", "/x", "]")),
    ("list", '["--a=b, c", "--d"]', ("--a=b, c", "--d")),
    ("list", 'a, "b, c", "d\\"e"', ("a", "b, c", 'd"e')),
    ("map", "A=1, B=x=y", (("A", "1"), ("B", "x=y"))),
    ("map", {"A": "", "b.c": "2"}, (("A", ""), ("b.c", "2"))),
    ("key", "app.conf", "app.conf"),
    ("secret-name", "db-login", "db-login"),
    ("text", "{{ 7*7 }}", "{{ 7*7 }}"),
    ("text", "a: b # 😀", "a: b # 😀"),
    ("list", [], None),
    ("map", '"A=1 B=2"', (("A", "1 B=2"),)),
    ("map", "A=-Da=1 -Db=2", (("A", "-Da=1 -Db=2"),)),
    ("map", {}, None),
    ("text", "   ", None),
    ("integer", None, None),
]


@pytest.mark.parametrize(("kind", "raw", "value"), GOOD)
def test_valid_values_are_accepted(kind: str, raw: object, value: Value) -> None:
    assert parse_value(parameter(kind), raw) == value


BAD: list[tuple[str, object, str, str]] = [
    ("name", "orders_api", "orders_api: use `-` instead of `_`", "did you mean `orders-api`?"),
    ("name", "Orders", "use lower-case letters", "did you mean `orders`?"),
    ("name", "orders api", "use `-` instead of spaces", "did you mean `orders-api`?"),
    ("name", "-a", "start and end with a letter or digit", "did you mean `a`?"),
    ("name", "x" * 300, "300 characters, at most 63 are allowed", "shorten"),
    ("name", "😀", "only a-z", "for example"),
    ("name", "a\nb", "several lines", "one line"),
    ("name", "a\x1b[31m", "an invisible character (U+001B)", "remove it"),
    ("name", ["a"], "expected a single value", "give one text"),
    ("image", "nginx", "the version is missing", "the version that you tested"),
    ("image", "nginx:latest", "`latest` can change at any time", "the version that you tested"),
    ("image", "ghcr.io/Acme/Api:1", "lower case", "did you mean `ghcr.io/acme/api:1`?"),
    ("image", "Europe/Berlin", "lower case", "for example ghcr.io/acme/orders:1.4.2"),
    ("image", "Orders:latest", "lower case", "for example ghcr.io/acme/orders:1.4.2"),
    ("image", "https://ghcr.io/a:1", "remove the `://` part", "for example"),
    ("image", "registry.example.com/a..b:1.0", "an image name has a-z and 0-9", "for example"),
    ("image", "a___b:1", "an image name has a-z and 0-9", "for example"),
    ("image", "REPO/x:1", "lower case", "did you mean `repo/x:1`?"),
    ("image", "a:1@sha256:12", "not a digest", "64 hex digits"),
    ("port", "70000", "from 1 to 65535", "8080"),
    ("integer", "1,000", "not a whole number", "did you mean `1000`?"),
    ("integer", "1e3", "not a whole number", "digits only"),
    ("boolean", "maybe", "neither true nor false", "type true or false"),
    ("choice", "fsat", "not one of the options", "did you mean 'fast'?"),
    ("quantity", "512MB", "not a quantity", "did you mean `512Mi`?"),
    ("quantity", "1gi", "not a quantity", "did you mean `1Gi`?"),
    ("quantity", "100 m", "not a quantity", "did you mean `100m`?"),
    ("quantity", "-1", "not a quantity", "cannot be negative"),
    ("quantity", ".5", "not a quantity", "did you mean `0.5`?"),
    ("quantity", "5.Gi", "not a quantity", "did you mean `5Gi`?"),
    ("quantity", "+1", "not a quantity", "did you mean `1`?"),
    ("quantity", "1e400", "more than Kubernetes can represent", "less than 8Ei"),
    ("quantity", "٣Gi", "not a quantity", "for example"),
    ("duration", "30", "not a duration", "add a unit: `30s`"),
    ("duration", "2 days", "not a duration", "did you mean `48h`?"),
    ("duration", "٣s", "not a duration", "for example"),
    ("duration", "-5m", "not a duration", "for example"),
    ("duration", "5min", "not a duration", "did you mean `5m`?"),
    ("cron", "TZ=UTC 0 0 * * *", "cannot contain a time zone", "a separate setting"),
    ("cron", "0 0 31 2 *", "none of its months has such a day", "a day that the month has"),
    ("cron", "0 0 30 feb ?", "none of its months has such a day", ""),
    ("cron", "0 0 0 * * *", "remove the seconds", "minute hour"),
    ("cron", "60 * * * *", "no such minute", "from 0 to 59"),
    ("cron", "0 0 * * 7", "no such day of the week", "Sunday is 0"),
    ("cron", "*/0 * * * *", "no such step of the minute", "*/10"),
    ("cron", "0 17-9 * * *", "runs backwards", "9-17"),
    ("cron", "*/5,, * * * *", "a comma without a value", "remove the comma"),
    ("cron", "*-5 * * * *", "a range that starts with a `*`", "0-30"),
    ("cron", "@every 0s", "an interval below a second", "@every 5m"),
    ("cron", "@reboot", "does not know this schedule", "@daily"),
    ("timezone", "europe/berlin", "not a time zone", "Europe/Berlin"),
    ("timezone", "Berlin", "not a time zone", "Europe/Berlin"),
    ("timezone", "../../etc/passwd", "not a time zone", "for example"),
    ("timezone", "Local", "not a time zone", "for example"),
    ("path", "var/log", "a path starts with `/`", "did you mean `/var/log`?"),
    ("path", "/a/../b", "a path must not contain `..`", "the whole path"),
    ("url", "example.org", "starts with http:// or https://", "did you mean `https://example.org`?"),
    ("url", "ftp://example.org", "starts with http:// or https://", "did you mean `https://example.org`?"),
    ("url", "https://me:secret@example.org/", "must not contain a user or password", "into a Secret"),
    ("host", "https://example.org/x", "remove `https://`", "did you mean `example.org`?"),
    ("host", "example.org:80", "only the host", "did you mean `example.org`?"),
    ("host", "10.0.0.256", "not an IPv4 address", "0 to 255"),
    ("endpoint", "redis", "the port is missing", "redis:6379"),
    ("command", "sh -c 'x", "a quote is not closed", "close the quote"),
    ("command", "[bin/app, migrate]", "in brackets, each word needs double quotes", "such as bin/app migrate"),
    ("list", "a,,b", "nothing between two commas", '""'),
    ("map", "A", "`=` is missing", "A=value"),
    ("map", 'A={"v": 1, "w": 2}', "a quote is not closed", r'"SETTINGS={\"level\": 1, \"mode\": 2}"'),
    ("map", 'A={"v": 1,w"}', "`=` is missing", r'"SETTINGS={\"level\": 1, \"mode\": 2}"'),
    ("map", "DB_HOST db:5432", "`=` is missing", "write DB_HOST=db:5432"),
    ("map", "A=1 B=2", "no comma before B", 'in quotes: "A=..."'),
    ("seconds", "3 hours", "not a whole number", "for example 90, 90s or 3h"),
    ("seconds", "30ms", "not whole seconds", "for example 90s"),
    ("seconds", "many", "not a whole number", "for example 90, 90s or 3h"),
    ("paths", [""], "an empty item", "write a path"),
    ("map", "1A=b", "a name starts with a letter", "LOG_LEVEL=info"),
    ("map", "A=1, A=2", "given twice", "keep one"),
    ("map", {"A": ["b"]}, "expected a single value", ""),
    ("key", "a/b", "are allowed in a key", "app.conf"),
    ("secret-name", "hunter2=abc/", "never its content", "create the Secret"),
]


@pytest.mark.parametrize(("kind", "raw", "message", "hint"), BAD)
def test_invalid_values_are_refused_with_a_fix(kind: str, raw: object, message: str, hint: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        parse_value(parameter(kind), raw)
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("given_parameter", "raw", "message"),
    [
        (parameter("integer", minimum=2, maximum=5), "1", "too small, the minimum is 2"),
        (parameter("integer", minimum=2, maximum=5), "6", "too large, the maximum is 5"),
        (parameter("quantity", minimum="64Mi"), "10M", "too small, the minimum is 64Mi"),
        (parameter("quantity", maximum="1"), "1500m", "too large, the maximum is 1"),
        (parameter("duration", maximum="1h"), "61m", "too large, the maximum is 1h"),
        (parameter("name", max_length=5), "orders", "6 characters, at most 5 are allowed"),
        (parameter("text", max_length=5), "orders", "6 characters, at most 5 are allowed"),
        (parameter("text", starts="s3://"), "/shop/orders", "it must begin with s3://, followed by more"),
        (parameter("seconds", maximum=3600), "3h", "10800: too large, the maximum is 3600"),
        (
            parameter("text", starts="arn:", sample="arn:aws:x"),
            "orders-role",
            "it must begin with arn:, followed by more",
        ),
        (parameter("text", starts="s3://"), "s3://", "it must begin with s3://, followed by more"),
    ],
)
def test_values_outside_their_bounds_are_refused(given_parameter: Parameter, raw: str, message: str) -> None:
    with pytest.raises(ValueProblem, match=message):
        parse_value(given_parameter, raw)


HOSTILE = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="abz09-_.:/@ ,=\"'\\{}*%#\n\t\x1b😀é", max_size=80),
    st.sampled_from(["a: b", "{{ 7*7 }}", "x" * 300, "‮abc", "\x00", "- a", "!!str x", "$(rm -rf /)", "null", "~"]),
    st.lists(st.text(max_size=10), max_size=4),
    st.dictionaries(st.text(max_size=6), st.text(max_size=10), max_size=3),
    st.integers(),
    st.booleans(),
)


@given(st.sampled_from(tuple(TYPES)), HOSTILE)
@settings(max_examples=600, derandomize=True, deadline=None)
def test_a_value_is_refused_or_survives_formatting(kind: str, raw: object) -> None:
    typed = parameter(kind)
    try:
        value = parse_value(typed, raw)
    except ValueProblem as problem:
        assert problem.message.isprintable()
        assert problem.hint.isprintable()
        return
    text = format_value(typed, value)
    assert text.isprintable()
    assert parse_value(typed, text) == value
    assert parse_value(typed, value) == value


@given(st.lists(st.text(alphabet="ab ,\"'\\=", min_size=1, max_size=8).map(str.strip), max_size=5))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_lists_of_items_with_quotes_and_commas_survive_formatting(items: list[str]) -> None:
    for kind in ("list", "command"):
        typed = parameter(kind)
        value = parse_value(typed, items)
        assert parse_value(typed, format_value(typed, value)) == value
