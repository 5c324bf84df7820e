"""What doctor repairs beside what is plainly not installed."""

from __future__ import annotations

import subprocess
import sys

from dreamfusion_blender.command_line import commands
from dreamfusion_blender.command_line.commands import needs_repair
from dreamfusion_blender.environment import Environment


def test_a_whole_looking_environment_that_does_not_work_is_to_be_repaired(tmp_path, monkeypatch):
    folder = tmp_path / "ours"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    environment = Environment(folder)
    environment.write_marker("ready", torch="tiny build")
    assert environment.is_ready and needs_repair(environment, "auto")  # there is no torch
    (packages,) = folder.rglob("site-packages")
    (packages / "torch.py").write_text(
        "from types import SimpleNamespace as Space\n"
        "__version__, get_num_threads = '1.0', lambda: 1\n"
        "cuda = Space(device_count=lambda: 0)\n"
        "backends = Space(mps=Space(is_available=lambda: False))\n"
    )
    assert not needs_repair(environment, "auto")
    monkeypatch.setattr(commands, "nvidia_driver", lambda: 580)
    assert needs_repair(environment, "cuda") and not needs_repair(environment, "cpu")
