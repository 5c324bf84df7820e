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


@pytest.fixture(autouse=True)
def models_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty models folder and hub's cache, no token, no leave to go online, and nobody where the hub would be."""
    root = tmp_path / "models"
    monkeypatch.setenv("DREAMFUSION_MODELS", str(root))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub-cache"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub-home"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    for variable in ("DREAMFUSION_ALLOW_NETWORK", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    return root


@pytest.fixture(autouse=True)
def measurements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table of measurements of each test's own, empty at first."""
    path = tmp_path / "measurements.json"
    monkeypatch.setenv("DREAMFUSION_MEASUREMENTS", str(path))
    return path
