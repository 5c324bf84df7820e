"""DreamFusion's field: its blob in closed form, its normals by two ways, and the ball that its density meshes to."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from analytic import generator

from backend.fields.mlp import MLPField, MLPFieldSettings
from backend.meshing.build import build_mesh
from backend.meshing.field_grid import FieldGrid

SMALL = MLPFieldSettings(blocks=2, width=16)


def make(seed=0, **changes):
    return MLPField(dataclasses.replace(SMALL, **changes), generator(seed))


def silent(**changes):
    """A field whose MLP says 0 everywhere, so that only blob and bias are left."""
    field = make(**changes)
    torch.nn.init.zeros_(field.output.weight)
    return field


def points(count=300):
    return torch.rand(count, 3, generator=generator(1)) * 2 - 1


def meshed(field, resolution=64):
    """As the engine writes a field, in half precision, and extraction reads it."""
    grid = field.to_grid(resolution)
    surface = grid.surface.numpy().astype(np.float16).astype(np.float32)
    albedo = (grid.albedo * 255).to(torch.uint8).numpy()
    return build_mesh(FieldGrid(surface, albedo, field.density_scale, field.beta), 4000)


def test_the_paper_s_numbers_are_the_defaults():
    settings = MLPFieldSettings()
    assert (settings.blocks, settings.width, settings.frequencies) == (5, 128, 8)
    assert (settings.blob_density, settings.blob_radius, settings.blob) == (5.0, 0.2, "after_activation")
    field = MLPField(settings, generator())
    variances = []
    for step in (0, 2500, 5000, 15000):
        field.anneal(step / 15000)
        variances.append(field.variance)
    assert variances == pytest.approx([5e-2, 2.6e-2, 2e-3, 2e-3])


def test_the_blob_is_added_to_the_density():
    """exp(bias) + λ exp(-r² / 2σ²), but for the bound S, which takes away a share of τ/S."""
    field, where = silent(density_bias=-2.0, density_scale=1e9), points()
    expected = math.exp(-2) + 5 * torch.exp(-where.square().sum(dim=-1) / (2 * 0.2**2))
    torch.testing.assert_close(field(where).density, expected, rtol=1e-4, atol=0)


def test_the_blob_can_be_added_before_the_exponential():
    field = silent(blob="before_activation", density_bias=0.0, density_scale=1e9)
    where = torch.tensor([[0.0, 0.0, 0.0], [0.2, 0.0, 0.0]])
    expected = torch.tensor([math.exp(5), math.exp(5 * math.exp(-0.5))])
    torch.testing.assert_close(field(where).density, expected, rtol=1e-4, atol=0)


@pytest.mark.parametrize("blob", ["after_activation", "before_activation"])
def test_without_a_blob_the_density_is_the_network_s_alone(blob):
    density = silent(blob=blob, blob_density=0.0, density_bias=-2.0, density_scale=1e9)(points()).density
    torch.testing.assert_close(density, torch.full_like(density, math.exp(-2)), rtol=1e-4, atol=0)


@pytest.mark.parametrize("beta", [0.003, 0.05])
def test_density_is_what_meshing_takes_it_for_and_stays_below_its_bound(beta):
    """S sigmoid(d / β) = τ / (1 + τ/S), for any β; also where the MLP's exponential would overflow."""
    field = make(beta=beta, density_scale=200.0)
    sample = field(points())
    torch.testing.assert_close(sample.density, 200 * torch.sigmoid(sample.surface / beta))
    torch.testing.assert_close(sample.surface, field.surface(points()))
    field.output.bias.data[0] = 500.0
    dense = field(points()).density
    torch.testing.assert_close(dense, torch.full_like(dense, 200.0))


def test_it_starts_as_haze_with_a_blob_in_the_middle():
    field = MLPField(MLPFieldSettings(), generator())
    with torch.no_grad():
        middle, rim = (field(where).density for where in (0.05 * points(), torch.nn.functional.normalize(points())))
    assert middle.min() > 4
    assert rim.max() < 2


def test_the_blur_hides_what_is_finer():
    """With the first variance, points that are close look nearly the same to the MLP; with the last they do not."""
    field = make(blob_density=1e-6)
    near, far = points(), points() + 0.03
    field.anneal(0.0)
    blurred = (field.surface(near) - field.surface(far)).abs().mean()
    field.anneal(1.0)
    sharp = (field.surface(near) - field.surface(far)).abs().mean()
    assert sharp > 1.5 * blurred


def test_both_kinds_of_normals_agree():
    """Differences over a step that is small beside the shortest wave that is left, 2π/2^5 m."""
    field = make().double()
    field.anneal(1.0)
    where = points().double()
    analytic = field.normal(where)
    field.settings = dataclasses.replace(field.settings, normals="differences", normal_step=1e-5)
    differences = field.normal(where)
    torch.testing.assert_close(analytic, differences, rtol=0, atol=1e-3)
    torch.testing.assert_close(analytic.norm(dim=-1), torch.ones(300, dtype=torch.float64), rtol=0, atol=1e-4)


def test_normals_of_the_blob_point_outwards_in_both_precisions():
    for field, where in ((silent(), points()), (silent().double(), points().double())):
        inner = 0.4 * where
        expected = torch.nn.functional.normalize(inner, dim=-1)
        torch.testing.assert_close(field.normal(inner), expected, rtol=0, atol=1e-3)


