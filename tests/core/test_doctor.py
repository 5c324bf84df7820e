"""What doctor repairs beside what is plainly not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dreamfusion_blender.command_line import commands
from dreamfusion_blender.command_line.commands import missed_build, needs_repair
from dreamfusion_blender.environment import Environment
from dreamfusion_blender.torch_builds import NvidiaGpu, builds_for

TORCH = """
from types import SimpleNamespace as Space
__version__, get_num_threads = "1.0", lambda: 1
cuda = Space(is_available=lambda: False, device_count=lambda: 0)
backends = Space(mps=Space(is_available=lambda: False))
"""


def test_a_whole_looking_environment_that_does_not_work_is_to_be_repaired(tmp_path, monkeypatch):
    folder = tmp_path / "ours"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    environment = Environment(folder)
    environment.write_marker("ready", torch="tiny build")
    assert environment.is_ready and needs_repair(environment, "auto")  # there is no torch
    (packages,) = folder.rglob("site-packages")
    (packages / "torch.py").write_text(TORCH)
    assert not needs_repair(environment, "auto")
    monkeypatch.setattr(commands, "nvidia_gpu", lambda: NvidiaGpu(580, (8, 9)))
    assert needs_repair(environment, "cuda") and not needs_repair(environment, "cpu")


@pytest.mark.parametrize(("driver", "fits"), [(580, False), (570, False), (None, True)])
def test_a_cpu_build_does_not_fit_a_gpu_that_answers(tmp_path, monkeypatch, driver, fits):
    """Also where the CPU build would be the last resort; and a build stays while the driver says nothing."""
    environment = Environment(tmp_path / "ours")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment.folder)], check=True)
    environment.write_marker("ready", torch=builds_for("cpu", None)[0].label)
    (packages,) = environment.folder.rglob("site-packages")
    (packages / "torch.py").write_text(TORCH)
    monkeypatch.setattr(commands, "nvidia_gpu", lambda: driver and NvidiaGpu(driver, (8, 9)))
    assert needs_repair(environment, "cuda") != fits


def test_a_build_that_was_not_to_be_had_is_said_and_not_tried_on_each_call(tmp_path, monkeypatch):
    environment = Environment(tmp_path / "ours")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment.folder)], check=True)
    (packages,) = environment.folder.rglob("site-packages")
    (packages / "torch.py").write_text(TORCH)
    wanted, *others = (each.label for each in builds_for("cuda", NvidiaGpu(570, (8, 9))))
    environment.write_marker("ready", torch=others[0], wanted=wanted)
    monkeypatch.setattr(commands, "nvidia_gpu", lambda: NvidiaGpu(570, (8, 9)))
    assert not needs_repair(environment, "cuda") and missed_build(environment, "cuda") == wanted
    assert missed_build(environment, "cpu") is None
    monkeypatch.setattr(
        commands, "nvidia_gpu", lambda: NvidiaGpu(580, (8, 9))
    )  # a newer one, which has another best build
    assert needs_repair(environment, "cuda") and missed_build(environment, "cuda") is None
    (packages / "torch.py").unlink()
    monkeypatch.setattr(commands, "nvidia_gpu", lambda: NvidiaGpu(570, (8, 9)))
    assert needs_repair(environment, "cuda")  # whatever was tried: it does not work
