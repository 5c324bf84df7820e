"""The first ring of a prior that brings layouts along: a layout from pure noise.

What the layout decides is what the prior cannot: which side of the object each camera sees, so that all pictures are
of one object.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import torch
from torch import Tensor

from backend.cameras import Cameras, ring
from backend.distillation.backgrounds import background_apart
from backend.distillation.base import Scene
from backend.distillation.bridging import bridges, drawn_in
from backend.distillation.denoise_fit_settings import DenoiseFitSettings
from backend.distillation.layout_seeing import CLEAR, layout_of
from backend.distillation.shape_rings import ShapeRing
from backend.distillation.target_rings import Ring
from backend.priors.layouts import DrawsLayouts, Layout, spread
from backend.priors.pictures import resized

__all__ = ["FirstOfLayout", "draw_from_layout", "enlarged", "layout_cameras", "together"]

FEW: Final = 0.15  # share of layouts that show something in a pixel, up to which nothing is there
MOST: Final = 0.6  # from which the object is


class FirstOfLayout(NamedTuple):
    """What a run begins with.  joints: [K, 3], see `bridges`."""

    ring: Ring
    shape: ShapeRing
    joints: Tensor


def layout_cameras(settings: DenoiseFitSettings, views: int, device: torch.device) -> Cameras:
    """Rings of cameras, each turned so far that all azimuths are equally far apart."""
    turns = (2 * math.pi / (views * settings.layout_rings) * index for index in range(settings.layout_rings))
    return Cameras.join(
        [ring(views, turn, settings.first_elevation, settings.fov, settings.margin, device) for turn in turns]
    )


@torch.no_grad()
def draw_from_layout(scene: Scene, settings: DenoiseFitSettings, level: float = 1.0) -> FirstOfLayout:
    """Pictures of the layout as it is, unlit, its shapes, and what joins its parts.

    level: the noise level from which it is drawn; below 1 it is the field that is redrawn.

    They are what a run is anchored in, and not what the prior makes of them: its colours stray, white to green and
    yellow to olive, and later rings bring its light and its details.
    """
    prior = scene.prior
    assert isinstance(prior, DrawsLayouts)
    cameras = layout_cameras(settings, prior.views, scene.device)
    layout = enlarged(_drawn_again(scene, prior, settings, cameras, level), prior.resolution)
    joints = bridges(layout, cameras)
    layout = drawn_in(layout, cameras, joints)
    colour = layout.albedo * layout.opacity
    background = background_apart(colour.permute(0, 2, 3, 1).flatten(0, 2), layout.opacity.flatten(), scene.generator)
    pictures = colour + (1 - layout.opacity) * background[:, None, None]
    shape = ShapeRing(cameras, layout.opacity[:, 0], layout.normals)
    return FirstOfLayout(Ring.of(cameras, pictures, light=None), shape, joints)


def _drawn_again(
    scene: Scene, prior: DrawsLayouts, settings: DenoiseFitSettings, cameras: Cameras, level: float
) -> Layout:
    """A layout, and what the network makes of it with other noise, taken together: drawings of one and the same object.

    Each from noise alone would be of another object, where the prompt leaves that open.
    """
    said = scene.prompt, scene.negative_prompt, cameras, scene.generator
    first = prior.draw_layout(*said, layout_of(scene, cameras) if level < 1 else None, level)
    again = [
        prior.draw_layout(*said, first, min(level, settings.layout_again_level))
        for _ in range(settings.layout_draws - 1)
    ]
    return together([first, *again]) if again else first


def together(layouts: list[Layout]) -> Layout:
    """What half or more of several layouts of the same views show; noise and gaps in thin parts are each one's own.

    Albedo counts by its opacity.
    """
    opacity = torch.stack([each.opacity for each in layouts]).mean(dim=0)
    colour = torch.stack([each.albedo * each.opacity for each in layouts]).mean(dim=0)
    normals = torch.stack([each.normals for each in layouts]).mean(dim=0)
    albedo = (colour / opacity.clamp(min=CLEAR)).clamp(0, 1)
    return Layout(albedo, spread(opacity, FEW, MOST), normals)


def enlarged(layout: Layout, size: int) -> Layout:
    """The layout at another resolution. Albedo counts by its opacity: beside the object there is none."""

    opacity = resized(layout.opacity, size)
    albedo = resized(layout.albedo * layout.opacity, size) / opacity.clamp(min=CLEAR)
    return Layout(albedo.clamp(0, 1), opacity, resized(layout.normals, size))
