"""From a field on disk to an asset on disk, in the process that the product starts for it."""

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapes
import trimesh
from PIL import Image

from backend import glb
from backend.extraction import ExtractSettings, extract, placed
from backend.meshing.build import MeshSettings
from dreamfusion_blender.asset import Asset
from dreamfusion_blender.cut import CutSettings
from dreamfusion_blender.errors import EmptyField, JobDamaged
from dreamfusion_blender.inputs import Placement
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.store import JobFolder

ROOT = Path(__file__).resolve().parents[2]
SPEC = JobSpec(prompt="a red torus", seed=7, size=2.0, triangles=3000, texture_size=128)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A torus with a crumb above it, extracted as a job in a process of its own: its folder and its events."""
    x = shapes.points(64)
    surface = np.maximum(shapes.torus(x, 0.55, 0.2), shapes.ball(x, 0.05, (0, 0, 0.7)))
    job = JobFolder.create(SPEC, tmp_path_factory.mktemp("jobs"))
    shapes.save(shapes.grid(surface), job.field)
    return job, run(job.path)[1]


def run(folder, *options):
    command = [sys.executable, "-m", "backend.extract", str(folder), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_the_events_end_with_a_report(made):
    events = made[1]
    assert {event["type"] for event in events[:-1]} == {"stage"}
    report = events[-1]["report"]
    assert events[-1]["type"] == "finished"
    assert report["contract"]["violations"] == []
    assert report["prompt"] == "a red torus"  # by which its outline is judged
    assert report["two_faced"]["outline"] > 0.8
    assert report["islands_removed"] == 1
    assert report["contract"]["handles"] == 1
    assert report["contract"]["triangles"] <= 3000
    assert set(events[-1]["files"].values()) == {
        "asset.npz",
        "albedo.png",
        "asset.glb",
        "turntable.png",
        "quality.json",
    }


def test_the_asset_is_placed_and_sized(made):
    asset = Asset.load(made[0])
    low, high = asset.vertices.min(axis=0), asset.vertices.max(axis=0)
    assert (high - low).max() == pytest.approx(2.0)
    np.testing.assert_allclose([*(low + high)[:2], low[2]], 0, atol=1e-5)
    assert asset.provenance["prompt"] == "a red torus"
    assert (asset.provenance["seed"], asset.provenance["job"]) == (7, made[0].id)
    assert "dreamfusion_blender" in asset.provenance["versions"]


def test_the_glb_says_the_same_as_the_asset(made):
    """Read back, turned into our frame and welded, it is the asset's mesh with the asset's texture."""
    asset = Asset.load(made[0])
    model = glb.decode(made[0].glb.read_bytes())
    assert len(model.triangles) == len(asset.triangles)
    assert model.corner_uvs is not None
    corners = asset.vertices[asset.triangles].reshape(-1, 3)
    np.testing.assert_allclose(model.vertices[model.triangles].reshape(-1, 3), corners, atol=1e-6)
    np.testing.assert_allclose(model.corner_uvs, asset.corner_uvs, atol=1e-6)
    np.testing.assert_allclose(
        model.normals[model.triangles].reshape(-1, 3), asset.normals[asset.triangles].reshape(-1, 3), atol=1e-3
    )
    texture = np.asarray(Image.open(io.BytesIO(asset.albedo_png)), np.float32) / 255
    np.testing.assert_array_equal(model.texture, texture)


def test_the_glb_is_y_up_with_the_front_to_z_and_carries_its_provenance(made):
    stored = made[0].glb.read_bytes()
    length = int.from_bytes(stored[12:16], "little")
    tree = json.loads(stored[20 : 20 + length])
    material = tree["materials"][0]["pbrMetallicRoughness"]
    assert material["metallicFactor"] == 0
    assert material["roughnessFactor"] == pytest.approx(0.8)
    assert "baseColorTexture" in material and tree["images"][0]["mimeType"] == "image/png"
    assert tree["scenes"][0]["extras"]["prompt"] == "a red torus"
    assert tree["meshes"][0]["extras"]["seed"] == 7
    box = trimesh.load_scene(io.BytesIO(stored), file_type="glb").bounds
    # The torus lies flat in our XY plane: in glTF its height is Y, and it stands on Y = 0.
    assert np.argmin(box[1] - box[0]) == 1
    assert box[0][1] == pytest.approx(0, abs=1e-5)
    np.testing.assert_array_equal(np.array([0.0, -1.0, 0.0]) @ glb.TO_GLTF.T, [0, 0, 1])


def test_the_turntable_shows_it_in_its_colour(made):
    picture = np.asarray(Image.open(made[0].turntable)).astype(int)
    reddish = (picture[..., 0] > 1.5 * picture[..., 1]).mean()
    assert 0.02 < reddish < 0.5


def test_another_budget_and_size_can_be_asked_for(made):
    code, events = run(made[0].path, "--triangles=500", "--size=0.5", "--texture-size=64")
    assert code == 0
    contract = events[-1]["report"]["contract"]
    assert contract["triangles"] <= 500
    assert max(contract["size"]) == pytest.approx(0.5)
    assert contract["texture_size"] == [64, 64]
    assert contract["violations"] == []


def test_threshold_resolution_smoothing_and_symmetry_can_be_asked_for(made):
    job, before = made[0], made[1][-1]["report"]
    options = ("--threshold=0.05", "--resolution=80", "--smoothing=3", "--symmetry=left", "--triangles=2000")
    code, events = run(job.path, *options)
    report = events[-1]["report"]
    assert code == 0 and report["contract"]["violations"] == []
    assert report["found_level"] == before["found_level"] == before["level"]
    assert report["level"] == pytest.approx(report["found_level"] + 0.05)
    assert report["points_a_side"] == 81
    asset = Asset.load(job)
    assert asset.provenance["cut"]["symmetry"] == "left" and asset.provenance["cut"]["size"] == 2.0
    places = {tuple(each) for each in np.round(asset.vertices, 4).tolist()}
    assert all((-x, y, z) in places for x, y, z in places)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda job: job.field.write_bytes(job.field.read_bytes()[:5000]), "job_damaged"),
        (lambda job: job.field.unlink(), "job_damaged"),
        (lambda job: shapes.save(shapes.grid(np.full((32, 32, 32), -1.0), beta=0.1), job.field), "empty_field"),
        (lambda job: (job.path / "job.json").write_text("{"), "job_damaged"),
    ],
)
def test_what_cannot_be_extracted_is_an_error_and_leaves_nothing(tmp_path, spoil, code):
    job = JobFolder.create(SPEC, tmp_path)
    shapes.save(shapes.grid(shapes.ball(shapes.points(32), 0.6)), job.field)
    spoil(job)
    status, events = run(job.path)
    assert status != 0
    assert events[-1]["type"] == "error"
    assert events[-1]["code"] == code
    assert not job.asset.exists() and not job.glb.exists()


def test_a_budget_out_of_range_is_refused(made):
    status, events = run(made[0].path, "--triangles=-5")
    assert status == 2
    assert "triangles" in events[-1]["message"]


def test_extraction_in_process_raises_what_the_process_reports(tmp_path):
    with pytest.raises(JobDamaged, match=r"field\.npz"):
        extract(tmp_path / "field.npz", SPEC)
    shapes.save(shapes.grid(np.full((32, 32, 32), -1.0), beta=0.1), tmp_path / "field.npz")
    with pytest.raises(EmptyField):
        extract(tmp_path / "field.npz", SPEC)


def test_the_same_field_gives_the_same_asset(tmp_path):
    shapes.save(shapes.grid(shapes.torus(shapes.points(48), 0.5, 0.2)), tmp_path / "field.npz")
    first, second = (extract(tmp_path / "field.npz", SPEC).asset for _ in range(2))
    np.testing.assert_array_equal(first.vertices, second.vertices)
    np.testing.assert_array_equal(first.corner_uvs, second.corner_uvs)
    assert first.albedo_png == second.albedo_png


def test_placing_scales_the_largest_side():
    corners, up = np.array([[1, 1, 1], [3, 2, 5]], np.float32), np.array([[0, 0, 1.0]] * 2, np.float32)
    vertices, normals, origin = placed(corners, up, SPEC, None)
    np.testing.assert_allclose(vertices, [[-0.5, -0.25, 0], [0.5, 0.25, 2.0]])
    np.testing.assert_allclose(normals, up)
    np.testing.assert_allclose(origin, 0)


def test_what_has_a_place_comes_back_to_it():
    place = Placement(centre=np.array([10.0, 0, 0]), radius=2.0, size=3.0)
    corners, up = np.array([[-0.5, -0.2, -0.3], [0.7, 0.2, 0.1]], np.float32), np.zeros((2, 3), np.float32)
    vertices, _, origin = placed(corners, up, replace(SPEC, size=3.0), place)
    np.testing.assert_allclose(vertices + origin, 2 * corners + [10, 0, 0], rtol=1e-6)
    np.testing.assert_allclose([vertices[:, 0].sum(), vertices[0, 2]], 0, atol=1e-6)
    twice, _, _ = placed(corners, up, replace(SPEC, size=6.0), place)
    np.testing.assert_allclose(twice, 2 * vertices, rtol=1e-6)


@pytest.mark.parametrize("symmetry", ["left", "right"])
def test_a_mirror_leaves_what_has_a_place_there(tmp_path, symmetry):
    """The mirror's plane is in the middle of the object, wherever that lies in the field."""
    place = Placement(centre=np.array([10.0, 0, 0]), radius=2.0, size=3.0)
    shapes.save(shapes.grid(shapes.ball(shapes.points(48), 0.3, (0.4, 0, 0))), tmp_path / "field.npz")
    settings = ExtractSettings(mesh=MeshSettings(symmetry=symmetry))
    spec = replace(SPEC, size=3.0)
    plain, mirrored = (extract(tmp_path / "field.npz", spec, each, placement=place).asset for each in (None, settings))
    middles = [(each.vertices.min(axis=0) + each.vertices.max(axis=0)) / 2 + each.origin for each in (plain, mirrored)]
    np.testing.assert_allclose(middles[0], [10.8, 0, 0], atol=0.02)
    np.testing.assert_allclose(middles[1], middles[0], atol=0.02)


def test_what_began_as_somebody_s_mesh_keeps_what_looks_like_ripples():
    """And so much smoothing that what is round would become a polyhedron is not to be had."""
    rounds = [
        ExtractSettings.of(CutSettings(smoothing=smoothing), is_given=is_given).mesh.ripples.rounds
        for smoothing, is_given in ((10, True), (0, False), (10, False), (100, False))
    ]
    assert rounds == [0, 0, 20, 40]


def test_asked_for_proportions_become_exact():
    spec = replace(SPEC, overrides={"constraints.ratio": "1:2:4"})
    corners = np.array([[0, 0, 0], [1.1, 2, 4.2]], np.float32)
    slope = np.array([[3, 0, 4], [0, 0, 1]], np.float32) / [[5], [1]]
    vertices, normals, _ = placed(corners, slope, spec, None)
    np.testing.assert_allclose(np.ptp(vertices, axis=0), [0.5, 1, 2], rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, rtol=1e-6)
    # A plane's normal stays at right angles to it: (4, 0, -3) lies in the plane and is stretched along.
    stretched = np.array([4, 0, -3]) * [0.5 / 1.1, 1 / 2, 2 / 4.2]
    assert normals[0] @ stretched == pytest.approx(0, abs=1e-6)
