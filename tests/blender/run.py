"""Run this folder's tests inside a Python that has bpy: `python tests/blender/run.py [pytest's arguments]`.

bpy crashes or hangs while Python tidies up with classes registered, so the process ends without that. Blender's
settings, the extension's installation and the jobs go to a fresh folder.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def main(arguments: list[str]) -> int:
    """Run pytest in fresh surroundings and return its exit code."""
    with tempfile.TemporaryDirectory(prefix="dreamfusion-bpy-") as folder:
        # Both are read when bpy or the core are imported, which the tests do first.
        os.environ["BLENDER_USER_RESOURCES"] = str(Path(folder) / "blender")
        os.environ["DREAMFUSION_JOBS"] = str(Path(folder) / "jobs")
        os.environ["DREAMFUSION_MODELS"] = str(Path(folder) / "models")
        os.environ["HF_HUB_CACHE"] = str(Path(folder) / "hub-cache")
        tests = HERE.parent
        sys.path.insert(0, str(tests))  # where the clock is
        options = ["--rootdir", str(tests), "--confcutdir", str(HERE)]
        return int(pytest.main([*options, str(HERE), *arguments]))


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
