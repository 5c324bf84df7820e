"""What the judge reads on the world's own renders: the ceiling for anything that is made after its captions."""

from __future__ import annotations

import math
from typing import Any, Final

import torch
from torch import Tensor

from backend.cameras import orbit
from toybox.training.judging import CLAY, in_clay
from toybox.training.pictures import Look, compose
from toybox.training.seeds import numpy_stream
from toybox.training.settings import Settings
from toybox.training.views import World, look
from toybox.training.words import Words

__all__ = ["AZIMUTHS", "ceiling"]

AZIMUTHS: Final = 8  # from the front counter-clockwise, as in the benchmark (backend/rendering/turntable.py)
ELEVATION: Final = math.radians(17)
FOV: Final = 0.75  # rad
DISTANCE: Final = 1.1 / math.sin(FOV / 2)  # m
AMBIENT: Final = 0.45
BACKGROUND: Final = 0.85


@torch.no_grad()
def ceiling(
    model: Any, words: Words, world: World, settings: Settings, variants: int, device: torch.device
) -> dict[str, Any]:
    """Colour and clay: shares of views whose own caption wins among those of all subjects.

    model: a CLIPModel.  variants: how many toys of each subject are looked at.
    Returns, for each kind, `per_view`, `by_mean` (of the eight views), `views` (by azimuth) and `objects` (by subject).
    """
    right: dict[str, list[Tensor]] = {"colour": [], "clay": []}
    mean: dict[str, list[Tensor]] = {"colour": [], "clay": []}
    subjects: list[str] = []
    for variant in range(variants):
        toys = world.one_of_each(numpy_stream("ceiling", variant))
        subjects = [toy.subject for toy in toys]
        tokens = words([toy.caption for toy in toys]).to(device)
        count = len(toys) * AZIMUTHS
        azimuth = torch.arange(AZIMUTHS, device=device).repeat(len(toys)) * (2 * math.pi / AZIMUTHS)
        rest = (torch.full((count,), each, device=device) for each in (ELEVATION, DISTANCE, FOV))
        cameras = orbit(azimuth, *rest)
        network = settings.network
        views = look(world, toys, cameras, network.resolution, settings.data.anti_alias)
        albedo, mask, normal = (each.flatten(0, 1) for each in (views.albedo, views.mask, views.normal))
        # A light over the viewer's shoulder.
        back, up = cameras.pose[:, :, 2], cameras.pose[:, :, 1]
        light = torch.nn.functional.normalize(back + 0.6 * up, dim=-1)
        ambient = torch.full((count,), AMBIENT, device=device)
        grey = torch.full((count, 3), BACKGROUND, device=device)
        shade = Look(light, ambient, 1 - ambient, grey)
        for kind, surface, said in (
            ("colour", albedo, tokens),
            ("clay", CLAY * mask, in_clay(tokens, words, world.colours)),
        ):
            pictures = compose(surface, mask, normal, shade) * 2 - 1
            logits = model(input_ids=said, pixel_values=pictures).logits_per_image.float()
            logits = logits.view(len(toys), AZIMUTHS, len(toys))
            own = torch.arange(len(toys), device=device)
            # A caption that two subjects share is right for both.
            best = logits.diagonal(dim1=0, dim2=2).T  # [subjects, views]
            right[kind].append((best >= logits.amax(dim=2)).float())
            middle = logits.mean(dim=1)
            mean[kind].append((middle[own, own] >= middle.amax(dim=1)).float())
    return {kind: summary(torch.stack(right[kind]), torch.stack(mean[kind]), subjects) for kind in right}


def summary(right: Tensor, mean: Tensor, subjects: list[str]) -> dict[str, Any]:
    """right: [variants, subjects, views].  mean: [variants, subjects]."""
    return {
        "per_view": right.mean().item(),
        "by_mean": mean.mean().item(),
        "views": [round(each, 4) for each in right.mean(dim=(0, 1)).tolist()],
        "objects": dict(zip(subjects, [[round(x, 3) for x in row] for row in right.mean(dim=0).tolist()], strict=True)),
    }
