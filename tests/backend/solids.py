"""Meshes whose inside and distance are known in closed form."""

import numpy as np
import trimesh

from dreamfusion_blender.inputs import GivenMesh, sample_triangles


def ball(radius=0.6, centre=(0, 0, 0), subdivisions=4):
    mesh = trimesh.creation.icosphere(subdivisions, radius=radius)
    return mesh.vertices + centre, np.asarray(mesh.faces)


def box(sides=(1.0, 0.6, 0.4), centre=(0, 0, 0)):
    mesh = trimesh.creation.box(sides)
    return mesh.vertices + centre, np.asarray(mesh.faces)


def given(vertices, triangles, colour=(200, 30, 40)):
    points, _ = sample_triangles(np.asarray(vertices)[triangles], 2000)
    colours = np.tile(np.array(colour, np.uint8), (len(points), 1))
    return GivenMesh(vertices.astype(np.float32), triangles.astype(np.int32), points.astype(np.float32), colours)


def box_distance(points, half):
    """Positive inside."""
    beyond = np.abs(points) - half
    return -np.linalg.norm(np.maximum(beyond, 0), axis=-1) - np.minimum(beyond.max(axis=-1), 0)


def grid_points(side):
    axis = np.linspace(-1, 1, side)
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
