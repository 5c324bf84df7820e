"""Several turntables in one picture."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from backend.sheet import CELL, LINE, VIEWS, main
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.paths import ROOT
from dreamfusion_blender.store import JobFolder


def job(shade):
    made = JobFolder.create(JobSpec(prompt="a red mug", seed=shade))
    sheet = np.zeros((64, 256, 3), np.uint8)
    for row in range(2):
        for column in range(8):
            sheet[32 * row : 32 * row + 32, 32 * column : 32 * column + 32] = (shade, 20 * column, 100 * row)
    Image.fromarray(sheet).save(made.turntable)
    return made


def test_each_job_has_a_row_of_the_chosen_views(tmp_path):
    jobs = [job(50), job(200)]
    out = tmp_path / "sheet.png"
    assert main([str(out), *(str(each.path) for each in jobs)]) == 0
    sheet = np.asarray(Image.open(out))
    assert sheet.shape == (2 * (CELL + LINE), len(VIEWS) * CELL, 3)
    for number, shade in enumerate((50, 200)):
        for place, (row, column) in enumerate(VIEWS):
            middle = sheet[number * (CELL + LINE) + LINE + CELL // 2, place * CELL + CELL // 2]
            assert middle.tolist() == [shade, 20 * column, 100 * row]
        words = sheet[number * (CELL + LINE) : number * (CELL + LINE) + LINE]
        assert words.max() > 150  # something is written there


@pytest.mark.parametrize("content", [b"no picture", None])
def test_a_turntable_that_cannot_be_used_is_named(tmp_path, content, capsys):
    made = job(1)
    if content is None:
        Image.new("RGB", (10, 10)).save(made.turntable)
    else:
        made.turntable.write_bytes(content)
    assert main([str(tmp_path / "sheet.png"), str(made.path)]) == 32
    assert "turntable.png" in capsys.readouterr().err and not (tmp_path / "sheet.png").exists()


def test_it_runs_without_torch():
    program = "import sys, backend.sheet\nprint(*({'torch', 'bpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
