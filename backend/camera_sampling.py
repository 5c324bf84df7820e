"""DreamFusion's cameras: anywhere above the ground, near, a little shaken, and independent of one another."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from backend.cameras import Cameras, look_at, orbit

__all__ = ["CameraSettings", "paper_cameras"]


@dataclass(frozen=True)
class CameraSettings:
    """DreamFusion (2209.14988), camera and light sampling.

    Angles in rad, lengths in the paper's unit, see scale.
    """

    # m to one of the paper's units. At 1 the paper's cameras stand at the rim of our unit ball and frame an object of
    # half its size. The paper's own ball is larger, of radius 1.4 (larger than single objects need, it says); 1 / 1.4
    # would bring all of it into ours, with the cameras.
    scale: float = 1.0
    low_elevation: float = math.radians(-10)  # rad, lowest elevation of a camera
    high_elevation: float = math.radians(90)  # rad, highest elevation of a camera
    by_angle_share: float = 0.5  # share of cameras uniform in elevation, which favours the pole; others are in height
    near: float = 1.0  # least distance of a camera from the origin
    far: float = 1.5  # largest distance of a camera from the origin
    low_focal: float = 0.7  # least focal length in picture widths, a field of view of 71°
    high_focal: float = 1.35  # largest focal length in picture widths, a field of view of 41°
    position_jitter: float = 0.1  # largest shift of a camera along each axis
    # Standard deviation of the point a camera looks at. The paper writes N(0, 0.2 I) here and N(0, 0.02 I) for the
    # upward direction, which read as covariances would be spreads of 0.45 and 0.14. We take the numbers as standard
    # deviations, as both public re-implementations do: with 0.45, a look-at point is often outside the picture of an
    # object of that size.
    look_at_spread: float = 0.2
    up_spread: float = 0.02  # standard deviation of a camera's upward direction, see look_at_spread


def paper_cameras(count: int, settings: CameraSettings, generator: torch.Generator, device: torch.device) -> Cameras:
    """`count` cameras, each drawn alone. Their azimuth and elevation are those before the shaking."""

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(count, *shape, generator=generator)

    def normal(spread: float) -> Tensor:
        return spread * torch.randn(count, 3, generator=generator)

    by_angle = torch.rand(count, generator=generator) < settings.by_angle_share
    angle = uniform(settings.low_elevation, settings.high_elevation)
    # On a sphere area goes with height (Archimedes).
    height = uniform(math.sin(settings.low_elevation), math.sin(settings.high_elevation))
    elevation = torch.where(by_angle, angle, torch.asin(height))
    azimuth = uniform(0.0, 2 * math.pi)
    fov = 2 * torch.atan(0.5 / uniform(settings.low_focal, settings.high_focal))
    cameras = orbit(azimuth, elevation, uniform(settings.near, settings.far), fov)
    position = cameras.pose[:, :, 3] + uniform(-settings.position_jitter, settings.position_jitter, 3)
    target = normal(settings.look_at_spread)
    up = torch.tensor([0.0, 0.0, 1.0]) + normal(settings.up_spread)
    pose = look_at(settings.scale * position, settings.scale * target, up)
    return Cameras(pose.to(device), fov.to(device), azimuth.to(device), elevation.to(device))
