"""Fields whose shape, volume and colour are known in closed form."""

from __future__ import annotations

import numpy as np

from backend.meshing.field_grid import FieldGrid

RED, BLUE = (200, 40, 30), (30, 60, 210)


def points(side=64):
    """The grid's points [N, N, N, 3]."""
    axis = np.linspace(-1, 1, side, dtype=np.float32)
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)


def ball(x, radius, centre=(0, 0, 0)):
    """Signed distance, positive inside."""
    return radius - np.linalg.norm(x - np.asarray(centre, np.float32), axis=-1)


def torus(x, ring, tube):
    """Signed distance, positive inside; the axis is Z."""
    return tube - np.hypot(np.hypot(x[..., 0], x[..., 1]) - ring, x[..., 2])


def box(x, half, centre=(0, 0, 0)):
    """Signed distance, positive inside."""
    q = np.abs(x - np.asarray(centre, np.float32)) - np.asarray(half, np.float32)
    return -(np.linalg.norm(np.maximum(q, 0), axis=-1) + np.minimum(q.max(axis=-1), 0))


def table(x, leg=0.03):
    """A top on four thin legs."""
    legs = [box(x, (leg, leg, 0.3), (i * 0.5, j * 0.5, -0.3)) for i in (-1, 1) for j in (-1, 1)]
    return np.max([box(x, (0.6, 0.6, 0.06)), *legs], axis=0)


def grid(surface, albedo=None, density_scale=200.0, beta=0.01):
    """A field of these values; one colour unless an albedo [N, N, N, 3] is given."""
    if albedo is None:
        albedo = np.broadcast_to(np.array(RED, np.uint8), (*surface.shape, 3))
    return FieldGrid(surface.astype(np.float32), np.ascontiguousarray(albedo, np.uint8), density_scale, beta)


def save(field, path):
    """Write a field as the engine does."""
    np.savez(
        path,
        surface=field.surface.astype(np.float16),
        albedo=field.albedo,
        density_scale=np.float32(field.density_scale),
        beta=np.float32(field.beta),
        version=np.int32(1),
    )
