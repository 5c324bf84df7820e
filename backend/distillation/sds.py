"""Score distillation sampling, the rule of DreamFusion (Poole et al. 2022)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from backend.distillation.query import Query, Weighting

__all__ = ["SDS", "SDSSettings"]


@dataclass(frozen=True)
class SDSSettings:
    guidance_weight: float = 9.0  # the paper's w; it takes 100 for Imagen, the toybox needs far less
    weighting: Weighting = "clean"  # σ / α: the loss is ½ |z - clean picture|²
    contrast_rescale: float = 0.5  # against oversaturation; 0 is the paper


class SDS:
    """Gradient w(t) (ε̂ - ε): DreamFusion eq. 3. The U-Net's Jacobian is left out on purpose."""

    label = "SDS"

    def __init__(self, settings: SDSSettings) -> None:
        self.settings = settings

    def gradient(self, query: Query) -> Tensor:
        """See GradientRule."""
        noise = query.noise()
        predicted = query.guided_noise(noise, self.settings.guidance_weight, self.settings.contrast_rescale)
        return query.weight(self.settings.weighting) * (predicted - noise)
