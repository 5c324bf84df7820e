"""The helpers beside the tests can be imported by their names, and of a story that broke off the rest is skipped."""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

_broken: set[str] = set()  # modules with a test that failed


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what failed."""
    report = yield
    if report.failed:
        _broken.add(item.path.name)
    return report


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A module's tests are chapters: what comes after a failure would only fail for want of what it left undone."""
    if item.path.name in _broken:
        pytest.skip("an earlier chapter of the story failed")
