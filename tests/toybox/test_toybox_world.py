"""The toybox's world: distances, tracer, scenes and captions."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch

from toybox import COLOURS, THINGS, Scene, mesh, parse, render, ring, sample_scene, signed_distance, words
from toybox.cameras import Cameras
from toybox.captions import caption
from toybox.compose import compose, random_description, random_item, sphere_directions
from toybox.description import RELATIONS, Description, Item
from toybox.pack import pack
from toybox.placing import RELATIONS_OF
from toybox.primitives import arc, ball, box, cone, ellipsoid, prism, taper
from toybox.primitives import ring as torus
from toybox.render import render_packed
from toybox.scene import Material, Part, Shape
from toybox.shards import write_shard
from toybox.vectors import chain, turn_x, turn_z

RED = Material((1.0, 0.0, 0.0))
EVERY_SOLID = {
    "ellipsoid": ellipsoid((0.1, 0, 0), (0.6, 0.1, 0.35), chain(turn_x(0.5), turn_z(0.4))),
    "box": box((0, 0.1, 0), (0.5, 0.2, 0.3), 0.05, turn_z(0.3)),
    "cone": cone((0, 0, 0), 0.5, 0.1, 0.4, 0.0),
    "torus": torus((0, 0, 0.1), 0.5, 0.1),
    "arc": arc((0, 0, 0), 0.5, 0.1, 0.7, turn_x(0.6)),
    "taper": taper((-0.3, 0, 0.1), (0.4, 0.2, 0), 0.3, 0.1),
    "prism": prism((0, 0, 0), 0.5, 0.1, 0.4, 0.3),
}


def scene(*solids, blend: float = 0.0, cuts=()) -> Scene:
    return Scene(Shape((Part(RED, solids, blend, tuple(cuts)),)))


def points(count: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, 3, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def slope(of: Scene, at: torch.Tensor, step: float = 1e-3) -> torch.Tensor:
    """Length of the distance's gradient."""
    axes = torch.eye(3) * step
    ahead, behind = (signed_distance(of, (at[:, None] + sign * axes).reshape(-1, 3)) for sign in (1, -1))
    return ((ahead - behind) / (2 * step)).view(-1, 3).norm(dim=-1)


def test_a_ball_and_a_box_have_their_distances():
    at = points(500)
    torch.testing.assert_close(
        signed_distance(scene(ball((0.2, 0, 0), 0.3)), at), (at - torch.tensor([0.2, 0, 0])).norm(dim=-1) - 0.3
    )
    outside = (at.abs() - torch.tensor([0.5, 0.3, 0.2])).clamp(min=0).norm(dim=-1)
    inside = (at.abs() - torch.tensor([0.5, 0.3, 0.2])).amax(dim=-1).clamp(max=0)
    torch.testing.assert_close(signed_distance(scene(box((0, 0, 0), (0.5, 0.3, 0.2), 0.0)), at), outside + inside)


def test_an_ellipsoid_is_as_far_as_its_nearest_point():
    axes = np.array([0.6, 0.1, 0.35])
    u, v = np.meshgrid(np.linspace(0, math.pi, 400), np.linspace(0, 2 * math.pi, 800))
    surface = torch.tensor(
        np.stack([np.sin(u) * np.cos(v), np.sin(u) * np.sin(v), np.cos(u)], -1).reshape(-1, 3) * axes
    ).float()
    at = points(60)
    nearest = torch.cdist(at, surface).amin(dim=1)
    found = signed_distance(scene(ellipsoid((0, 0, 0), (0.6, 0.1, 0.35))), at)
    torch.testing.assert_close(found.abs(), nearest, atol=3e-3, rtol=0)
    assert ((found < 0) == ((at / torch.tensor(axes)).norm(dim=-1) < 1)).all()


@pytest.mark.parametrize("name", EVERY_SOLID)
def test_a_solid_s_distance_grows_by_one_outside(name):
    one = scene(EVERY_SOLID[name])
    at = points(300)
    far = at[signed_distance(one, at) > 0.02]
    assert slope(one, far).quantile(0.05) > 0.98  # less only on the few edges between nearest points
    assert slope(one, at).max() < 1.01


