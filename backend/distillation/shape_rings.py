"""Rings of target shapes: where the object is from views around it, and how its surface lies, without any colour."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from backend.cameras import Cameras

__all__ = ["ShapeRing"]

SURE = 0.05  # opacity below which there surely is nothing, and as much below 1 where there surely is something


@dataclass(frozen=True)
class ShapeRing:
    """Maps to be fitted, of the cameras of one or several rings."""

    cameras: Cameras
    opacity: Tensor  # [V, H, W] in 0 … 1
    normals: Tensor  # [V, 3, H, W] in world space, of any length

    @property
    def size(self) -> int:
        """Pixels a side."""
        return self.opacity.shape[-1]

    @property
    def outside(self) -> Tensor:
        """[V, H, W] bool, where the background surely is."""
        return self.opacity < SURE

    @property
    def inside(self) -> Tensor:
        """[V, H, W] bool, where the object surely is."""
        return self.opacity > 1 - SURE

    def is_finite(self) -> bool:
        """Whether all maps are numbers."""
        return bool(torch.isfinite(self.opacity).all() and torch.isfinite(self.normals).all())

    def state_dict(self) -> dict[str, Tensor]:
        """Everything, by name."""
        return {"cameras": self.cameras.packed(), "opacity": self.opacity, "normals": self.normals}

    @classmethod
    def from_state(cls, state: dict[str, Tensor]) -> ShapeRing:
        """The ring that had this state."""
        return cls(Cameras.unpacked(state["cameras"]), state["opacity"], state["normals"])
