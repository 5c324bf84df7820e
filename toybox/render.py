"""Pictures of scenes: colour, mask, depth and normals, many scenes and cameras at once.

python -m toybox.render --out FOLDER --count 10000     a data set in shards (shards.py); run again to go on
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from .cameras import Cameras, Lighting, head_light
from .pack import Packed, pack
from .scene import Pattern, Scene
from .tracing import Hits, trace

SAMPLES: Final = 2  # a side of each pixel
# Rays that are traced together: 16 pictures of 64 x 64 keep a CPU's caches warm, 500 a GPU busy in about 10 GB.
CHUNK: Final = {"cpu": 16 * 128 * 128, "cuda": 512 * 128 * 128}
DOT: Final = 0.3  # radius of a dot in periods of its lattice


@dataclass(frozen=True)
class Pictures:
    """color: [B, H, W, 3] sRGB in [0, 1].  mask: [B, H, W], covered share.  depth: [B, H, W], along the ray, from the
    camera, mean over what is covered, 0 where nothing is.  normal: [B, H, W, 3], world, unit length, 0 likewise."""

    color: Tensor
    mask: Tensor
    depth: Tensor
    normal: Tensor


def render(
    scenes: Sequence[Scene],
    cameras: Cameras,
    size: int,
    lighting: Lighting | None = None,
    background: Tensor | float = 0.85,
    samples: int = SAMPLES,
) -> Pictures:
    """Every scene from as many cameras as there are for each: cameras i·V … i·V + V - 1 look at scene i."""
    return render_packed(pack(scenes, cameras.pose.device), cameras, size, lighting, background, samples)


@torch.no_grad()
def render_packed(
    packed: Packed,
    cameras: Cameras,
    size: int,
    lighting: Lighting | None = None,
    background: Tensor | float = 0.85,
    samples: int = SAMPLES,
) -> Pictures:
    """Like render, of packed scenes. background: [B, 3] or one grey."""
    count = len(cameras)
    if count % len(packed):
        raise ValueError(f"{count} cameras cannot be shared evenly among {len(packed)} scenes")
    scene = torch.arange(len(packed), device=cameras.pose.device).repeat_interleave(count // len(packed))
    lighting = lighting or head_light(cameras)
    behind = torch.as_tensor(background, dtype=torch.float32, device=cameras.pose.device).expand(count, 3)
    together = max(1, CHUNK.get(cameras.pose.device.type, CHUNK["cpu"]) // (size * samples) ** 2)
    chunks = []
    for start in range(0, count, together):
        part = slice(start, start + together)
        light = Lighting(lighting.position[part], lighting.ambient[part], lighting.diffuse[part])
        chunks.append(_chunk(packed, scene[part], cameras[part], size, samples, light, behind[part]))
    return Pictures(*(torch.cat(each) for each in zip(*chunks, strict=True)))


def _chunk(
    packed: Packed, scene: Tensor, cameras: Cameras, size: int, samples: int, lighting: Lighting, background: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    fine = size * samples
    origins, directions = (each.reshape(-1, 3) for each in cameras.rays(fine))
    camera = torch.arange(len(scene), device=scene.device).repeat_interleave(fine * fine)
    hits = trace(packed, scene[camera], origins, directions)
    colour = background[camera]
    colour[hits.ray] = _shaded(packed, scene, camera, hits, lighting)
    values = torch.zeros(len(origins), 5, device=origins.device)
    values[hits.ray] = torch.cat([torch.ones_like(hits.distance)[:, None], hits.distance[:, None], hits.normal], dim=1)
    picture = torch.cat([colour, values], dim=1).view(len(scene), fine, fine, 8).permute(0, 3, 1, 2)
    picture = F.avg_pool2d(picture, samples).permute(0, 2, 3, 1) if samples > 1 else picture.permute(0, 2, 3, 1)
    colour, mask, depth, normal = picture.split([3, 1, 1, 3], dim=-1)
    depth = depth / mask.clamp(min=1e-6)
    return colour, mask.squeeze(-1), depth.squeeze(-1), F.normalize(normal, dim=-1)


def _shaded(packed: Packed, scene: Tensor, camera: Tensor, hits: Hits, lighting: Lighting) -> Tensor:
    """Albedo times ambient plus Lambert, at most 1: [H, 3]."""
    of = camera[hits.ray]
    towards = F.normalize(lighting.position[of] - hits.point, dim=-1)
    lambert = (hits.normal * towards).sum(dim=-1).clamp(min=0)
    light = lighting.ambient[of] + lighting.diffuse[of] * lambert
    return (albedo(packed, scene[of], hits.part, hits.point) * light[:, None]).clamp(max=1)


def albedo(packed: Packed, scene: Tensor, part: Tensor, point: Tensor) -> Tensor:
    """The colour of points on parts of scenes: [H, 3]."""
    slot = packed.slot[part]
    named = packed.colours[scene[:, None], slot.clamp(min=0)]
    paint = torch.where(slot[..., None] >= 0, named, packed.paint[part])
    pattern, period = packed.pattern[part], packed.period[part]
    offset = point - packed.origin[part]
    along = (offset * packed.axis[part]).sum(dim=-1)
    second = (pattern == Pattern.STRIPES) & ((along / period).remainder(1) > 0.5)
    cell = offset / period[:, None]
    corner = (cell - cell.round()).norm(dim=-1)
    middle = (cell - 0.5 - (cell - 0.5).round()).norm(dim=-1)
    second |= (pattern == Pattern.DOTS) & (torch.minimum(corner, middle) < DOT)
    second |= (pattern == Pattern.TWO_TONE) & (along > 0)
    return torch.where(second[:, None], paint[:, 1], paint[:, 0])


if __name__ == "__main__":
    from .shards import main  # it builds on this module

    main()
