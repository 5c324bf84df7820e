"""Which Python the backend gets, and which build of torch."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from dreamfusion_blender import pythons, torch_builds
from dreamfusion_blender.environment import required_packages
from dreamfusion_blender.errors import PythonMissing
from dreamfusion_blender.pythons import Python, find_python, probe
from dreamfusion_blender.torch_builds import NvidiaGpu, builds_for, nvidia_gpu


def pretend_python(path: Path, **facts) -> Path:
    """A program that answers the probe like another Python."""
    answer = json.dumps({"version": [3, 12, 1], "bits": 64, "venv": True, **facts})
    path.write_text(f"#!/bin/sh\necho '{answer}'\n")
    path.chmod(0o755)
    return path


def test_this_python_fits_or_is_refused_by_its_version():
    found = probe(Path(sys.executable))
    if (3, 10) <= sys.version_info[:2] <= (3, 12):
        assert isinstance(found, Python) and found.version == tuple(sys.version_info[:3])
    else:
        assert found == f"is Python {sys.version_info[0]}.{sys.version_info[1]}"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"version": [3, 13, 0]}, "is Python 3.13"),
        ({"version": [3, 9, 2]}, "is Python 3.9"),
        ({"bits": 32}, "32-bit"),
        ({"venv": False}, "python3.12-venv"),
    ],
)
def test_an_unfit_python_is_refused_saying_why(tmp_path, monkeypatch, facts, words):
    path = pretend_python(tmp_path / "python3", **facts)
    monkeypatch.setenv("DREAMFUSION_PYTHON", str(path))
    with pytest.raises(PythonMissing) as caught:
        find_python()
    assert words in caught.value.message and str(path) in caught.value.message
    assert caught.value.remedy is not None and caught.value.remedy.command is not None


def test_what_does_not_run_is_no_python(tmp_path, monkeypatch):
    broken = tmp_path / "python3"
    broken.write_text("not a program")
    for path in (broken, tmp_path / "nowhere"):
        monkeypatch.setenv("DREAMFUSION_PYTHON", str(path))
        with pytest.raises(PythonMissing, match="does not run"):
            find_python()


def test_on_a_machine_with_a_later_python_the_fitting_one_on_the_path_is_taken(tmp_path, monkeypatch):
    """Blender 5.2's own Python is 3.13."""
    later = pretend_python(tmp_path / "python3", version=[3, 13, 5])
    fitting = pretend_python(tmp_path / "python3.12")
    monkeypatch.delenv("DREAMFUSION_PYTHON", raising=False)
    monkeypatch.setattr(sys, "executable", str(later))
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert find_python().path == fitting
    fitting.unlink()
    monkeypatch.setattr(pythons, "_candidates", lambda: iter([later]))
    with pytest.raises(PythonMissing, match=r"is Python 3\.13"):
        find_python()


def test_a_machine_without_a_gpu_gets_a_cpu_build_first():
    first, second, last = builds_for("auto", None, "linux")
    assert "+cpu" in first.arguments[-1] and "--index-url" not in first.arguments
    assert "https://download.pytorch.org/whl/cpu" in second.arguments
    assert "CUDA" in last.label and last.download_mb > 1000  # works everywhere, and is said to be large


@pytest.mark.parametrize(
    ("device", "gpu", "platform", "label"),
    [
        ("auto", (590, (8, 9)), "linux", "CUDA 13"),
        ("auto", (590, (6, 1)), "linux", "CUDA 12.6"),  # CUDA 13 has nothing for a GTX 1080
        ("cuda", (550, (8, 9)), "linux", "CUDA 12.6"),
        ("auto", (590, (12, 0)), "linux", "CUDA 13"),
        ("auto", (575, (12, 0)), "linux", "compute capability 12.0 with driver 575"),
        ("auto", (470, (7, 5)), "win32", "CPU build from the registry, since torch"),
        ("cpu", (590, (8, 9)), "linux", "CPU"),
        ("auto", (590, (8, 9)), "win32", "CUDA 13"),
        ("auto", None, "win32", "CPU"),
        ("auto", None, "darwin", "Mac"),
    ],
)
def test_the_first_build_fits_the_machine(device, gpu, platform, label):
    builds = builds_for(device, gpu and NvidiaGpu(*gpu), platform)
    assert label in builds[0].label
    assert gpu is None or device == "cpu" or ("CUDA" in label) == ("CUDA" in builds[0].label)


@pytest.mark.skipif(os.name == "nt", reason="the pretended tool is a shell script")
@pytest.mark.parametrize(
    ("says", "found"),
    [
        ("echo 580.65.06, 8.9; echo 580.65.06, 12.0", NvidiaGpu(580, (12, 0))),
        ("echo 'Field \"compute_cap\" is not a valid field to query.'; exit 2", None),
        ("echo NVIDIA-SMI has failed", None),
        ("true", None),
    ],
)
def test_the_newest_gpu_is_asked_of_its_driver(tmp_path, monkeypatch, says, found):
    tool = tmp_path / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\n{says}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert nvidia_gpu() == found


def test_the_version_of_torch_is_the_pinned_one():
    assert f"torch=={torch_builds.TORCH}" in required_packages()
