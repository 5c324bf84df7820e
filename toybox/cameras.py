"""Cameras, light and backgrounds, as the prior is trained with them.

World: Z up, the object's front faces -Y. Azimuth 0 is the camera at -Y, growing counter-clockwise seen from above.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

FOV: Final = (0.55, 1.0)  # rad
DISTANCE: Final = (0.97, 1.25)  # divided by sin(fov / 2): 1 has the unit sphere just fill the picture
ELEVATION: Final = (-0.2, 1.45)  # rad, of single views
RING_ELEVATION: Final = (-0.15, 0.65)  # rad, of several views together


@dataclass(frozen=True)
class Cameras:
    """pose: [B, 3, 4], camera to world: columns right, up, back, position.  fov: [B] in rad."""

    pose: Tensor
    fov: Tensor

    def __len__(self) -> int:
        return self.pose.shape[0]

    def __getitem__(self, index: slice | Tensor) -> Cameras:
        return Cameras(self.pose[index], self.fov[index])

    def matrices(self) -> Tensor:
        """What the prior is told: 4 x 4 poses row by row, positions scaled to unit length: [B, 16]."""
        matrix = self.pose.new_zeros(len(self), 4, 4)
        matrix[:, :3] = self.pose
        matrix[:, :3, 3] /= self.pose[:, :, 3].norm(dim=-1, keepdim=True)
        matrix[:, 3, 3] = 1
        return matrix.view(-1, 16)

    def rays(self, size: int) -> tuple[Tensor, Tensor]:
        """Through the pixels' centres, row by row from the top: origins, unit directions [B, size², 3]."""
        at = (torch.arange(size, device=self.pose.device) + 0.5) / size * 2 - 1
        v, u = torch.meshgrid(-at, at, indexing="ij")
        local = torch.stack([u.reshape(-1), v.reshape(-1)], dim=-1) * torch.tan(self.fov / 2)[:, None, None]
        local = torch.cat([local, torch.full_like(local[..., :1], -1.0)], dim=-1)
        directions = torch.einsum("bij,bnj->bni", self.pose[:, :, :3], local)
        directions = directions / directions.norm(dim=-1, keepdim=True)
        return self.pose[:, None, :, 3].expand_as(directions), directions


@dataclass(frozen=True)
class Lighting:
    """Ambient light and a point light, per picture: position [B, 3], ambient and diffuse strength [B]."""

    position: Tensor
    ambient: Tensor
    diffuse: Tensor


def orbit(azimuth: Tensor, elevation: Tensor, distance: Tensor, fov: Tensor) -> Cameras:
    """Cameras looking at the origin; all [B], angles in rad."""
    back = torch.stack([azimuth.sin() * elevation.cos(), -azimuth.cos() * elevation.cos(), elevation.sin()], dim=-1)
    right = torch.stack([azimuth.cos(), azimuth.sin(), torch.zeros_like(azimuth)], dim=-1)
    up = torch.linalg.cross(back, right)
    return Cameras(torch.stack([right, up, back, back * distance[:, None]], dim=-1), fov)


def ring(views: int, azimuth: float, elevation: float, fov: float, distance: float) -> Cameras:
    """Views evenly around the object, the first one at the azimuth."""
    around = azimuth + torch.arange(views) * 2 * math.pi / views
    return orbit(around, *(torch.full((views,), each) for each in (elevation, distance, fov)))


def random_cameras(scenes: int, views: int, generator: torch.Generator) -> Cameras:
    """Views of each scene one after another: [scenes · views]. Several views of a scene stand in a ring."""
    device = generator.device

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(scenes, generator=generator, device=device)

    azimuth = uniform(-math.pi, math.pi)
    if views == 1:
        low, high = (math.sin(each) for each in ELEVATION)
        elevation = uniform(low, high).asin()  # even over the sphere
    else:
        elevation = uniform(*RING_ELEVATION)
    turn = torch.arange(views, device=device) * 2 * math.pi / views
    fov = uniform(*FOV)
    distance = uniform(*DISTANCE) / (fov / 2).sin()
    rest = (each.repeat_interleave(views) for each in (elevation, distance, fov))
    return orbit((azimuth[:, None] + turn).view(-1), *rest)


def head_light(cameras: Cameras) -> Lighting:
    """A light above the camera, for looking at things."""
    position = cameras.pose[:, :, 3] + cameras.pose[:, :, 1] * 1.5 - cameras.pose[:, :, 0]
    half = torch.full_like(cameras.fov, 0.5)
    return Lighting(position, half, half * 1.1)


def random_lighting(cameras: Cameras, views: int, generator: torch.Generator) -> Lighting:
    """The same light for all views of a scene: a quarter of the scenes flat, the others ambient and Lambert."""
    device = generator.device
    scenes = len(cameras) // views

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(scenes, generator=generator, device=device)

    direction = torch.randn(scenes, 3, generator=generator, device=device)
    direction = direction / direction.norm(dim=-1, keepdim=True)
    if views == 1:  # rather from the camera's side; several views have none
        position = cameras.pose[:, :, 3]
        direction = direction + position / position.norm(dim=-1, keepdim=True)
    direction = direction + torch.tensor([0.0, 0.0, 0.8], device=device)
    position = 4 * direction / direction.norm(dim=-1, keepdim=True)
    flat = uniform(0, 1) < 0.25
    ambient = torch.where(flat, 1.0, uniform(0.3, 0.6))
    diffuse = torch.where(flat, 0.0, 1 - ambient + uniform(0, 0.15))
    return Lighting(*(each.repeat_interleave(views, dim=0) for each in (position, ambient, diffuse)))


def random_backgrounds(scenes: int, views: int, generator: torch.Generator) -> Tensor:
    """Plain: grey of any brightness (60 %), else any colour; the same for all views of a scene: [scenes · views, 3]."""
    device = generator.device
    grey = torch.rand(scenes, 1, generator=generator, device=device).expand(-1, 3)
    tint = torch.rand(scenes, 3, generator=generator, device=device)
    is_grey = torch.rand(scenes, 1, generator=generator, device=device) < 0.6
    return torch.where(is_grey, grey, tint).repeat_interleave(views, dim=0)
