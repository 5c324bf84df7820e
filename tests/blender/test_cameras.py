"""What Blender's cameras see: the numbers that tests/backend holds the backend's cameras to.

The backend cannot be imported here and bpy not there, so that a file stands between the two,
tests/backend/blender_cameras.json. Here Blender computes everything in it again; run with
DREAMFUSION_WRITE_CAMERAS=1 to write it anew.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import bpy
import pytest
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Matrix, Vector

FILE = Path(__file__).resolve().parent.parent / "backend" / "blender_cameras.json"

POINTS = [(0.0, 0.0, 0.0), (0.3, 0.1, -0.2), (-0.25, 0.2, 0.3), (0.1, -0.3, 0.15)]
# name, position, target, up, field of view in rad
CAMERAS = [
    ("front", (0.0, -2.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), 0.8),
    ("shaken", (0.9, -0.8, 0.4), (0.1, -0.05, 0.2), (0.03, -0.01, 0.98), 1.2),
    ("behind", (-0.3, 1.2, 0.7), (0.0, 0.1, 0.0), (0.0, 0.02, 1.01), 0.75),
    ("above", (0.1, -0.2, 1.4), (-0.1, 0.0, 0.1), (0.0, 0.0, 1.0), 0.9),
    ("below", (1.1, 0.3, -0.25), (0.05, 0.0, -0.1), (-0.02, 0.0, 1.0), 0.7),
]
# name, azimuth and elevation in degrees, distance
ORBITS = [
    ("front", 0, 0, 2.0),
    ("right", 90, 0, 1.5),
    ("high", 35, 50, 1.2),
    ("back", 180, 20, 3.0),
    ("low", 250, -10, 1),
]


def test_blender_sees_what_is_written(scene):
    found = {"points": POINTS, "cameras": [camera(*case) for case in CAMERAS], "orbits": [on_orbit(*c) for c in ORBITS]}
    if os.environ.get("DREAMFUSION_WRITE_CAMERAS"):
        FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    written = json.loads(FILE.read_text(encoding="utf-8"))
    assert flat(written) == pytest.approx(flat(found), abs=1e-5)


def camera(name, position, target, up, fov):
    """A camera that tracks an empty, its roll set by a locked axis; and where it sees the points."""
    seeing = new_camera(fov)
    seeing.location = position
    seeing.matrix_world = Matrix.Translation(position) @ roll(position, target, up).to_4x4()
    bpy.context.view_layer.update()
    seen = [world_to_camera_view(bpy.context.scene, seeing, Vector(point))[:2] for point in POINTS]
    return {
        "name": name,
        "position": position,
        "target": target,
        "up": up,
        "fov": fov,
        "matrix": rows(seeing.matrix_world),
        "seen": [list(place) for place in seen],
    }


def roll(position, target, up):
    """Blender's tracking rotation in a frame in which `up` is Z, for tracking knows no other upwards."""
    upright = Vector(up).rotation_difference(Vector((0.0, 0.0, 1.0))).to_matrix()
    towards = upright @ (Vector(target) - Vector(position))
    return upright.inverted() @ towards.to_track_quat("-Z", "Y").to_matrix()


def on_orbit(name, azimuth, elevation, distance):
    """A camera hung on a turntable at the origin: pushed back along -Y, tilted up about X, turned about Z."""
    table = bpy.data.objects.new("table", None)
    bpy.context.collection.objects.link(table)
    table.rotation_euler = (math.radians(-elevation), 0.0, math.radians(azimuth))
    hung = new_camera(0.8)
    hung.parent = table
    hung.location = (0.0, -distance, 0.0)
    hung.rotation_euler = (math.pi / 2, 0.0, 0.0)
    bpy.context.view_layer.update()
    placed = {"azimuth": azimuth, "elevation": elevation, "distance": distance}
    return {"name": name, **placed, "matrix": rows(hung.matrix_world)}


def new_camera(fov):
    data = bpy.data.cameras.new("camera")
    data.angle = fov
    bpy.context.scene.render.resolution_x = bpy.context.scene.render.resolution_y = 64
    made = bpy.data.objects.new("camera", data)
    bpy.context.collection.objects.link(made)
    return made


def rows(matrix):
    return [list(row) for row in matrix]


def flat(value):
    """All numbers in a nested value, in order."""
    if isinstance(value, dict):
        return [number for key in sorted(value) if key != "name" for number in flat(value[key])]
    if isinstance(value, (list, tuple)):
        return [number for each in value for number in flat(each)]
    return [float(value)]
