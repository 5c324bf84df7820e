"""Parts keep half of their thickness, and what is thick may recede by all that was allowed."""

import numpy as np
import pytest
import solids
from scipy.ndimage import label
from scipy.spatial.transform import Rotation

from backend.geometry.thickness import room_to_recede
from backend.geometry.voxels import voxelize

LIMIT = 0.06  # m, more than half of the thin parts below
SIDE = 96
STEP = 2 / (SIDE - 1)
TURNS = {"upright": np.eye(3), "turned": Rotation.from_euler("xyz", [0.5, 0.3, 0.9]).as_matrix()}


@pytest.fixture(params=TURNS)
def turn(request):
    return TURNS[request.param]


def surface_of(parts, turn):
    """Of meshes put side by side, their inner faces included, as joining objects leaves them."""
    firsts = np.cumsum([0, *(len(vertices) for vertices, _ in parts)])
    triangles = [triangles + first for (_, triangles), first in zip(parts, firsts, strict=False)]
    vertices = np.concatenate([vertices for vertices, _ in parts])
    return voxelize(vertices @ turn.T, np.concatenate(triangles), SIDE).surface


def pieces_of(solid):
    """[N, N, N]: which piece a voxel belongs to, from 1 on; 0 outside."""
    pieces, _ = label(solid)  # pyright: ignore[reportGeneralTypeIssues]  # SciPy's types miss the tuple
    return pieces


def at(places, turn):
    """Indices of the voxels nearest to places [..., 3]."""
    return tuple(np.moveaxis(np.rint((np.asarray(places) @ turn.T + 1) / STEP).astype(int), -1, 0))


def test_thick_bodies_recede_by_all_that_is_allowed_but_for_their_corners(turn):
    for solid in (solids.box((0.9, 0.9, 0.9)), solids.ball(0.7)):
        surface = surface_of([solid], turn)
        room = room_to_recede(surface, LIMIT)
        assert room.max() == np.float32(LIMIT)
        assert room[np.abs(surface) < STEP].mean() > 0.97 * LIMIT


def test_a_table_keeps_its_legs_and_they_hang_on_it(turn):
    feet = [(x, y) for x in (-0.45, 0.45) for y in (-0.35, 0.35)]
    legs = [solids.box((0.11, 0.11, 0.9), (x, y, -0.1)) for x, y in feet]
    surface = surface_of([solids.box((1.1, 0.9, 0.1), (0, 0, 0.4)), *legs], turn)
    assert not (surface > LIMIT).any()
    left = surface - room_to_recede(surface, LIMIT) > 0
    pieces = pieces_of(left)
    along_legs = pieces[at([(x, y, z) for x, y in feet for z in (-0.48, -0.1, 0.3, 0.4)], turn)]
    assert along_legs.min() == along_legs.max() > 0
    assert (pieces > 0).sum() > 0.25 * (surface > 0).sum()


def test_a_thick_part_does_not_recede_from_the_thin_one_on_it(turn):
    surface = surface_of([solids.box((0.1, 0.1, 0.9), (0, 0, -0.35)), solids.ball(0.35, (0, 0, 0.4))], turn)
    room = room_to_recede(surface, LIMIT)
    assert pieces_of(surface - room > 0).max() == 1
    assert room[at((0, 0, 0.75), turn)] == np.float32(LIMIT)
    assert room[at((0, 0, -0.3), turn)] <= 0.05 / 2


@pytest.mark.parametrize("half", [0.03, 0.05, 0.1])
def test_a_slab_keeps_at_least_half_of_its_thickness(turn, half):
    surface = surface_of([solids.box((1.0, 1.0, 2 * half))], turn)
    room = room_to_recede(surface, LIMIT)[np.abs(surface) < STEP]
    assert 0.25 * half < np.median(room) <= 0.5 * half + STEP / 2


def test_where_nothing_is_nothing_is_held():
    empty = np.full((8, 8, 8), -1, np.float32)
    assert (room_to_recede(empty, LIMIT) == np.float32(LIMIT)).all()