@pytest.mark.parametrize("name", EVERY_SOLID)
def test_a_solid_reaches_as_far_as_its_support(name):
    """Nothing of it lies beyond its support planes, and it touches them."""
    solid = EVERY_SOLID[name]
    inside = points(60_000)
    inside = inside[signed_distance(scene(solid), inside) < 0].double().numpy()
    directions = sphere_directions()
    reach = solid.support(directions)
    found = (directions @ inside.T).max(axis=1)
    assert (found <= reach + 1e-6).all()
    assert (found > reach - 0.14).all()  # as close as random points come


def test_a_mirror_image_has_the_mirrored_distance():
    at = points(200)
    for solid in EVERY_SOLID.values():
        here = signed_distance(scene(solid), at)
        there = signed_distance(scene(solid.mirrored()), at * torch.tensor([-1.0, 1, 1]))
        torch.testing.assert_close(here, there, atol=1e-5, rtol=0)


def test_blends_and_cuts_never_promise_too_much():
    mixed = scene(ball((0.2, 0, 0), 0.4), ball((-0.2, 0, 0), 0.4), blend=0.1, cuts=[box((0, 0, 0.5), (1, 1, 0.3))])
    assert slope(mixed, points(400)).max() < 1.01
    assert signed_distance(mixed, torch.tensor([[0.0, 0.0, 0.35]])) > 0  # in the cut


def test_the_tracer_sees_a_ball_where_it_is():
    cameras = ring(2, 0.3, 0.4, 0.7, 3.0)
    pictures = render([scene(ball((0, 0, 0), 0.8))], cameras, 24, samples=1)
    origins, directions = cameras.rays(24)
    middle = -(origins * directions).sum(dim=-1)
    half2 = 0.64 - origins.square().sum(dim=-1) + middle.square()
    sure = (half2 > 0.02).view(2, 24, 24)
    depth = (middle - half2.clamp(min=0).sqrt()).view(2, 24, 24)
    assert (pictures.mask[sure] == 1).all() and (pictures.mask[(half2 < -0.01).view(2, 24, 24)] == 0).all()
    torch.testing.assert_close(pictures.depth[sure], depth[sure], atol=3e-3, rtol=0)
    hit = origins + depth.view(2, -1, 1) * directions
    torch.testing.assert_close(pictures.normal[sure], (hit / 0.8).view(2, 24, 24, 3)[sure], atol=5e-3, rtol=0)


def test_the_front_faces_minus_y_and_right_is_plus_x():
    pictures = render([scene(ball((0.5, 0, 0), 0.2))], ring(4, 0.0, 0.0, 0.7, 3.0), 16, samples=1)
    left, right = pictures.mask[:, :, :8].sum((1, 2)), pictures.mask[:, :, 8:].sum((1, 2))
    assert right[0] > 0 and left[0] == 0  # from the front
    assert left[2] > 0 and right[2] == 0  # from behind
    assert pictures.depth[1].max() < pictures.depth[3].max()  # azimuth 90° is +x


def test_scenes_together_look_as_they_do_alone():
    scenes = [sample_scene(np.random.default_rng(seed)).scene for seed in range(3)]
    cameras = ring(3, 0.2, 0.3, 0.7, 3.2)
    together = render(scenes, cameras, 12)
    for index, each in enumerate(scenes):
        alone = render([each], Cameras(cameras.pose[index : index + 1], cameras.fov[index : index + 1]), 12)
        torch.testing.assert_close(together.color[index], alone.color[0], atol=1e-4, rtol=0)
    chosen = render_packed(pack(scenes).select(torch.tensor([2, 0, 1])), cameras[torch.tensor([2, 0, 1])], 12)
    torch.testing.assert_close(chosen.color[0], together.color[2], atol=1e-4, rtol=0)