def test_normals_can_be_had_where_no_gradients_are_recorded():
    with torch.no_grad():
        normals = make().normal(points())
    assert not normals.requires_grad


@pytest.mark.parametrize("blob", ["after_activation", "before_activation"])
def test_second_derivatives_are_right(blob):
    """What light on a surface needs to shape it, against differences in double precision."""
    field = make(blob=blob).double()
    where = (0.6 * points(3)).double().requires_grad_()
    assert torch.autograd.gradgradcheck(field.surface, (where,))
    assert torch.autograd.gradcheck(field.normal, (where,))


def test_the_gradient_of_normals_in_the_parameters_is_right():
    """Along a random direction in the space of all parameters, against a central difference."""
    field, where = make().double(), points(40).double()
    pull = torch.randn(40, 3, generator=generator(2), dtype=torch.float64)
    parameters = list(field.parameters())
    draws = generator(3)
    direction = [torch.randn(each.shape, generator=draws, dtype=torch.float64) for each in parameters]
    gradients = torch.autograd.grad((field.normal(where) * pull).sum(), parameters, allow_unused=True)
    slope = sum((g * d).sum() for g, d in zip(gradients, direction, strict=True) if g is not None)

    def moved(step):
        with torch.no_grad():
            for parameter, each in zip(parameters, direction, strict=True):
                parameter += step * each
        value = (field.normal(where) * pull).sum().item()
        with torch.no_grad():
            for parameter, each in zip(parameters, direction, strict=True):
                parameter -= step * each
        return value

    assert slope.item() == pytest.approx((moved(1e-5) - moved(-1e-5)) / 2e-5, rel=1e-4)


def test_few_points_at_once_change_neither_values_nor_gradients():
    results = []
    for at_once in (10**6, 37):
        field = make(points_at_once=at_once)
        sample = field(points())
        normals = field.normal(points())
        (sample.density.mean() + sample.albedo.mean() + normals[:, 0].mean()).backward()
        results.append([*sample, normals, *(each.grad for each in field.parameters())])
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other)


def test_every_parameter_learns_and_a_state_brings_it_back():
    field, other = make(), make(seed=9)
    listed = {id(each) for group in field.parameter_groups() for each in group["params"]}
    assert listed == {id(each) for each in field.parameters()}
    sample = field(points())
    (sample.density.mean() + sample.albedo[:, 0].mean()).backward()
    assert all(each.grad is not None and each.grad.abs().max() > 0 for each in field.parameters())
    other.load_state_dict(field.state_dict())
    torch.testing.assert_close(other(points()), field(points()))


def test_a_seed_decides_the_start():
    same, again, other = (make(seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(same[name], again[name]) for name in same)
    assert not torch.equal(same["input.weight"], other["input.weight"])


def half_light(density):
    """Where rays through density(r) lose half their light, in m from the middle: beside it, and along the middle ray.

    The first is the silhouette's radius, the second that of the depth a camera measures in the middle. A mesh that
    agrees with what cameras see lies between them.
    """
    beside, along = torch.linspace(0, 0.9, 901), torch.linspace(-1, 1, 2001)
    optical = density((beside[:, None] ** 2 + along**2).sqrt()).cumsum(dim=-1) * 1e-3
    silhouette = beside[(optical[:, -1] > math.log(2)).nonzero()[-1, 0]]
    seen = along[(optical[0] > math.log(2)).nonzero()[0, 0]]
    return silhouette.item(), -seen.item()


def test_a_ball_of_density_meshes_to_that_ball():
    """log τ = -40 + 60 exp(-r² / 2σ²), σ = 0.6: from haze to opaque within centimetres, about half a metre out."""
    field = silent(blob="before_activation", blob_density=60.0, blob_radius=0.6, density_bias=-40.0)
    mesh = meshed(field)
    silhouette, seen = half_light(lambda r: torch.exp(-40 + 60 * torch.exp(-(r**2) / 0.72)).clamp(max=1000))
    assert 0.45 < seen < silhouette < 0.55
    radii = np.linalg.norm(mesh.vertices, axis=-1)
    assert seen - 0.01 < radii.min()
    assert radii.max() < silhouette + 0.01
    assert radii.std() < 0.003
    assert mesh.search is not None
    assert mesh.search.silhouette_iou > 0.85


def test_the_paper_s_blob_meshes_to_a_ball_though_it_has_no_surface():
    """A Gaussian of density, half of whose light is lost at r² = 2σ² ln(λσ√2π / ln 2): 0.32 m beside the middle."""
    mesh = meshed(silent(density_bias=-12.0))
    silhouette, seen = half_light(lambda r: 5 * torch.exp(-(r**2) / (2 * 0.2**2)))
    closed_form = math.sqrt(2 * 0.2**2 * math.log(5 * 0.2 * math.sqrt(2 * math.pi) / math.log(2)))
    assert silhouette == pytest.approx(closed_form, abs=2e-3)
    radii = np.linalg.norm(mesh.vertices, axis=-1)
    assert seen < radii.min()
    assert radii.max() < silhouette
    assert radii.std() < 0.004
