"""Isolation of the tests from the developer's environment: no home, no cluster, no colours, no terminal."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.unpickled import unpickle_once
from wizard.catalog.model import Catalog

unpickle_once()


def pytest_configure() -> None:
    """Restore the signals that a shell or ``nohup`` ignores for a background job: every child would inherit that."""
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests that fork hundreds of times first: a fork copies the page tables, which grow with what tests keep.

    Next come the contract's tests and the others that use the covering bundles, so that one process runs them: each
    process that does renders some 170 bundles. The processes start with parts of equal length; one that is done takes
    tests from the end of another's part.
    """
    items.sort(key=lambda item: (item.get_closest_marker("forks") is None, not _renders_all(item)))


def _renders_all(item: pytest.Item) -> bool:
    """Return whether the test's file uses the covering bundles."""
    module = item.module if isinstance(item, pytest.Function) else None
    return item.path.parent.name == "contract" or any(hasattr(module, name) for name in ("covered", "with_options"))


def pytest_collection_finish() -> None:
    """Collect garbage rarely: with thousands of collected tests it took an eighth of the suite's CPU time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_sessionfinish() -> None:
    """Collect garbage once and freeze the rest; otherwise pytest's five final collections take 8 s per process."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return paths for new folders; ``mktemp`` would list thousands of folders for each of thousands of tests."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(scope="session")
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the cache that all tests share, like a user's runs; ``tests/catalog/test_cache.py`` tests it cold."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _no_machine(monkeypatch: pytest.MonkeyPatch, homes: Iterator[Path], cache_home: Path) -> None:
    home = next(homes)
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "NO_COLOR", "COLORTERM", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    # The tests kill processes but never the system, so written data is there without waiting for the disk.
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_home))


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Return the shipped catalogue."""
    from tests.shipped import CATALOG  # imported here for the sake of tests that need no catalogue

    return CATALOG


@pytest.fixture
def afresh() -> Iterator[None]:
    """Make each session render its own bundle and drawing; otherwise equal sessions share them."""
    from tests import shipped

    shipped.share_nothing()
    yield
    shipped.share()


@pytest.fixture
def root() -> Path:
    """Return the root folder of the checkout."""
    return Path(__file__).resolve().parent.parent
