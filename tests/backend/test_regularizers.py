"""What is asked of objects in general, against direct computations."""

import dataclasses

import pytest
import torch
from analytic import CPU, BallField, GaussianPrior, generator, small_run

from backend.cameras import ring
from backend.distillation.lighting import SampleNormals
from backend.presets import load_preset
from backend.regularizers import RegularizerSettings, opacity_size, orientation, surface_smoothness
from backend.rendering.raymarch import RayMarcher, RenderSettings

RAYS = ring(2, 0.4, 0.3, 0.75, 1.1, CPU).all_rays(12)


def look(field):
    seen = RayMarcher(RenderSettings(samples=256), CPU)(field, RAYS, None)
    found = SampleNormals(field, seen.samples)
    return seen, found, RAYS.directions[seen.samples.ray[found.index]]


def test_outward_normals_of_a_hard_surface_are_well_oriented():
    seen, found, directions = look(BallField(density=5000.0))
    weights = seen.samples.weights[found.index]
    assert orientation(weights, found.normals, directions, len(RAYS.origins)).item() == 0.0
    assert orientation(weights, -found.normals, directions, len(RAYS.origins)).item() > 0.05


def test_orientation_is_the_direct_sum_and_moves_normals_alone():
    seen, found, directions = look(BallField(density=4.0))
    weights = seen.samples.weights[found.index].clone().requires_grad_()
    normals = found.normals.clone().requires_grad_()
    loss = orientation(weights, normals, directions, len(RAYS.origins))
    total = 0.0
    for weight, normal, direction in zip(weights.tolist(), normals.tolist(), directions.tolist(), strict=True):
        total += weight * max(0.0, sum(n * v for n, v in zip(normal, direction, strict=True))) ** 2
    assert loss.item() == pytest.approx(total / len(RAYS.origins), rel=1e-4)
    loss.backward()
    assert weights.grad is None
    assert normals.grad is not None
    assert normals.grad.abs().max() > 0


def test_opacity_has_the_paper_s_size():
    opacity = torch.tensor([0.0, 0.3, 1.0])
    expected = sum((value**2 + 0.01) ** 0.5 for value in (0.0, 0.3, 1.0)) / 3
    assert opacity_size(opacity).item() == pytest.approx(expected)


def test_a_regulariser_that_is_off_asks_nothing():
    """Neither the field, nor the renderer, nor the random stream."""
    field, draws = BallField(), generator()
    before = draws.get_state()
    off = RegularizerSettings(slope_weight=0.0, bend_weight=0.0)
    assert surface_smoothness(field, None, off, draws).item() == 0.0
    assert field.points_read == 0
    assert torch.equal(draws.get_state(), before)
    renderer = RayMarcher(RenderSettings(), CPU)
    half = dataclasses.replace(off, slope_weight=1.0)
    assert surface_smoothness(field, renderer, half, draws).item() > 0
    assert field.points_read == 3 * half.points


def test_the_paper_s_regularisers_enter_the_loss_with_their_weights():
    """At the same random numbers, two runs differ by views · weight · the regulariser."""
    settings = {"score.sparsity_weight": 0.0, "score.entropy_weight": 0.0, "render.samples": 32}
    plain = load_preset("sds").with_overrides(settings)
    with_size = plain.with_overrides({"score.opacity_weight": 0.5})
    rising = {
        "score.orientation_weight_start": 0.0,
        "score.orientation_weight_end": 3.0,
        "score.orientation_until": 0.5,
    }
    losses = []
    for preset, progress in [(plain, 0.2), (with_size, 0.2), (plain.with_overrides(rising), 0.25), (plain, 0.25)]:
        run = small_run(preset, GaussianPrior(mean=0.5, std=0.1, resolution=8))
        losses.append((run.objectives[0].loss(run.scene, progress).item(), run))
    run = small_run(plain, GaussianPrior(mean=0.5, std=0.1, resolution=8))
    objective, scene = run.objectives[0], run.scene
    rays = objective._cameras(scene, 0.2).all_rays(8)
    seen = scene.renderer(scene.field, rays, scene.generator)
    size = (seen.opacity**2 + 0.01).sqrt().mean().item()
    assert losses[1][0] - losses[0][0] == pytest.approx(4 * 0.5 * size, rel=1e-3)

    found = SampleNormals(scene.field, seen.samples)
    directions = rays.directions[seen.samples.ray[found.index]]
    away = (found.normals * directions).sum(dim=-1).clamp(min=0) ** 2
    value = (seen.samples.weights[found.index] * away).sum().item() / len(seen.opacity)
    assert value > 1e-4
    assert losses[2][0] - losses[3][0] == pytest.approx(4 * 1.5 * value, rel=1e-2)
