"""What all tests share: the repository on the path, and a jobs folder of each test's own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


@pytest.fixture(autouse=True)
def jobs_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty jobs folder; no test sees the user's."""
    root = tmp_path / "jobs"
    monkeypatch.setenv("DREAMFUSION_JOBS", str(root))
    return root
