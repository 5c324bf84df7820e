"""Distances, volumes, placements and means whose true values are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import trimesh

from backend.meshing.topology import vertex_normals
from backend.rendering.rasterize import Model
from benchmarks.toybox_benchmark.clouds import (
    Placement,
    align,
    best_placement,
    chamfer,
    cloud_of,
    grid_around,
    rotation,
    volume_iou,
)
from benchmarks.toybox_benchmark.looks import coverage, saturation
from benchmarks.toybox_benchmark.statistics import mean_over_prompts
from benchmarks.toybox_benchmark.tasks import Task
from benchmarks.toybox_benchmark.truth import Truth, inside_mesh, truth_model


def model_of(mesh: trimesh.Trimesh) -> Model:
    vertices, triangles = np.asarray(mesh.vertices), np.asarray(mesh.faces)
    colours = np.full((len(vertices), 3), 0.5)
    return Model(vertices, triangles, vertex_normals(vertices, triangles), colours=colours)


def ell() -> trimesh.Trimesh:
    """A chair of boxes, in some place and size: no turn about z brings it onto itself."""
    parts = [((1, 1, 0.2), (0, 0, 0)), ((1, 0.2, 1), (0, 0.4, 0.5)), ((0.2, 0.2, 0.6), (0.4, -0.4, -0.4))]
    return joined([trimesh.creation.box(size, trimesh.transformations.translation_matrix(at)) for size, at in parts])


def joined(meshes: list[trimesh.Trimesh]) -> trimesh.Trimesh:
    return trimesh.Scene(meshes).to_mesh()


def moved(mesh: trimesh.Trimesh, turn: float, scale: float = 1.0, shift=(0.0, 0.0, 0.0)) -> Model:
    vertices = np.asarray(mesh.vertices) @ rotation(turn).T * scale + np.asarray(shift)
    return model_of(trimesh.Trimesh(vertices, mesh.faces, process=False))


def sphere(radius: float) -> np.ndarray:
    return np.asarray(trimesh.creation.icosphere(5).vertices) * radius


def test_concentric_spheres_are_as_far_apart_as_their_radii():
    assert chamfer(sphere(1.0), sphere(1.3)) == pytest.approx(0.3, abs=0.005)
    assert chamfer(sphere(1.0), sphere(1.0)) == 0


def test_chamfer_is_the_mean_of_both_ways():
    one, other = np.array([[0.0, 0, 0]]), np.array([[1.0, 0, 0], [3.0, 0, 0]])
    assert chamfer(one, other) == chamfer(other, one) == pytest.approx((1 + (1 + 3) / 2) / 2)


def test_boxes_shifted_by_half_share_a_third():
    grid = grid_around([np.array([[0.0, 0, 0], [1.5, 1, 1]])], 60)
    boxes = (((0, 0, 0), (1, 1, 1)), ((0.5, 0, 0), (1.5, 1, 1)))
    one, other = (np.all((grid > low) & (grid < high), axis=1) for low, high in boxes)
    assert isinstance(one, np.ndarray) and isinstance(other, np.ndarray)
    assert volume_iou(one, other) == pytest.approx(1 / 3, abs=0.02)
    assert volume_iou(one, one) == 1 and volume_iou(one, ~one) == 0
    assert volume_iou(np.zeros(5, bool), np.zeros(5, bool)) == 0


@pytest.mark.parametrize("sign", [1, -1], ids=["outward", "inside out"])
def test_a_mesh_encloses_what_is_inside_it(sign):
    ball = trimesh.creation.icosphere(3)
    points = np.random.default_rng(0).uniform(-1.2, 1.2, (2000, 3))
    clear = abs(np.linalg.norm(points, axis=1) - 1) > 0.02
    found = inside_mesh(model_of(trimesh.Trimesh(ball.vertices, ball.faces[:, ::sign], process=False)), points)
    assert (found == (np.linalg.norm(points, axis=1) < 1))[clear].all()


@pytest.mark.parametrize("turn", [0.0, 0.4, 1.7, math.pi, -2.2])
def test_alignment_finds_a_turn_and_a_shift_at_any_size(turn):
    still = cloud_of(*_parts(moved(ell(), 0.0)))
    moving = cloud_of(*_parts(moved(ell(), turn, scale=7.0, shift=(3, -2, 11))))
    placement, distance = align(moving.points, still.points)
    assert math.remainder(placement.turn + turn, 2 * math.pi) == pytest.approx(0, abs=0.02)
    assert np.linalg.norm(placement.shift) < 0.02
    assert distance < 0.04


def test_alignment_turns_about_z_alone():
    lying = trimesh.creation.box((1, 1, 3))
    standing = trimesh.creation.box((3, 1, 1))
    one, other = (cloud_of(np.asarray(mesh.vertices), np.asarray(mesh.faces)) for mesh in (lying, standing))
    assert align(one.points, other.points)[1] > 0.2


def test_the_best_placement_of_pairs_is_exact():
    points = np.random.default_rng(1).normal(size=(50, 3))
    placement = Placement(0.7, np.array([1.0, -2.0, 0.5]))
    found = best_placement(points, placement(points))
    assert found.turn == pytest.approx(0.7) and found.shift == pytest.approx(placement.shift)
    assert placement.undone(placement(points)) == pytest.approx(points)


def test_a_cloud_is_at_one_size_and_knows_the_way_back():
    cloud = cloud_of(*_parts(moved(ell(), 0.3, scale=5.0, shift=(1, 2, 3))))
    assert cloud.points.mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-9)
    assert (cloud.points**2).sum(axis=1).mean() == pytest.approx(1)
    assert cloud.brought(cloud.taken_back(cloud.points)) == pytest.approx(cloud.points)


def test_a_cloud_does_not_crowd_where_triangles_are_small():
    fine = trimesh.creation.box((1, 1, 1)).subdivide().subdivide().subdivide().subdivide()
    fine.apply_translation((2, 0, 0))
    cloud = cloud_of(*_parts(model_of(joined([trimesh.creation.box((1, 1, 1)), fine]))))
    assert (cloud.taken_back(cloud.points)[:, 0] > 1).mean() == pytest.approx(0.5, abs=0.03)


def test_a_true_shape_fits_however_it_is_turned_and_scaled(tmp_path):
    task = Task.of("a gray chair", "held out")
    truth = Truth(task, shapes=2, kept=tmp_path)
    model = truth_model(task, 1, side=64)
    vertices = model.vertices @ rotation(0.9).T * 3 + 5
    fit = truth.fit(Model(vertices, model.triangles, model.normals, colours=model.colours))
    assert fit.shape == 1 and fit.iou > 0.85 and fit.chamfer < 0.05
    assert math.remainder(fit.turn + 0.9, 2 * math.pi) == pytest.approx(0, abs=0.03)
    ball = truth.fit(model_of(trimesh.creation.icosphere(3)))
    assert ball.chamfer > 3 * fit.chamfer and ball.iou < 0.5
    again = Truth(task, shapes=2, kept=tmp_path)
    assert list(tmp_path.iterdir())
    for one, other in zip(truth.clouds, again.clouds, strict=True):
        assert (one.points == other.points).all() and one.scale == other.scale


def test_true_shapes_come_in_their_colours():
    model = truth_model(Task.of("a blue mushroom", "seen"), side=40)
    assert model.colours is not None
    blue = (model.colours[:, 2] > model.colours[:, 0] + 0.2).mean()
    assert 0.2 < blue < 0.95, "a blue cap on a pale stem"


def test_saturation_of_pure_and_mixed_colours():
    cover = np.ones((1, 2, 2), np.float32)
    pictures = np.zeros((1, 2, 2, 3), np.float32)
    pictures[0, 0] = (1, 0, 0)  # 1
    pictures[0, 1] = (1, 0.5, 0.5)  # 1/2
    assert saturation(pictures, cover) == pytest.approx(0.75)
    cover[0, 0] = 0.5  # the edge of the object counts no more than what is outside it
    assert saturation(pictures, cover) == pytest.approx(0.5)
    assert saturation(np.full((1, 2, 2, 3), 0.5, np.float32), np.ones((1, 2, 2), np.float32)) == 0
    assert saturation(pictures, np.zeros((1, 2, 2), np.float32)) == 0


def test_coverage_is_the_object_s_outline():
    cover = coverage(model_of(trimesh.creation.icosphere(3)), 32)
    assert cover.shape == (8, 32, 32)
    assert cover[:, 16, 16] == pytest.approx(np.ones(8)) and cover[:, 0, 0] == pytest.approx(np.zeros(8))


def test_the_bootstrap_covers_the_true_mean():
    """Of a hundred studies of 40 prompts each, about 95 intervals hold the true mean; a few more or fewer by chance."""
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(100):
        found = mean_over_prompts([(str(index), float(rng.random() < 0.6)) for index in range(40)])
        assert found is not None and found.count == 40
        held += found.low <= 0.6 <= found.high
    assert 88 <= held <= 100


def test_seeds_of_one_prompt_are_one_draw():
    found = mean_over_prompts([("a", 0.0), ("a", 1.0), ("b", 1.0), ("c", None)])
    assert found is not None and (found.mean, found.count) == (0.75, 2)
    assert found.low == 0.5 and found.high == 1.0
    assert mean_over_prompts([("a", None)]) is None


def _parts(model: Model):
    return model.vertices, model.triangles
