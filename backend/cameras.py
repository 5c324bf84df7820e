"""Cameras: orbits around the object, the rays through their pixels, and the pose a prior is told.

World: Z up, the object's front faces -Y. Azimuth 0 is the camera at -Y, growing counter-clockwise seen from above.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["Cameras", "Rays", "look_at", "orbit", "random_cameras", "random_ring", "ring"]


@dataclass(frozen=True)
class Rays:
    """origins, directions: [R, 3]; directions have unit length."""

    origins: Tensor
    directions: Tensor

    def split(self, size: int) -> list[Rays]:
        """The same rays in chunks of `size`."""
        parts = zip(self.origins.split(size), self.directions.split(size), strict=True)
        return [Rays(origins, directions) for origins, directions in parts]


@dataclass(frozen=True)
class Cameras:
    """Pinhole cameras.

    pose: [B, 3, 4] camera to world, columns right, up, back, position.  fov: [B] in rad, vertical and horizontal.
    azimuth, elevation: [B] in rad, from where they look at the origin, or nearly so.
    """

    pose: Tensor
    fov: Tensor
    azimuth: Tensor
    elevation: Tensor

    def __len__(self) -> int:
        return self.pose.shape[0]

    @classmethod
    def join(cls, groups: list[Cameras]) -> Cameras:
        """The cameras of all groups, in order."""
        parts = zip(*((each.pose, each.fov, each.azimuth, each.elevation) for each in groups), strict=True)
        return cls(*(torch.cat(part) for part in parts))

    def split(self, size: int) -> list[Cameras]:
        """The same cameras in groups of `size`."""
        parts = (each.split(size) for each in (self.pose, self.fov, self.azimuth, self.elevation))
        return [Cameras(*part) for part in zip(*parts, strict=True)]

    def packed(self) -> Tensor:
        """All that they are as one tensor, for a checkpoint: [B, 15]."""
        angles = torch.stack([self.fov, self.azimuth, self.elevation], dim=1)
        return torch.cat([self.pose.flatten(1), angles], dim=1)

    @classmethod
    def unpacked(cls, packed: Tensor) -> Cameras:
        """The cameras that were `packed`."""
        return cls(packed[:, :12].reshape(-1, 3, 4), packed[:, 12], packed[:, 13], packed[:, 14])

    def to(self, device: torch.device | str) -> Cameras:
        """The same cameras on a device."""
        return Cameras(*(each.to(device) for each in (self.pose, self.fov, self.azimuth, self.elevation)))

    def matrices(self) -> Tensor:
        """Camera-to-world matrices, flattened row by row, positions scaled to unit length: [B, 16].

        The form in which MVDream and the toybox take their cameras.
        """
        matrix = torch.zeros(len(self), 4, 4, device=self.pose.device)
        matrix[:, :3] = self.pose
        matrix[:, :3, 3] /= self.pose[:, :, 3].norm(dim=-1, keepdim=True)
        matrix[:, 3, 3] = 1
        return matrix.view(-1, 16)

    def rays(self, view: Tensor, column: Tensor, row: Tensor, resolution: int) -> Rays:
        """Rays of chosen cameras through points of their pictures.

        view: [R] camera indices.  column, row: [R] in pixels, row 0 on top; a pixel's centre is at its number + 0.5.
        """
        half = torch.tan(self.fov[view] / 2)
        x = (column / resolution * 2 - 1) * half
        y = (1 - row / resolution * 2) * half
        local = torch.stack([x, y, -torch.ones_like(x)], dim=-1)
        pose = self.pose[view]
        directions = torch.einsum("rij,rj->ri", pose[:, :, :3], local)
        return Rays(pose[:, :, 3], directions / directions.norm(dim=-1, keepdim=True))

    def all_rays(self, resolution: int) -> Rays:
        """One ray through each pixel's centre, picture by picture, row by row: [B * resolution²]."""
        device = self.pose.device
        views, rows, columns = torch.meshgrid(
            torch.arange(len(self), device=device),
            torch.arange(resolution, device=device),
            torch.arange(resolution, device=device),
            indexing="ij",
        )
        return self.rays(views.flatten(), columns.flatten() + 0.5, rows.flatten() + 0.5, resolution)

    def project(self, points: Tensor) -> Tensor:
        """Where each picture shows points [P, 3]: [B, P, 2], column and row, -1 … 1 from one edge to the other."""
        local = (points - self.pose[:, None, :, 3]) @ self.pose[:, :, :3]  # along right, up and back
        half = -local[..., 2:] * torch.tan(self.fov / 2)[:, None, None]
        return local[..., :2] / half * local.new_tensor([1.0, -1.0])

    def read(self, maps: Tensor, points: Tensor) -> Tensor:
        """What pictures [B, C, H, W] show where points [P, 3] are: [B, P, C], 0 beside them."""
        return F.grid_sample(maps, self.project(points)[:, None], align_corners=False)[:, :, 0].transpose(1, 2)


