"""Where new objects stand: beside the one they were made of, in a row, in a grid."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import bpy
from mathutils import Vector

from ..dreamfusion_blender.scene.placing import JOB_PROPERTY
from ..dreamfusion_blender.scene.presence import is_in, is_in_any_scene
from .work import Location

if TYPE_CHECKING:
    from bpy.types import Context, Object

Layout = Literal["ROW", "GRID"]

ROOM = 4  # times an object's size; larger ones are its surroundings
GAP = 0.25  # of an object's size, between one and the next


def asset_of(job: str, context: Context) -> Object | None:
    """The object that a job of this id made: the active one, else the first in this scene, else in this file."""
    found = [each for each in bpy.data.objects if each.get(JOB_PROPERTY) == job and is_in_any_scene(each)]
    here = [each for each in found if is_in(each, context.scene)]
    return context.object if context.object in found else next(iter([*here, *found]), None)


def standing_jobs() -> frozenset[str]:
    """The ids of all jobs whose results stand in this file."""
    return frozenset(each[JOB_PROPERTY] for each in bpy.data.objects if JOB_PROPERTY in each and is_in_any_scene(each))


def beside(job: str, size: float, context: Context, anchor: Object | None = None) -> Location:
    """To the right of the job's object, or of those that stand there already; without one at the 3D cursor.

    size: metres, of the new object's largest side.  anchor: the object that is meant, where the job has several.
    """
    anchor = anchor or asset_of(job, context)
    if anchor is None:
        return tuple(context.scene.cursor.location)
    x, y, z = anchor.matrix_world.translation
    x += max(anchor.dimensions.x / 2 + size * (0.5 + GAP), size * (1 + GAP))
    return _free_from((x, y, z), size, context)


def at_cursor(size: float, context: Context) -> Location:
    """Where the 3D cursor is, or to the right of the jobs' objects that stand there: inside of one it would be lost."""
    return _free_from(tuple(context.scene.cursor.location), size, context)


def enclosing(location: Location, size: float, context: Context) -> Object | None:
    """A mesh that hides what stands here, like the cube that every new file begins with; not the room around it all.

    location: the centre of the base, in metres.  size: metres, of the largest side.
    """
    middle = Vector(location) + Vector((0.0, 0.0, size / 2))
    for each in context.visible_objects:
        is_solid = each.type == "MESH" and each.display_type in ("TEXTURED", "SOLID")
        if is_solid and max(each.dimensions) < ROOM * size and _has_inside(each, middle):
            return each
    return None


def spread(first: Location, count: int, size: float, layout: Layout) -> list[Location]:
    """`count` places from the first on, to the right and, in a grid, row behind row."""
    columns = count if layout == "ROW" else math.ceil(math.sqrt(count))
    step = size * (1 + GAP)
    return [(first[0] + step * (i % columns), first[1] + step * (i // columns), first[2]) for i in range(count)]


def _free_from(first: Location, size: float, context: Context) -> Location:
    """The first place from here on to the right where no job's object stands."""
    x, y, z = first
    while any(_is_near(each, x, y, size) for each in context.scene.objects):
        x += size * (1 + GAP)
    return (x, y, z)


def _has_inside(other: Object, point: Vector) -> bool:
    """Whether the object's bounding box holds a point in world space."""
    corners = [other.matrix_world @ Vector(corner) for corner in other.bound_box]
    return all(min(c[axis] for c in corners) < point[axis] < max(c[axis] for c in corners) for axis in range(3))


def _is_near(other: Object, x: float, y: float, size: float) -> bool:
    """Whether a job's object stands there. All else is the artist's stage: a floor is under every place."""
    if JOB_PROPERTY not in other:
        return False
    at, sides = other.matrix_world.translation, other.dimensions
    return abs(at.x - x) < (sides.x + size) / 2 and abs(at.y - y) < (sides.y + size) / 2