def test_every_thing_builds_and_stays_in_the_unit_sphere():
    assert len(THINGS) >= 120
    sphere = torch.tensor(sphere_directions()).float()
    for number, name in enumerate(THINGS):
        sample = sample_scene(np.random.default_rng(number), name)
        assert signed_distance(sample.scene, sphere).min() > 0, name
        assert sample.scene.shape.support(sphere_directions()).max() < 1, name


def test_equal_seeds_give_equal_scenes():
    for seed in range(20):
        first, again = (sample_scene(np.random.default_rng(seed)) for _ in range(2))
        assert first == again
    assert sample_scene(np.random.default_rng(1), "mug") != sample_scene(np.random.default_rng(2), "mug")


def test_captions_can_be_read_back():
    rng = np.random.default_rng(0)
    known = set(words())
    for _ in range(400):
        description = random_description(rng)
        assert parse(caption(description)) == description
        text = caption(description, rng)  # with synonyms
        assert parse(text) == description
        assert set(text.split()) <= known
    for name in THINGS:
        item = random_item(rng, name)
        assert parse(caption(Description(item))) == Description(item)
    assert parse("a red sonnet") is None


def test_every_relation_puts_both_into_the_picture():
    rng = np.random.default_rng(0)
    assert set(RELATIONS_OF) == set(RELATIONS)
    for relation, (firsts, others) in RELATIONS_OF.items():
        for first in firsts:
            other = others[int(rng.integers(len(others)))]
            made = compose(
                Description(Item(first, ("red",)[: THINGS[first].slots]), relation, Item(other, ("blue",))), rng
            )
            assert len(made.colours) == THINGS[first].slots + 1
            assert made.shape.support(sphere_directions()).max() < 1


@pytest.mark.parametrize("size", ["tall", "wide"])
def test_size_words_change_proportions(size):
    def stretch(name: str, word: str) -> float:
        (x0, _, z0), (x1, _, z1) = compose(
            Description(Item(name, ("red", "blue")[: THINGS[name].slots], size=word)), np.random.default_rng(0)
        ).shape.box()
        return (z1 - z0) / (x1 - x0)

    for name, thing in THINGS.items():
        if size in thing.sizes:
            ratio = stretch(name, size) / stretch(name, "")
            assert ratio > 1.03 if size == "tall" else ratio < 0.97, name


def test_colours_are_distinct():
    values = np.array(list(COLOURS.values()))
    apart = np.linalg.norm(values[:, None] - values[None], axis=-1) + np.eye(len(values))
    assert len(values) == 16 and apart.min() > 0.18


def test_shards_are_whole_equal_and_not_made_twice(tmp_path):
    first = write_shard(tmp_path, 0, seed=4, scenes=2, views=4, size=8, device="cpu")
    again = write_shard(tmp_path / "", 0, seed=4, scenes=2, views=4, size=8, device="cpu")
    assert again == first and [each.name for each in tmp_path.iterdir()] == ["shard-00000.npz"]
    with np.load(first) as stored:
        assert stored["color"].shape == stored["normal"].shape == (2, 4, 8, 8, 3)
        assert stored["color"].dtype == np.uint8
        assert all(parse(text) for text in json.loads(str(stored["captions"])))
        cameras = stored["camera"].reshape(2, 4, 4, 4)
        np.testing.assert_allclose(np.linalg.norm(cameras[..., :3, 3], axis=-1), 1, atol=1e-5)


def test_a_mesh_lies_on_the_surface():
    one = scene(ball((0, 0, 0), 0.8), box((0, 0, 0.5), (0.2, 0.2, 0.4)))
    vertices, triangles = mesh(one, resolution=32)
    assert signed_distance(one, torch.tensor(vertices).float()).abs().max() < 0.03
    a, b, c = (vertices[triangles[:, corner]] for corner in range(3))
    volume = (a * np.cross(b, c)).sum() / 6
    assert volume > 4 / 3 * math.pi * 0.8**3  # positive: outward
