"""Blender's objects as given meshes: modifiers applied, in a frame of metres, with the colours of their materials."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import BadSpec
from ..inputs import COLOUR_SAMPLES, GivenMesh, ball_around, barycentric_samples, join_meshes
from .colours import corner_colours
from .standing import unsheared

if TYPE_CHECKING:
    from bpy.types import Context, Object

SOLID_TYPES = ("MESH", "CURVE", "SURFACE", "META", "FONT")


def read_object(source: Object, context: Context, to_frame: NDArray[np.float64], colours: bool = True) -> GivenMesh:
    """An object as it is shown, with its modifiers.  to_frame: [4, 4] from world space.

    Raises BadSpec for one without faces, and as `as_shown` does.
    """
    depsgraph = context.evaluated_depsgraph_get()
    evaluated = as_shown(source, context)
    mesh = evaluated.to_mesh(preserve_all_data_layers=True, depsgraph=depsgraph)
    try:
        if mesh is None or not len(mesh.polygons):
            raise BadSpec(f"{source.name} has no faces to start from")
        mesh.calc_loop_triangles()
        local = np.empty(3 * len(mesh.vertices), np.float32)
        mesh.vertices.foreach_get("co", local)
        triangles, loops = (np.empty(3 * len(mesh.loop_triangles), np.int32) for _ in range(2))
        mesh.loop_triangles.foreach_get("vertices", triangles)
        mesh.loop_triangles.foreach_get("loops", loops)
        matrix = to_frame @ np.array(source.matrix_world)
        vertices = (local.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]).astype(np.float32)
        triangles = triangles.reshape(-1, 3)
        if not colours:
            return GivenMesh(vertices, triangles)
        weights, owners = barycentric_samples(vertices[triangles], COLOUR_SAMPLES)
        points = np.einsum("pk,pki->pi", weights, vertices[triangles[owners]]).astype(np.float32)
        seen = corner_colours(evaluated, mesh, loops.reshape(-1, 3), owners, weights)
        return GivenMesh(vertices, triangles, points, seen)
    finally:
        evaluated.to_mesh_clear()


def read_objects(sources: Iterable[Object], context: Context, to_frame: NDArray[np.float64]) -> GivenMesh | None:
    """All that has faces among some objects, as one mesh without colours; None where there is nothing.

    Raises BadSpec as `as_shown` does.
    """
    solid = [each for each in sources if each.type in SOLID_TYPES and _has_faces(each, context)]
    return join_meshes([read_object(each, context, to_frame, colours=False) for each in solid]) if solid else None


def shown_ball(
    sources: Iterable[Object], context: Context, frame: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float] | None:
    """The ball of `ball_around` for the corners of all faces among some objects; None where there are none.

    frame: [4, 4] rigid, to world space; centre and radius are in it.  Quick when asked again and again: as long as all
    look the same from outside, nothing is read and nothing counted anew.  Raises BadSpec as `as_shown` does.
    """
    shown = {_look(each, evaluated := as_shown(each, context)): evaluated for each in sources}
    key = (frame.tobytes(), *((look, tuple(map(tuple, each.matrix_world))) for look, each in shown.items()))
    if key not in _balls:
        corners = {look: _read[look] if look in _read else _corners(each) for look, each in shown.items()}
        _read.clear()
        _read.update(corners)
        placed = [_moved(corners[look], np.array(each.matrix_world), frame) for look, each in shown.items()]
        points = np.concatenate([np.empty((0, 3)), *placed])
        _balls.clear()
        _balls[key] = ball_around(points) if len(points) else None
    return _balls[key]


def _moved(points: NDArray[np.float32], matrix: NDArray[Any], frame: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points [P, 3] of an object with this world matrix, in a frame."""
    to_frame = np.linalg.inv(frame) @ matrix
    return points @ to_frame[:3, :3].T + to_frame[:3, 3]


