"""What a step needs at the most, derived from what it keeps for its gradients: for jobs that were never measured.

The numbers were counted with torch 2.13's saved_tensors_hooks, without a GPU: right for what they count, blind to what
an allocator and libraries need beside it. They tell a job that may fit from one that cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import torch

from backend.priors.loading.files import read_json
from backend.priors.precision import chosen_precision
from dreamfusion_blender.models.families import FamilyName
from dreamfusion_blender.models.options import AUTO, PrecisionName, PriorOptions

if TYPE_CHECKING:
    from backend.presets import Preset
    from dreamfusion_blender.models import Source

__all__ = ["FAMILY_COSTS", "FamilyCost", "Plan", "Work"]


@dataclass(frozen=True)
class Plan:
    """How steps are to be cut up so that they fit."""

    accumulate: int
    points_at_once: int | None


@dataclass(frozen=True)
class Work:
    """What a step's size depends on beside how it is cut up.

    family: of the prior.  views: how many that looks at together.  fast_encoder: whether the job names one.
    picture_size: pixels a side of what the model sees; None for what its family usually does.  precision: as the job
    has it; see PriorOptions.
    """

    preset: Preset
    family: FamilyName
    views: int
    device: torch.device
    fast_encoder: bool = False
    picture_size: int | None = None
    precision: PrecisionName = AUTO

    @classmethod
    def of(cls, preset: Preset, source: Source, views: int, device: torch.device, options: PriorOptions) -> Work:
        """The work of a step with what a job asks of its prior. Raises WeightsMissing or WeightsDamaged."""
        family = source.family.name
        size = options.picture_size
        if size is None and family == "stable_diffusion" and source.path.is_dir():
            size = _PIXELS * read_json(source.path / "unet" / "config.json").get("sample_size", 64)
        return cls(preset, family, views, device, bool(options.fast_encoder), size, options.precision)

    def step_bytes(self, plan: Plan) -> float:
        """What a step takes beyond what is loaded, while it is at its largest, cut up as planned."""
        preset, views = self.preset, self.views
        cost, growth = FAMILY_COSTS[self.family], preset.growth
        wide_encoder, wide_denoiser = _widths(self)
        area = ((self.picture_size or cost.sees) / cost.sees) ** 2
        full_from = preset.score.full_encoder_from
        usual = preset.score.views if preset.distils else views
        samples = preset.proposal.samples if preset.scene.renderer == "proposal" else _INSIDE * preset.render.samples
        most, prior = 0.0, 0.0
        # The first size, the first with the full encoder, and the last.
        for progress in (0.0, min(full_from, 1.0), 1.0):
            is_fast = self.fast_encoder and (progress < full_from or full_from >= 1)
            encode = cost.fast_encode if is_fast else cost.encode
            shown = growth.views(usual, views, progress) if preset.distils else views
            size = growth.resolution(cost.resolution, progress) if preset.distils else cost.resolution
            points = shown * size**2 * samples
            at_once = points if plan.points_at_once is None else min(points, plan.points_at_once)
            most = max(most, points * _SAMPLE + at_once * _POINT.get(preset.scene.field, _OTHER_POINT))
            together = views * -(-(shown // views) // plan.accumulate)
            prior = max(prior, together * area * (wide_encoder * encode + wide_denoiser * 2 * cost.picture))
        return most + prior


@dataclass(frozen=True)
class FamilyCost:
    """resolution: pixels a side of its usual renders.  sees: pixels a side of the pictures that these are enlarged to.

    encode: bytes that the gradient of one picture's latents keeps.  fast_encode: the same of the family's TAESD; 0 for
    a family without one.  picture: bytes that the denoiser has at work for
    each of the two pictures of a view, a guess from its largest layers.  All in half precision.
    """

    resolution: int
    sees: int
    encode: float
    fast_encode: float
    picture: float


_PIXELS: Final = 8  # a side of what a number of Stable Diffusion's latents stands for
_ENCODE_512: Final = 1.69e9  # Stable Diffusion's autoencoder, which XL and 3 share but for the latents' channels
_TAESD_512: Final = 0.25e9  # counted with torch's meta device; it grows with the pixels alone
FAMILY_COSTS: Final = {
    "toybox": FamilyCost(64, 64, 0.0, 0.0, 10e6),
    "stable_diffusion": FamilyCost(64, 512, _ENCODE_512, _TAESD_512, 150e6),
    "stable_diffusion_xl": FamilyCost(64, 1024, 6.94e9, 4 * _TAESD_512, 600e6),
    "deepfloyd_if": FamilyCost(64, 64, 0.0, 0.0, 100e6),
    "stable_diffusion_3": FamilyCost(128, 512, _ENCODE_512, _TAESD_512, 250e6),
    "mvdream": FamilyCost(128, 256, 0.47e9, _TAESD_512 / 4, 50e6),
}
_POINT: Final = {"grid": 332.0, "triplane": 424.0, "hash": 1040.0, "mlp": 12_040.0}  # bytes for a point's gradient
_OTHER_POINT: Final = 1000.0  # of a field that is not counted yet
_SAMPLE: Final = 60.0  # bytes that stay of each sample: place, ray, weight, colour, and their gradients
_INSIDE: Final = 0.41  # share of a diameter's samples that lie inside the ball, on average over a picture's rays


def _widths(work: Work) -> tuple[int, int]:
    """How wide encoder and denoiser compute: 2 where they compute in float32, else 1."""
    chosen = chosen_precision(work.precision, work.device)
    return 2 if chosen.vae is torch.float32 else 1, 2 if chosen.denoiser is torch.float32 else 1
