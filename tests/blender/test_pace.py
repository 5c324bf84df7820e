"""How updates keep out of the artist's way: fewer triangles and longer pauses where they are dear."""

from __future__ import annotations

import numpy as np
import pytest
from extension import part


@pytest.fixture
def pace(installed, monkeypatch):
    module = part("operators.pace")
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    pace = module.Pace()
    pace.clock = now
    return pace


def test_a_usual_preview_is_shown_whole_before_anything_is_known(pace):
    assert pace.is_due() and pace.triangles() >= 8000


def test_a_slow_machine_gets_fewer_triangles_until_they_fit_the_budget(pace):
    pace.took(0.2, 8000)
    assert pace.triangles() == pytest.approx(1000, rel=0.01)  # 25 ms
    pace.took(0.025, 1000)
    assert pace.triangles() == pytest.approx(1000, rel=0.01)


def test_what_has_become_cheap_again_is_believed_by_and_by(pace):
    pace.took(0.2, 8000)
    few = pace.triangles()
    for _ in range(30):
        pace.took(0.001, 1000)
    assert few < 1100 and pace.triangles() > 8000


def test_updates_take_a_twentieth_of_the_time_at_most(pace):
    pace.took(0.02, 8000)
    pace.clock[0] = 0.39
    assert not pace.is_due()
    pace.clock[0] = 0.41
    assert pace.is_due()


def test_where_even_few_are_dear_they_only_come_seldom(pace):
    pace.took(3.0, 500)  # a modifier that makes millions of them
    assert pace.triangles() == 500
    pace.clock[0] = 59
    assert not pace.is_due()


def sphere(rings: int):
    """A ball of 2·rings² vertices, each coloured by its height."""
    turn, tilt = np.meshgrid(np.linspace(0, 2 * np.pi, 2 * rings), np.linspace(0, np.pi, rings))
    points = np.stack([np.sin(tilt) * np.cos(turn), np.sin(tilt) * np.sin(turn), np.cos(tilt)], -1).reshape(-1, 3)
    index = np.arange(len(points)).reshape(rings, 2 * rings)
    a, b, c, d = (index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1])
    triangles = np.concatenate([np.stack([a, d, c], -1).reshape(-1, 3), np.stack([a, c, b], -1).reshape(-1, 3)])
    colours = np.repeat(((points[:, 2:] + 1) * 127.5), 3, axis=1).astype(np.uint8)
    return points.astype(np.float32), triangles.astype(np.int32), colours


@pytest.mark.parametrize("most", [500, 3000, 20_000])
def test_a_big_preview_is_thinned_and_keeps_shape_and_colours(installed, most):
    preview = part("operators.preview")
    vertices, triangles, colours = sphere(160)
    thin = preview.thinned(preview.Shape(vertices, triangles, colours, None), most)
    assert most / 6 < len(thin.triangles) <= most
    radius = np.linalg.norm(thin.vertices, axis=1)
    assert radius.min() > 0.85 and radius.max() <= 1.001
    assert np.abs(thin.colours[:, 0] - (thin.vertices[:, 2] + 1) * 127.5).max() < 4
    assert set(np.unique(thin.triangles)) <= set(range(len(thin.vertices)))


def test_a_small_preview_is_left_as_it_is(installed):
    preview = part("operators.preview")
    shape = preview.Shape(*sphere(20), None)
    assert preview.thinned(shape, 8000) is shape


def test_a_damaged_or_empty_preview_is_not_shown(installed, tmp_path):
    load, path = part("operators.preview").load, tmp_path / "preview.npz"
    assert load(path, 1.0, 8000) is None
    path.write_bytes(b"PK\x03\x04 and no more")
    assert load(path, 1.0, 8000) is None
    empty = np.zeros((0, 3))
    np.savez(path, vertices=empty, triangles=empty, colours=empty, step=1, view=empty)
    assert load(path, 1.0, 8000) is None
