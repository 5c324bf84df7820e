"""Silhouettes of bodies that are known exactly, seen by a ring of four cameras, and plain pictures with them."""

import torch
from analytic import CPU, BallField

from backend.cameras import ring

SIZE = 64
CAMERAS = ring(4, 0.0, 0.25, 0.75, 1.05, CPU)
WIDE = torch.tensor([0.75, 0.25, 0.3])  # m, half axes of an ellipsoid that is long from left to right


def ellipsoid(axes=WIDE, cameras=CAMERAS):
    """Its silhouettes [V, H, W], closed form: a ray meets it if its distance, in units of the axes, is below 1."""
    rays = cameras.all_rays(SIZE)
    origins, directions = rays.origins / axes, rays.directions / axes
    along = (origins * directions).sum(dim=1) / directions.square().sum(dim=1)
    nearest = origins - along[:, None] * directions
    return (nearest.norm(dim=1) < 1).view(len(cameras), SIZE, SIZE)


def ball(radius, centre):
    """The silhouettes [V, H, W] of a ball anywhere."""
    solid = BallField(radius=radius, density=50.0, centre=centre).opacity(CAMERAS.all_rays(SIZE)) > 0.5
    return solid.view(4, SIZE, SIZE)


def dog():
    """An ellipsoid with a ball at one end: its head is on the left of one side, and on the right of the other."""
    return ellipsoid() | ball(0.2, (0.75, 0.0, 0.2))


def dog_looking_one_way():
    """The same, but both its sides look the same way, as a prior draws them that is deaf to cameras."""
    solid = dog()
    lean = solid[:, :, : SIZE // 2].sum(dim=(1, 2)) - solid[:, :, SIZE // 2 :].sum(dim=(1, 2))
    left, right = lean.argmax(), lean.argmin()
    assert {left.item(), right.item()} in ({0, 2}, {1, 3})
    solid[right] = solid[left]
    return solid


def pictures(solid, brightness=(0.8, 0.8, 0.8, 0.8)):
    """Bodies [V, H, W] of these shades of grey over a dark background: [V, 3, H, W]."""
    shade = torch.tensor(brightness)[:, None, None]
    return torch.where(solid, shade, 0.2)[:, None].expand(-1, 3, -1, -1).contiguous()
