"""The room that a job's object has in the scene, as lines to be drawn: what it fills at most, and where its front is.

Without guides and without a mesh to refine nothing says where the object is to be but its size and the place: it fits
into a box that stands there. With them it is what the field's unit ball becomes in the scene.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from ..dreamfusion_blender.errors import BadSpec
from ..dreamfusion_blender.scene.reading import SOLID_TYPES, shown_ball, world_matrix
from .inputs import frame_of, front_of, scale_of

if TYPE_CHECKING:
    from bpy.types import Context, Object

Lines = NDArray[np.float32]
"""[L, 2, 3] ends of line segments: metres, world space."""

Floats = NDArray[np.floating]

ROUND: Final = 48  # segments of a circle
ARROW: Final = 0.25  # length of the mark at the front, of the room's width
ARROW_HEAD: Final = 0.4  # of the arrow's length

_EDGES: Final = [(a, b) for a in range(8) for b in range(8) if a < b and (a ^ b).bit_count() == 1]
_CORNERS: Final = np.array([(i & 1, i >> 1 & 1, i >> 2) for i in range(8)], float) - (0.5, 0.5, 0.0)


def box_lines(frame: Floats, sides: Floats) -> Lines:
    """A box that stands on the frame's origin, with an arrow on the ground that leaves it where the front is.

    frame: [4, 4] to world space, its −Y the front.  sides: [3] metres.
    """
    corners = _CORNERS * sides
    edges = corners[np.array(_EDGES)]
    return _placed(frame, [edges, _arrow(np.array([0.0, -sides[1] / 2, 0.0]), float(max(sides[:2])))])


def ball_lines(frame: Floats, centre: Floats, radius: float) -> Lines:
    """A ball as its three great circles, with an arrow that leaves it where the front is.

    frame: as above.  centre: [3] metres, in the frame.  radius: metres.
    """
    turn = np.linspace(0, 2 * np.pi, ROUND + 1)
    circle = np.stack([np.cos(turn), np.sin(turn), np.zeros_like(turn)], axis=-1)
    rings = [centre + radius * np.roll(circle, axis, axis=-1) for axis in range(3)]
    segments = [np.stack([ring[:-1], ring[1:]], axis=1) for ring in rings]
    return _placed(frame, [*segments, _arrow(centre - (0.0, radius, 0.0), 2 * radius)])


def _arrow(start: Floats, width: float) -> Floats:
    """[3, 2, 3] an arrow along −Y, level.  width: metres, of what it leaves."""
    length = ARROW * width
    tip, head = start - (0.0, length, 0.0), ARROW_HEAD * length
    wings = tip + np.array([(-head, head, 0.0), (head, head, 0.0)])
    return np.array([(start, tip), (tip, wings[0]), (tip, wings[1])])


def _placed(frame: Floats, parts: list[Floats]) -> Lines:
    return (np.concatenate(parts) @ frame[:3, :3].T + frame[:3, 3]).astype(np.float32)


def volume_lines(context: Context) -> Lines | None:
    """What is to be drawn as the scene's settings are, None for nothing."""
    shape = context.scene.dreamfusion_shape
    guided = any(each is not None for each in (shape.may, shape.must, front_of(context)))
    if shape.volume == "off" or (shape.volume == "auto" and not guided):
        return None
    target = _target(context) if shape.volume == "refine" else None
    if shape.volume == "refine" and target is None:
        return None
    try:
        return _lines(context, target)
    except BadSpec:
        return None  # the button says why


def _target(context: Context) -> Object | None:
    found = context.view_layer.objects.active
    return found if found is not None and found.type in SOLID_TYPES else None


def _lines(context: Context, target: Object | None) -> Lines:
    shape, front = context.scene.dreamfusion_shape, front_of(context)
    if target is not None:
        world_matrix(target)  # a flat one cannot be refined
    frame = frame_of(context, front, target)
    given = [] if target is None else [target]
    for collection in (shape.may, shape.must):
        given += [] if collection is None else [each for each in collection.all_objects if each.type in SOLID_TYPES]
    ball = shown_ball(given, context, frame)
    if ball is None and target is not None:
        raise BadSpec(f"{target.name} has no faces to start from")
    if ball is None:
        if front is None:
            frame[:3, 3] = context.scene.cursor.location
        scale = 1.0 if front is None else scale_of(front)
        return box_lines(frame, context.scene.dreamfusion.size * scale * _proportions(shape))
    return ball_lines(frame, *ball)


def _proportions(shape: Any) -> Floats:
    """[3] the sides of the box, the largest 1."""
    ratio = np.array(shape.ratio) if shape.use_ratio else np.ones(3)
    return ratio / ratio.max()