def orbit(azimuth: Tensor, elevation: Tensor, distance: Tensor, fov: Tensor) -> Cameras:
    """Cameras on a sphere about the origin, upright. All arguments: [B], angles in rad, distance in m."""
    back = torch.stack(
        [
            torch.sin(azimuth) * torch.cos(elevation),
            -torch.cos(azimuth) * torch.cos(elevation),
            torch.sin(elevation),
        ],
        dim=-1,
    )
    right = torch.stack([torch.cos(azimuth), torch.sin(azimuth), torch.zeros_like(azimuth)], dim=-1)
    up = torch.linalg.cross(back, right)
    pose = torch.stack([right, up, back, back * distance[:, None]], dim=-1)
    return Cameras(pose, fov, azimuth, elevation)


def look_at(position: Tensor, target: Tensor, up: Tensor) -> Tensor:
    """Poses [B, 3, 4], see Cameras, from which `target` is in the middle and `up` is upwards in the picture.

    position, target, up: [B, 3] in m; up need not be at right angles to the line of sight, nor have unit length.
    """
    back = F.normalize(position - target, dim=-1)
    right = F.normalize(torch.linalg.cross(up, back), dim=-1)
    return torch.stack([right, torch.linalg.cross(back, right), back, position], dim=-1)


def framing_distance(fov: Tensor, margin: float) -> Tensor:
    """The distance at which a sphere of radius `margin` just fills the field of view."""
    return margin / torch.sin(fov / 2)


def ring(views: int, azimuth: float, elevation: float, fov: float, margin: float, device: torch.device) -> Cameras:
    """`views` cameras evenly around the object, at one elevation; the first at `azimuth`. Angles in rad."""
    azimuths = azimuth + torch.arange(views, device=device) * (2 * math.pi / views)
    fovs = torch.full((views,), fov, device=device)
    return orbit(azimuths, torch.full((views,), elevation, device=device), framing_distance(fovs, margin), fovs)


def _uniform(low: float, high: float, generator: torch.Generator) -> float:
    return low + (high - low) * torch.rand((), generator=generator).item()


def random_ring(
    views: int,
    elevation: tuple[float, float],
    fov: tuple[float, float],
    margin: float,
    generator: torch.Generator,
    device: torch.device,
) -> Cameras:
    """A ring at a random azimuth, elevation (range in rad) and field of view (range in rad)."""
    return ring(
        views,
        _uniform(0, 2 * math.pi, generator),
        _uniform(*elevation, generator),
        _uniform(*fov, generator),
        margin,
        device,
    )


def random_cameras(
    views: int,
    elevation: tuple[float, float],
    fov: tuple[float, float],
    margin: float,
    generator: torch.Generator,
    device: torch.device,
) -> Cameras:
    """Cameras independent of one another, spread evenly over the sphere's area between two elevations (rad)."""
    low, high = math.sin(elevation[0]), math.sin(elevation[1])
    azimuths = (torch.rand(views, generator=generator) * 2 * math.pi).to(device)
    elevations = torch.asin(low + (high - low) * torch.rand(views, generator=generator)).to(device)
    fovs = (fov[0] + (fov[1] - fov[0]) * torch.rand(views, generator=generator)).to(device)
    return orbit(azimuths, elevations, framing_distance(fovs, margin), fovs)
