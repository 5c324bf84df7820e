"""Perp-Neg: the texts of the other directions as negative prompts, so that an object gets one face and not four.

For priors that see one view and are told the direction in words. Source: Armandpour et al. 2023 (2304.04968), the
curves' numbers are those of the authors' code.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import torch
from torch import Tensor

from backend.cameras import Cameras, orbit
from backend.distillation.query import Query
from backend.priors.base import Condition, classifier_free_guidance
from dreamfusion_blender.errors import BadSpec

__all__ = ["negative_weights", "perp_neg_noise", "perpendicular"]

FRONT, SIDE, BACK = range(3)
AZIMUTHS: Final = (0.0, math.pi / 2, math.pi)  # rad, at which a prior says front, side and back
OVERHEAD: Final = math.pi / 3  # rad, elevation above which a prior says overhead (DreamFusion §3.2)

# (a, b, c) of a · exp(-b x) + c, how strong a negative is when the view has the share x of the text named first.
FRONT_BESIDE_SIDE: Final = (4.0, 0.5, -2.426)
SIDE_BESIDE_FRONT: Final = (4.0, 0.5, -2.426)
SIDE_BESIDE_BACK: Final = (1.0, 0.5, -0.606)
FRONT_BEHIND: Final = (1.0, 0.5, 0.967)


def perp_neg_noise(query: Query, noise: Tensor, guidance_weight: float, contrast_rescale: float) -> Tensor:
    """ε̂ as Query.guided_noise has it, pushed off the other directions' texts; costs the prior a second call.

    ε̂ = (1 + w) ε(y) - w ε(∅) - (1 + w) Σ weight_i · (ε(y_i) - ε(∅))⊥, where ⊥ is the part at right angles to
    ε(y) - ε(∅), and y is between the two nearest directions' texts.
    """
    wording = query.wording
    if wording is None or query.prior.views > 1:
        raise BadSpec(
            "Perp-Neg needs a prior that looks at one view at a time and is told the direction in words. "
            "Choose single views and leave score.view_prompts on, or set sds.perp_neg to false"
        )
    prior = query.prior
    texts = prior.condition(wording.prompt, wording.negative_prompt, _three_cameras(wording.cameras))
    noisy = prior.schedule.add_noise(query.z.detach(), noise, query.timestep)
    wanted = positive_condition(query.condition, texts, wording.cameras)
    conditional, unconditional = prior.predict_noise(noisy, query.timestep, wanted)
    guided = classifier_free_guidance(conditional, unconditional, guidance_weight)
    which, weights = negative_weights(wording.cameras)
    if weights.any():
        # A condition holds two texts; here both are negatives, so that one call answers for both.
        pair = negative_condition(query.condition, texts, which)
        for weight, away in zip(weights, prior.predict_noise(noisy, query.timestep, pair), strict=True):
            push = perpendicular(away - unconditional, conditional - unconditional)
            guided = guided - (1 + guidance_weight) * weight.view(-1, *[1] * (push.dim() - 1)) * push
    return query.with_contrast_of(noisy, guided, conditional, contrast_rescale)


def perpendicular(vectors: Tensor, axes: Tensor) -> Tensor:
    """The part of each picture's vector that is at right angles to its axis.  [B, ...] both, and the result."""
    flat, axis = vectors.flatten(1), axes.flatten(1)
    share = (flat * axis).sum(dim=1) / axis.square().sum(dim=1).clamp(min=1e-12)
    return (flat - share[:, None] * axis).view_as(vectors)


def negative_weights(cameras: Cameras) -> tuple[Tensor, Tensor]:
    """Which two texts each of B views is pushed off, [2, B] of FRONT, SIDE and BACK, and how strongly, [2, B]."""
    in_front, share = _between(cameras)
    which = torch.where(in_front, torch.tensor([[FRONT], [SIDE]]), torch.tensor([[SIDE], [FRONT]]))
    beside = torch.stack([_decay(FRONT_BESIDE_SIDE, share), _decay(SIDE_BESIDE_FRONT, 1 - share)])
    behind = torch.stack([_decay(SIDE_BESIDE_BACK, share), _decay(FRONT_BEHIND, share)])
    weights = torch.where(in_front, beside, behind)
    overhead = cameras.elevation.cpu() > OVERHEAD
    return which, torch.where(overhead, 0.0, weights).to(cameras.pose.device)


def positive_condition(condition: Condition, texts: Condition, cameras: Cameras) -> Condition:
    """What each view is asked for: a mixture of the two nearest directions' texts; overhead its own text."""
    in_front, share = _between(cameras)
    zero = torch.zeros_like(share)
    front, back = torch.where(in_front, share, zero), torch.where(in_front, zero, 1 - share)
    shares = torch.stack([front, 1 - front - back, back], dim=1)
    overhead = cameras.elevation > OVERHEAD

    def mix(three: Tensor, own: Tensor) -> Tensor:
        mixed = torch.einsum("bk,k...->b...", shares.to(three), three)
        return torch.where(overhead.view(-1, *[1] * (own.dim() - 1)), own, mixed)

    pooled = condition.pooled
    if pooled is not None and texts.pooled is not None:
        pooled = mix(texts.pooled, pooled)
    return replace(condition, text=mix(texts.text, condition.text), pooled=pooled)


def negative_condition(condition: Condition, texts: Condition, which: Tensor) -> Condition:
    """A condition whose prompt and negative prompt are the two texts each view is pushed off.  which: [2, B]."""
    first, second = which.to(texts.text.device)
    negatives = replace(condition, text=texts.text[first], empty_text=texts.text[second])
    if texts.pooled is None:
        return negatives
    return replace(negatives, pooled=texts.pooled[first], empty_pooled=texts.pooled[second])


def _three_cameras(like: Cameras) -> Cameras:
    """Cameras at the front, the side and the back, which a prior is to put into words."""
    device = like.pose.device
    azimuths = torch.tensor(AZIMUTHS, device=device)
    return orbit(azimuths, torch.zeros_like(azimuths), torch.full_like(azimuths, 3.0), like.fov[:1].expand(3))


def _between(cameras: Cameras) -> tuple[Tensor, Tensor]:
    """On the CPU: whether each view is before or behind the side, and its share of front, or of side. [B] both."""
    turn = torch.atan2(cameras.azimuth.sin(), cameras.azimuth.cos()).abs().cpu() / (math.pi / 2)  # 0 … 2
    in_front = turn < 1
    return in_front, torch.where(in_front, 1 - turn, 2 - turn)


def _decay(curve: tuple[float, float, float], share: Tensor) -> Tensor:
    a, b, c = curve
    return (a * torch.exp(-b * share) + c).clamp(min=0)
