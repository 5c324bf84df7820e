"""Light on surfaces: Lambert shading, and finding the light in a picture.

Everything here works on sRGB values as they are, as the prior's training pictures were made.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["estimate_light", "lambert", "random_light_directions", "soft_lambert"]


def lambert(normals: Tensor, light_directions: Tensor, ambient: float) -> Tensor:
    """Brightness under one distant light: ambient + (1 - ambient) · max(0, n · l).  DreamFusion eq. 4.

    normals, light_directions: [R, 3], unit length.  Returns [R].
    """
    return ambient + (1 - ambient) * (normals * light_directions).sum(dim=-1).clamp(min=0)


def soft_lambert(normals: Tensor, light: Tensor) -> Tensor:
    """Brightness under smooth light a + b · n, scaled so that a surface facing the light has brightness 1.

    normals: [R, 3].  light: [4], a then b.  Returns [R], not below 0.05.
    """
    full = light[0] + light[1:].norm()
    return ((light[0] + normals @ light[1:]) / full).clamp(min=0.05)


@torch.no_grad()
def estimate_light(albedo: Tensor, normals: Tensor, shaded: Tensor, stiffness: float) -> Tensor:
    """The smooth light a + b · n under which albedo looks most like shaded: ridge regression in closed form.

    albedo, shaded: [R, 3].  normals: [R, 3].  stiffness: pull towards plain light, as a share of the data's weight.
    Returns [4]: a, then b.
    """
    basis = torch.cat([torch.ones_like(normals[:, :1]), normals], dim=-1)
    weight = (albedo**2).sum(dim=-1)
    gram = (basis * weight[:, None]).T @ basis
    moment = basis.T @ (albedo * shaded).sum(dim=-1)
    ridge = stiffness * weight.sum() + 1e-6
    plain = torch.tensor([1.0, 0, 0, 0], device=albedo.device)
    return torch.linalg.solve(gram + ridge * torch.eye(4, device=albedo.device), moment + ridge * plain)


def random_light_directions(cameras_position: Tensor, generator: torch.Generator) -> Tensor:
    """One light for all views of an object: from above, any side.  [B, 3] unit vectors, all the same.

    cameras_position: [B, 3]; only its shape and device are used.
    """
    direction = torch.randn(3, generator=generator).to(cameras_position.device)
    direction = F.normalize(direction, dim=0) + direction.new_tensor([0, 0, 0.8])
    return F.normalize(direction, dim=0).expand(len(cameras_position), 3)