class _Look(NamedTuple):
    """What tells that an object's shape has changed without reading it: its session id, bounds, number of vertices."""

    uid: int
    bounds: tuple[tuple[float, ...], ...]
    vertices: int


_read: dict[_Look, NDArray[np.float32]] = {}
"""The corners of those that were asked for last."""
_balls: dict[Any, tuple[NDArray[np.float64], float] | None] = {}
"""The answer that was given last."""


def _look(source: Object, evaluated: Object) -> _Look:
    bounds = tuple(tuple(corner) for corner in evaluated.bound_box)
    # What is evaluated has no session id of its own.
    return _Look(source.session_uid, bounds, len(getattr(evaluated.data, "vertices", ())))


def _corners(evaluated: Object) -> NDArray[np.float32]:
    """[C, 3] in the object's own coordinates."""
    mesh = evaluated.to_mesh()
    if mesh is None:
        return np.empty((0, 3), np.float32)
    places, corners = np.empty(3 * len(mesh.vertices), np.float32), np.empty(len(mesh.loops), np.int32)
    mesh.vertices.foreach_get("co", places)
    mesh.loops.foreach_get("vertex_index", corners)
    evaluated.to_mesh_clear()
    return places.reshape(-1, 3)[np.unique(corners)]


def as_shown(source: Object, context: Context) -> Object:
    """The object with its modifiers and its place in the world.

    Raises BadSpec for one that is switched off: Blender computes neither for it, and a file that was just opened has
    all of these at the world's origin.
    """
    evaluated = source.evaluated_get(context.evaluated_depsgraph_get())
    if not evaluated.is_evaluated:
        raise BadSpec(
            f"{source.name} is excluded or disabled in this scene: switch it and its collection on, and hide it with "
            "the eye instead"
        )
    return evaluated


def _has_faces(source: Object, context: Context) -> bool:
    evaluated = as_shown(source, context)
    mesh = evaluated.to_mesh()
    count = 0 if mesh is None else len(mesh.polygons)
    evaluated.to_mesh_clear()
    return count > 0


def upright_frame(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The frame [4, 4] of an object by its world matrix: where it is, up as the world has it, turned as it is about Z.

    What leans in the scene leans for the prior as well; which way it faces is its own −Y, as far as that is level.
    """
    front = -matrix[:3, 1]
    flat = np.array([front[0], front[1], 0.0])
    length = np.linalg.norm(flat)
    # Lying on its back it faces nowhere: then the world's own −Y is the front.
    flat = flat / length if length > 0.1 * max(np.linalg.norm(front), 1e-12) else np.array([0.0, -1.0, 0.0])
    frame = np.eye(4)
    frame[:3, 1], frame[:3, 2] = -flat, (0.0, 0.0, 1.0)
    frame[:3, 0] = np.cross(frame[:3, 1], frame[:3, 2])
    frame[:3, 3] = matrix[:3, 3]
    return frame


def empty_frame(marker: Object) -> NDArray[np.float64]:
    """The frame [4, 4] that an empty marks: its place and its rotation, whole, without its scale."""
    location, rotation, _ = marker.matrix_world.decompose()
    frame = np.eye(4)
    frame[:3, :3] = np.array(rotation.to_matrix())
    frame[:3, 3] = location
    return frame


def world_matrix(source: Object) -> NDArray[np.float64]:
    """An object's without shear, [4, 4], as what is put back into its place has it.

    Raises BadSpec where it is flat, and nothing could be put back into it.
    """
    matrix = unsheared(source)
    if abs(np.linalg.det(matrix[:3, :3])) < 1e-12:
        raise BadSpec(f"{source.name} is scaled to nothing along an axis: give it a scale other than 0")
    return matrix


def active_mesh(context: Context) -> Object:
    """The active object, if it can be refined. Raises BadSpec."""
    found = context.active_object
    if found is None or found.type not in SOLID_TYPES:
        raise BadSpec("No object with a surface is active: select the mesh that is to be refined")
    return found
