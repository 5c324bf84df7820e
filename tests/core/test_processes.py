"""What a child process says is read as it is written, whatever the system's own encoding is."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from dreamfusion_blender.paths import ROOT

FOLLOW = """
from dreamfusion_blender.processes import follow
follow([sys.executable, "-c", "print('B' + chr(252) + 'cher')"], lambda line: print(ascii(line)))
"""

SHEET = """
from pathlib import Path
from types import SimpleNamespace
from dreamfusion_blender.processes import child_environment
from dreamfusion_blender.sheets import write_sheet

command = [sys.executable, "-c", "import sys; sys.exit('B' + chr(252) + 'cher')"]
environment = SimpleNamespace(command=lambda *_: command, variables=child_environment)
try:
    write_sheet([], Path("nowhere.png"), environment)
except Exception as error:
    print(ascii(str(error)))
"""


@pytest.mark.parametrize("program", [FOLLOW, SHEET], ids=["lines", "a sheet's error"])
def test_letters_beyond_ascii_arrive_where_the_system_has_none(program):
    ascii_alone = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", "import sys\n" + program],
        env={**os.environ, **ascii_alone},
        capture_output=True,
        encoding="utf-8",
    )
    assert "B\\xfccher" in done.stdout, done.stderr
