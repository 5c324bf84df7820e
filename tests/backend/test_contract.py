"""The asset's contract: a good asset passes, and each way to break it is named."""

import dataclasses
import io

import numpy as np
import pytest
from PIL import Image

from backend.contract import check, winding_number
from backend.texturing import png
from dreamfusion_blender.asset import Asset

UP = np.array([0, 0, 0.5])


def asset():
    """A box of 1 m on its base, each triangle with a patch of the texture of its own."""
    corners = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0, 1)], np.float32)
    triangles = np.array(
        [[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4],
         [1, 5, 7], [1, 7, 3]], np.int32,
    )  # fmt: skip
    patch = np.array([[0.02, 0.02], [0.2, 0.02], [0.02, 0.2]])
    places = np.array([[i % 4, i // 4] for i in range(12)]) * 0.25
    normals = corners - UP
    return Asset(
        corners,
        triangles,
        (patch[None] + places[:, None]).astype(np.float32),
        (normals / np.linalg.norm(normals, axis=1, keepdims=True)).astype(np.float32),
        png(np.full((16, 16, 3), 128, np.uint8)),
        "box",
    )


def two(first, second):
    """Two assets as one mesh, each in its own half of the texture."""
    half = np.array([0.5, 1.0], np.float32)
    return dataclasses.replace(
        first,
        vertices=np.concatenate([first.vertices, second.vertices]),
        triangles=np.concatenate([first.triangles, second.triangles + len(first.vertices)]),
        normals=np.concatenate([first.normals, second.normals]),
        corner_uvs=np.concatenate([first.corner_uvs * half, second.corner_uvs * half + np.array([0.5, 0], np.float32)]),
    )


def scaled(box, scale, shift):
    return dataclasses.replace(box, vertices=((box.vertices - UP) * scale + UP + shift).astype(np.float32))


def violations(changed, budget=12, size=1.0):
    return "; ".join(check(changed, budget, size).violations)


def test_a_good_asset_keeps_the_contract():
    report = check(asset(), 12, 1.0)
    assert report.ok, report.violations
    assert report.volume == pytest.approx(1)
    assert (report.parts, report.handles, report.triangles) == (1, 0, 12)
    assert report.texture_size == (16, 16)
    assert report.to_json()["watertight"] is True


def test_each_breach_is_named():
    good = asset()
    change = dataclasses.replace
    assert "not watertight" in violations(change(good, triangles=good.triangles[1:], corner_uvs=good.corner_uvs[1:]))
    assert "inwards" in violations(change(good, triangles=good.triangles[:, ::-1]))
    assert "normals point inwards" in violations(change(good, normals=-good.normals))
    assert "normals point inwards or have no length" in violations(change(good, normals=good.normals * 0))
    assert "more than the 11" in violations(good, budget=11)
    assert "not 2 m" in violations(good, size=2.0)
    assert "away from the centre of the base" in violations(change(good, vertices=good.vertices + np.float32(0.1)))
    assert "outside the unit square" in violations(change(good, corner_uvs=good.corner_uvs + np.float32(0.5)))
    assert "more than one triangle" in violations(change(good, corner_uvs=good.corner_uvs[[0] * 12]))
    assert "not RGB" in violations(change(good, albedo_png=grey_png()))
    squashed = good.vertices.copy()
    squashed[0] = squashed[1]
    assert "no area" in violations(change(good, vertices=squashed))


def grey_png():
    stored = io.BytesIO()
    Image.new("L", (4, 4)).save(stored, "PNG")
    return stored.getvalue()


def test_a_shell_inside_another_is_found_and_one_beside_it_is_not():
    inner = two(asset(), scaled(asset(), 0.5, 0))
    assert check(inner, 24, 1.0).inner_shells == 1
    beside = two(scaled(asset(), 0.4, [-0.3, 0, -0.3]), scaled(asset(), 0.4, [0.3, 0, -0.3]))
    report = check(beside, 24, 1.0)
    assert report.ok, report.violations
    assert report.parts == 2


def test_the_winding_number_is_one_inside_and_zero_outside():
    box = asset()
    assert winding_number(np.array([0.1, 0.2, 0.7]), box.vertices, box.triangles) == pytest.approx(1)
    assert winding_number(np.array([0.9, 0.2, 0.7]), box.vertices, box.triangles) == pytest.approx(0, abs=1e-9)
