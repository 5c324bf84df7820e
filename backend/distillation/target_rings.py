"""Rings of target pictures: what the prior made of views around the object, and where in them the object is."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from backend.cameras import Cameras

__all__ = ["Ring", "border_colour", "silhouettes"]

SAME_COLOUR = 0.1  # largest difference of a channel at which a pixel still counts as background


@dataclass(frozen=True)
class Ring:
    """Pictures to be fitted: cameras of one ring and what the prior made of their views."""

    cameras: Cameras
    pictures: Tensor  # [V, 3, H, W] in 0 … 1
    light: Tensor | None  # [3] unit vector towards the light they show, None for plain albedo
    backgrounds: Tensor  # [V, 3]
    outside: Tensor  # [V, H, W] bool, where the background surely is
    inside: Tensor  # [V, H, W] bool, where the object surely is
    unlit: float = 1.0  # brightness of surfaces where no light is known; 1: what they show is albedo
    normals: Tensor | None = None  # [V, 3, H, W] in world space, of any length, from a prior that sees them

    @classmethod
    def of(
        cls,
        cameras: Cameras,
        pictures: Tensor,
        light: Tensor | None,
        unlit: float = 1.0,
        normals: Tensor | None = None,
    ) -> Ring:
        """A ring of pictures, its backgrounds and silhouettes read off them."""
        backgrounds = border_colour(pictures)
        return cls(cameras, pictures, light, backgrounds, *silhouettes(pictures, backgrounds), unlit, normals)

    @property
    def size(self) -> int:
        """Pixels a side."""
        return self.pictures.shape[-1]

    def is_finite(self) -> bool:
        """Whether all that the prior made are numbers."""
        made = [self.pictures] if self.normals is None else [self.pictures, self.normals]
        return all(bool(torch.isfinite(each).all()) for each in made)

    def state_dict(self) -> dict[str, Tensor]:
        """What cannot be read off the pictures again, by name."""
        state = {"cameras": self.cameras.packed(), "pictures": self.pictures, "unlit": torch.tensor(self.unlit)}
        maybe = {"light": self.light, "normals": self.normals}
        return state | {name: value for name, value in maybe.items() if value is not None}

    @classmethod
    def from_state(cls, state: dict[str, Tensor]) -> Ring:
        """The ring that had this state."""
        cameras = Cameras.unpacked(state["cameras"])
        unlit = state["unlit"].item() if "unlit" in state else 1.0  # older checkpoints do not say
        return cls.of(cameras, state["pictures"], state.get("light"), unlit, state.get("normals"))


def border_colour(pictures: Tensor) -> Tensor:
    """The plain colour behind the object: the median of the four corners.  pictures: [V, 3, H, W].  Returns [V, 3]."""
    corners = [pictures[:, :, y, x] for y in (slice(4), slice(-4, None)) for x in (slice(4), slice(-4, None))]
    return torch.cat([corner.flatten(2) for corner in corners], dim=2).median(dim=2).values


def silhouettes(pictures: Tensor, backgrounds: Tensor) -> tuple[Tensor, Tensor]:
    """Where there surely is nothing, and where there surely is something: two of [V, H, W] bool.

    What has the background's colour and hangs together with the border is outside; what has another colour is inside.
    Neither is sure beside a pixel that is not of its kind: an edge may be covered in part, and a hole is no object.

    pictures: [V, 3, H, W].  backgrounds: [V, 3].
    """
    alike = (pictures - backgrounds[:, :, None, None]).abs().amax(dim=1) < SAME_COLOUR
    border = torch.zeros_like(alike)
    border[:, (0, -1)] = True
    border[:, :, (0, -1)] = True
    outside = border & alike
    while not torch.equal(grown := _grown(outside) & alike, outside):
        outside = grown
    return ~_grown(~outside), ~_grown(alike)


def _grown(mask: Tensor) -> Tensor:
    """A mask [V, H, W] with all eight neighbours of its pixels."""
    return F.max_pool2d(mask.float(), kernel_size=3, stride=1, padding=1) > 0
