"""Which lights fall on the views of a score distillation, and what they make of a ball."""

import math

import pytest
import torch
from analytic import CPU, BallField, GaussianPrior, generator, small_run

from backend.camera_sampling import CameraSettings, paper_cameras
from backend.cameras import ring
from backend.distillation.lighting import FAINT, Lighting, SampleNormals, near_lights, one_distant_light, shade
from backend.presets import load_preset
from backend.rendering.raymarch import RayMarcher, RenderSettings

SIZE = 12
CAMERAS = ring(3, 0.4, 0.3, 0.9, 1.1, CPU)
RAYS = CAMERAS.all_rays(SIZE)


def look(field):
    seen = RayMarcher(RenderSettings(samples=128), CPU)(field, RAYS, None)
    return seen, SampleNormals(field, seen.samples)


def lighting(lit=(True, True, True), white=(False, False, False), distant=False):
    lights = torch.tensor([[1.5, -1.0, 0.7], [0.2, 1.4, 0.5], [-1.0, -0.3, 1.2]])
    lights = torch.nn.functional.normalize(lights, dim=-1) if distant else lights
    return Lighting(torch.tensor(lit), torch.tensor(white), lights, distant, ambient=0.1)


def test_a_near_light_is_seen_from_where_the_point_is():
    """c = ρ (l_ρ max(0, n · (l - μ) / |l - μ|) + l_a): DreamFusion's shading, with l_ρ = 0.9 and l_a = 0.1."""
    light = Lighting(torch.ones(1).bool(), torch.zeros(1).bool(), torch.tensor([[0.0, 0.0, 2.0]]), False, ambient=0.1)
    points = torch.tensor([[0.0, 0.0, 1.0], [2.0, 0.0, 0.0], [0.0, 0.0, 3.0]])
    normals = torch.tensor([[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    found = light.brightness(points, normals, torch.zeros(3, dtype=torch.long))
    assert found.tolist() == pytest.approx([1.0, 0.1 + 0.9 * math.sqrt(0.5), 0.1])


def test_every_sample_has_its_own_light():
    """The sum over samples, one by one."""
    ball = BallField(density=3.0)
    seen, normals = look(ball)
    light = lighting(lit=(True, False, True), white=(False, False, True))
    colour = shade(light, ball, seen, normals, "samples")
    chosen = seen.samples.ray.unique()[::20]
    assert set((chosen // SIZE**2).tolist()) == {0, 1, 2}
    expected = torch.zeros_like(colour)
    for ray in chosen.tolist():
        view = ray // SIZE**2
        for index in (seen.samples.ray == ray).nonzero()[:, 0].tolist():
            point, weight = seen.samples.points[index], seen.samples.weights[index]
            towards = light.lights[view] - point
            cosine = (ball.normal(point[None])[0] @ (towards / towards.norm())).clamp(min=0)
            bright = 0.1 + 0.9 * cosine if light.lit[view] else torch.tensor(1.0)
            albedo = torch.ones(3) if light.white[view] else ball.colour
            expected[ray] += weight * bright * albedo
    torch.testing.assert_close(colour[chosen], expected[chosen], rtol=0, atol=128 * FAINT)


@pytest.mark.parametrize("distant", [True, False])
def test_a_hard_surface_looks_the_same_shaded_once_or_sample_by_sample(distant):
    ball = BallField(density=2000.0)
    seen, normals = look(ball)
    light = lighting(white=(False, True, False), distant=distant)
    once, all_along = (shade(light, ball, seen, normals, at) for at in ("surface", "samples"))
    torch.testing.assert_close(once, all_along, rtol=0, atol=0.02)
    assert once.std() > 0.1


def test_textureless_views_do_not_show_the_albedo():
    light = lighting(white=(True, True, False))
    for at in ("surface", "samples"):
        red, blue = (
            shade(light, ball, *look(ball), at)
            for ball in (BallField(density=50.0, colour=colour) for colour in ((0.9, 0.1, 0.1), (0.1, 0.2, 0.8)))
        )
        torch.testing.assert_close(red[: 2 * SIZE**2], blue[: 2 * SIZE**2])
        assert (red[2 * SIZE**2 :] - blue[2 * SIZE**2 :]).abs().max() > 0.1


def test_without_light_nobody_asks_for_normals():
    ball = BallField(density=50.0)
    ball.normal = None  # not to be called
    seen, normals = look(ball)
    assert shade(lighting(lit=(False, False, False)), ball, seen, normals, "samples") is seen.albedo
    assert shade(lighting(lit=(False, False, False)), ball, seen, normals, "surface") is seen.albedo


def test_near_lights_follow_the_paper():
    cameras = paper_cameras(20_000, CameraSettings(), generator(), CPU)
    light = near_lights(cameras, True, 0.75, 0.5, 0.1, (0.8, 1.5), generator(1))
    assert light.lit.float().mean().item() == pytest.approx(0.75, abs=0.013)
    assert light.white[light.lit].float().mean().item() == pytest.approx(0.5, abs=0.017)
    assert not light.white[~light.lit].any()
    distance = light.lights.norm(dim=-1)
    assert distance.min() >= 0.8
    assert distance.max() <= 1.5 + 1e-5
    assert distance.mean().item() == pytest.approx(1.15, abs=0.01)
    # N(p, 1) with |p| about 1.25: on the camera's side, yet all around it.
    cosine = (light.lights / distance[:, None] * torch.nn.functional.normalize(cameras.pose[:, :, 3], dim=-1)).sum(-1)
    assert 0.5 < cosine.mean() < 0.75
    assert cosine.min() < -0.8
    early = near_lights(cameras, False, 0.75, 0.5, 0.1, (0.8, 1.5), generator(1))
    assert not early.lit.any()


def test_near_lights_are_in_the_cameras_unit():
    """Half the scene, half the light's way: the same pictures."""
    whole, half = (
        near_lights(
            paper_cameras(8, CameraSettings(scale=scale), generator(), CPU),
            *(True, 0.75, 0.5, 0.1, (0.8, 1.5), generator(1), scale),
        )
        for scale in (1.0, 0.5)
    )
    torch.testing.assert_close(half.lights, 0.5 * whole.lights)


@pytest.mark.parametrize("views", [1, 4])
def test_point_lights_are_as_far_off_as_the_cameras_are(views):
    """In the paper's unit, or as many times as far as cameras stand farther off that frame the object."""
    settings = {"score.light": "point", "score.cameras": "paper", "cameras.scale": 0.5}
    run = small_run(load_preset("sds").with_overrides(settings), GaussianPrior(0.5, 0.1, views=views, resolution=4))
    objective = run.objectives[0]
    cameras = objective._cameras(run.scene, 0.5)
    unit = 0.5 if views == 1 else cameras.pose[:, :, 3].norm(dim=-1).mean().item() / 1.25
    assert (unit > 1.5) == (views == 4)  # no light stands inside the object, which may fill the unit ball
    distance = objective._lighting(run.scene, cameras, 0.5).lights.norm(dim=-1)
    assert (distance >= 0.8 * unit - 1e-5).all() and (distance <= 1.5 * unit + 1e-5).all()


def test_one_distant_light_is_for_all_views_or_for_none():
    draws, all_lit = generator(), 0
    for _ in range(400):
        light = one_distant_light(4, True, 0.7, 0.45, draws, CPU)
        assert light.lit.all() == light.lit.any()
        assert light.lit.any() == (light.lights.norm(dim=-1) > 0.99).all()
        assert len(light.lights.unique(dim=0)) == 1
        all_lit += int(light.lit.all())
    assert all_lit / 400 == pytest.approx(0.7, abs=0.09)
    assert not one_distant_light(4, False, 1.0, 0.45, draws, CPU).lit.any()
