"""What a job is given: the same after a trip through its file, refused when it is none, and put back where it was."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from dreamfusion_blender.constraints import check_constraints, parse_palette, parse_ratio
from dreamfusion_blender.errors import BadSpec, JobDamaged
from dreamfusion_blender.inputs import GivenMesh, Inputs, Placement, join_meshes, placement_around, sample_triangles
from dreamfusion_blender.job import SPEC_VERSION, JobSpec
from dreamfusion_blender.store import JobFolder, fingerprint

CORNERS = np.array([[0, 0, 0], [4, 0, 0], [0, 2, 0], [0, 0, 1]], np.float32)
FACES = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32)
MESH = GivenMesh(CORNERS, FACES, CORNERS[:2], np.array([[255, 0, 0], [0, 255, 0]], np.uint8))


def test_inputs_survive_their_file(tmp_path):
    turned = np.array([[0, -1, 0, 3], [1, 0, 0, 2], [0, 0, 1, 1], [0, 0, 0, 1]], np.float64)
    given = Inputs(placement_around([MESH], frame=turned, original=np.diag([1, 2, 3, 1.0]), name="Täble"), start=MESH)
    data = given.to_bytes()
    assert data == given.to_bytes()
    job = JobFolder.create(JobSpec(prompt="a red mug", inputs=fingerprint(data)), tmp_path, inputs=data)
    read = Inputs.load(job.inputs, job.spec.inputs)
    for part in ("vertices", "triangles", "points", "colours"):
        np.testing.assert_array_equal(getattr(read.start, part), getattr(MESH, part))
    for each in (read.placement, Placement.of(job.path)):
        assert each is not None
        np.testing.assert_array_equal(each.frame, turned)
        assert (each.name, each.size) == ("Täble", 4.0)
    assert read.may is None and read.must is None


def test_given_meshes_fill_the_unit_ball():
    place = placement_around([MESH])
    radii = np.linalg.norm(place.to_field(MESH.vertices), axis=1)
    assert radii.max() == pytest.approx(0.88)


def test_what_goes_into_the_field_comes_back_to_the_object():
    turned = np.array([[0, -1, 0, 3], [1, 0, 0, 2], [0, 0, 1, 1], [0, 0, 0, 1]], np.float64)
    local = np.array([0.3, -0.2, 0.5, 1])
    original = np.array([[-1, 0, 0, 5], [0, 2, 0, 6], [0, 0, 3, 7], [0, 0, 0, 1]], np.float64)
    place = placement_around([MESH], frame=turned, original=original)
    in_frame = np.linalg.inv(turned) @ original @ local
    in_field = np.append(place.to_field(in_frame[None, :3])[0], 1)
    np.testing.assert_allclose(place.from_field() @ in_field, local, atol=1e-5)
    origin = np.array([1.0, 2, 3])
    np.testing.assert_allclose(place.from_asset(origin) @ (in_frame - [1, 2, 3, 0]), local, atol=1e-9)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"triangles": FACES + 1}, "vertices that it does not have"),
        ({"triangles": FACES - 1}, "vertices that it does not have"),
        ({"triangles": np.zeros((0, 3), np.int32)}, "0 triangles"),
        ({"triangles": FACES.astype(np.float32)}, "in threes"),
        ({"vertices": np.full_like(CORNERS, np.nan)}, "not numbers"),
        ({"vertices": CORNERS[:, :2]}, "in threes"),
        ({"vertices": np.zeros_like(CORNERS)}, "one point"),
        ({"colours": MESH.colours[:1]}, "2 places with colours and 1"),
    ],
)
def test_what_is_no_mesh_is_refused(changes, words):
    with pytest.raises(BadSpec, match=words):
        dataclasses.replace(MESH, **changes).validate("start")


def test_a_pickle_is_not_read(tmp_path):
    path = tmp_path / "inputs.npz"
    np.savez(path, version=np.int32(1), frame=np.array([{"a": 1}], dtype=object))
    with pytest.raises(JobDamaged, match="damaged"):
        Inputs.load(path, fingerprint(path.read_bytes()))


def test_samples_cover_triangles_evenly():
    corners = np.array([[[0, 0, 0], [3, 0, 0], [0, 3, 0]], [[0, 0, 1], [1, 0, 1], [0, 1, 1]]], np.float64)
    points, owners = sample_triangles(corners, 5000)
    assert (owners == 0).mean() == pytest.approx(0.9, abs=0.01)
    first = points[owners == 0]
    np.testing.assert_allclose(first.mean(axis=0), [1, 1, 0], atol=0.02)
    assert (first[:, :2] >= 0).all() and (first[:, :2].sum(axis=1) <= 3 + 1e-9).all()


def test_joined_meshes_keep_their_faces():
    both = join_meshes([MESH, MESH])
    np.testing.assert_array_equal(both.triangles[4:], FACES + 4)
    assert len(both.points) == 4


def test_an_old_spec_loads_with_defaults_that_change_nothing():
    old = {"version": 1, "prompt": "a red mug", "seed": 3}
    spec = JobSpec.from_json(old)
    assert (spec.version, spec.inputs, spec.strength, spec.distance) == (SPEC_VERSION, "", 0.5, 0.05)


@pytest.mark.parametrize(
    ("field", "value"),
    [("strength", 0), ("strength", 1.1), ("strength", math.nan), ("distance", -0.1), ("inputs", "../x"), ("inputs", 3)],
)
def test_bad_values_are_refused(field, value):
    with pytest.raises(BadSpec, match=field):
        JobSpec.from_json({"prompt": "a red mug", field: value})


def test_ratios_and_palettes_are_read():
    assert parse_ratio("2:4:1") == (0.5, 1.0, 0.25) and parse_ratio(" ") is None
    assert parse_palette("#ff0000, #0000FF") == ((1, 0, 0), (0, 0, 1)) and parse_palette("") == ()


@pytest.mark.parametrize(
    "overrides",
    [
        {"constraints.ratio": "1:2"},
        {"constraints.ratio": "1:2:-1"},
        {"constraints.ratio": "1:100:1"},
        {"constraints.ratio": 2},
        {"constraints.palette": "red"},
        {"constraints.symmetry": "both"},
        {"constraints.symmetrie": "exact"},
        {"constraints.may_weight": -1},
        {"constraints.flat_base": "yes"},
    ],
)
def test_a_mistake_in_a_constraint_is_found_with_the_spec(overrides):
    with pytest.raises(BadSpec):
        JobSpec(prompt="a red mug", overrides=overrides).validate()
    check_constraints({"sds.guidance_weight": -3})
