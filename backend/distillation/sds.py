"""Score distillation sampling, the rule of DreamFusion (Poole et al. 2022)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from backend.distillation.perp_neg import perp_neg_noise
from backend.distillation.query import Query, Weighting

__all__ = ["SDS", "SDSSettings"]


@dataclass(frozen=True)
class SDSSettings:
    guidance_weight: float = 9.0  # the paper's guidance weight w; 100 for Imagen, the toybox needs far less
    weighting: Weighting = "clean"  # "clean" is σ / α: the loss is ½ |z - clean picture|²
    contrast_rescale: float = 0.5  # share of the contrast added by guidance that is taken back; 0 is the paper
    perp_neg: bool = False  # whether other directions' texts push away; for priors of one view, see perp_neg.py


class SDS:
    """Gradient w(t) (ε̂ - ε): DreamFusion eq. 3. The U-Net's Jacobian is left out on purpose."""

    label = "SDS"

    def __init__(self, settings: SDSSettings) -> None:
        self.settings = settings
        self.calls = 2 if settings.perp_neg else 1

    def gradient(self, query: Query) -> Tensor:
        """See GradientRule."""
        noise = query.noise()
        guide = perp_neg_noise if self.settings.perp_neg else Query.guided_noise
        predicted = guide(query, noise, self.settings.guidance_weight, self.settings.contrast_rescale)
        return query.weight(self.settings.weighting) * (predicted - noise)
