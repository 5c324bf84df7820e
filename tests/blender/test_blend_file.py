"""`--out FILE.blend` from a Python that has bpy: written by a process of its own, whole, with the asset alone in it."""

from __future__ import annotations

import sys
import sysconfig
import venv
from pathlib import Path

import bpy
import numpy as np
import pytest
from extension import ROOT
from samples import cube_mesh, png

sys.path.insert(0, str(ROOT))  # the command line's own way to the core, outside of any extension

from dreamfusion_blender.asset import Asset  # only with the path set
from dreamfusion_blender.blend_file import find_blender, write_blend
from dreamfusion_blender.errors import OutputUnwritable
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.store import JobFolder


@pytest.fixture
def job(tmp_path: Path) -> JobFolder:
    """A job whose asset is a red cube."""
    made = JobFolder.create(JobSpec(prompt="a red cube"), tmp_path / "jobs")
    vertices, triangles = cube_mesh()
    uvs = np.tile(np.array([[0, 0], [1, 0], [1, 1]], dtype=np.float32), (len(triangles), 1, 1))
    provenance = {"prompt": "a red cube", "job": made.id}
    normals = (vertices / 3**0.5).astype(np.float32)
    Asset(vertices, triangles, uvs, normals, png(8, (200, 30, 40)), "a red cube", provenance).save(made.path)
    return made


def test_this_python_counts_as_a_blender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DREAMFUSION_BLENDER", sys.executable)
    assert find_blender().version == bpy.app.version[:2]


def test_a_python_that_finds_bpy_elsewhere_writes_as_it_was_found(
    job: JobFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through PYTHONPATH here; in a user's own site-packages it is the same."""
    venv.create(tmp_path / "bare", with_pip=False)
    monkeypatch.setenv("DREAMFUSION_BLENDER", str(tmp_path / "bare" / "bin" / "python"))
    monkeypatch.setenv("PYTHONPATH", sysconfig.get_path("purelib"))
    write_blend(job, tmp_path / "cube.blend", find_blender())
    assert (tmp_path / "cube.blend").is_file()


def test_the_file_holds_the_asset_with_its_picture(
    job: JobFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DREAMFUSION_BLENDER", sys.executable)
    path = tmp_path / "out" / "cube.blend"
    path.parent.mkdir()
    write_blend(job, path, find_blender())
    assert [each.name for each in path.parent.iterdir()] == ["cube.blend"]
    with bpy.data.libraries.load(str(path)) as (inside, _):
        assert inside.objects == ["a red cube"]
        assert len(inside.materials) == len(inside.images) == 1


def test_what_blender_says_is_passed_on_and_nothing_is_half_written(
    job: JobFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DREAMFUSION_BLENDER", sys.executable)
    job.asset.write_bytes(b"rubbish")
    path = tmp_path / "cube.blend"
    with pytest.raises(OutputUnwritable, match="damaged"):
        write_blend(job, path, find_blender())
    assert not path.exists()
