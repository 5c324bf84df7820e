"""The finished asset on disk: the same after a round trip, and damage is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dreamfusion_blender.asset import Asset
from dreamfusion_blender.errors import JobDamaged, JobMissing, JobNewer, OutputUnwritable
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.store import JobFolder


@pytest.fixture
def job() -> JobFolder:
    return JobFolder.create(JobSpec(prompt="a red mug"))


@pytest.fixture
def asset() -> Asset:
    rng = np.random.default_rng(0)
    return Asset(
        vertices=rng.random((5, 3), np.float32),
        triangles=rng.integers(0, 5, (7, 3), np.int32),
        corner_uvs=rng.random((7, 3, 2), np.float32),
        normals=rng.random((5, 3), np.float32),
        albedo_png=b"\x89PNG",
        name="ein grüner Hut",
        provenance={"prompt": "ein grüner Hut", "seed": 3},
    )


def test_an_asset_survives_the_disk(job, asset):
    asset.save(job.path)
    loaded = Asset.load(job)
    for name in ("vertices", "triangles", "corner_uvs", "normals"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(asset, name))
    assert (loaded.name, loaded.provenance, loaded.albedo_png) == (asset.name, asset.provenance, asset.albedo_png)
    assert loaded.job_folder == job.path
    assert Asset.load(job.name).name == asset.name


def test_an_asset_that_cannot_be_written_leaves_the_one_before(job, asset):
    asset.save(job.path)
    (job.path / "asset.npz").unlink()
    (job.path / "asset.npz").mkdir()
    with pytest.raises(OutputUnwritable, match=r"asset\.npz"):
        replace(asset, albedo_png=b"another unwrapping's").save(job.path)
    assert job.albedo.read_bytes() == asset.albedo_png
    assert [each.name for each in job.path.glob(".*")] == []


def test_a_job_without_an_asset_says_what_state_it_is_in(job):
    with pytest.raises(JobMissing, match="queued"):
        Asset.load(job)


@pytest.mark.parametrize("keep", [0, 10, 200, -20])
def test_a_truncated_asset_is_damaged(job, asset, keep):
    asset.save(job.path)
    whole = job.asset.read_bytes()
    job.asset.write_bytes(whole[:keep])
    with pytest.raises(JobDamaged, match=r"asset\.npz is damaged"):
        Asset.load(job)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("triangles", np.array([[0, 1, 5]], np.int32)),  # there are five vertices
        ("triangles", np.array([[0, 1, -1]], np.int32)),
        ("triangles", np.zeros((7, 4), np.int32)),
        ("triangles", np.zeros((7, 3), np.float32)),
        ("vertices", np.full((5, 3), np.nan, np.float32)),
        ("corner_uvs", np.zeros((6, 3, 2), np.float32)),
        ("normals", np.zeros((4, 3), np.float32)),
        ("origin", np.zeros(2)),
        ("provenance", ["a list"]),
        ("provenance", {"k" * 64: 1}),
    ],
)
def test_what_is_no_mesh_is_damaged(job, asset, part, value):
    """Blender would read outside of its memory."""
    replace(asset, **{part: value}).save(job.path)
    with pytest.raises(JobDamaged, match="Export the job again"):
        Asset.load(job)


def test_a_newer_asset_is_not_guessed_at(job, asset):
    asset.save(job.path)
    arrays = dict(np.load(job.asset))
    np.savez(job.asset, **{**arrays, "version": np.int32(99)})
    with pytest.raises(JobNewer):
        Asset.load(job)


def test_the_glb_is_copied_whole_or_refused(job, asset, tmp_path):
    asset.save(job.path)
    with pytest.raises(OutputUnwritable, match="export"):
        Asset.load(job).save_glb(tmp_path / "mug.glb")
    job.glb.write_bytes(b"glTF")
    loaded = Asset.load(job)
    assert loaded.save_glb(tmp_path / "mug.glb").read_bytes() == b"glTF"
    job.glb.write_bytes(b"cut again")  # whose mesh is not the loaded one
    assert loaded.save_glb(tmp_path / "mug.glb").read_bytes() == b"glTF"
    with pytest.raises(OutputUnwritable):
        Asset.load(job).save_glb(tmp_path / "nowhere" / "mug.glb")
