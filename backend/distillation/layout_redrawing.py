"""Shapes beside later rings: the field is seen as a layout, and the network that draws layouts redraws it.

The prior's own rings sharpen what each view shows, but it barely hears its cameras, and parts that it draws into one
view and not into the next wear down. This network hears them. Its colours are not fitted: it is small, its pictures
are coarse, and from ring to ring they would drift.
"""

from __future__ import annotations

import torch
from torch import Tensor

from backend.cameras import Cameras, random_ring
from backend.distillation.base import Scene
from backend.distillation.bridging import bridges, drawn_in
from backend.distillation.denoise_fit_settings import DenoiseFitSettings
from backend.distillation.layout_drawing import enlarged
from backend.distillation.layout_seeing import layout_of
from backend.distillation.shape_rings import ShapeRing
from backend.priors.layouts import DrawsLayouts, Layout

__all__ = ["redraw_shape"]


@torch.no_grad()
def redraw_shape(scene: Scene, settings: DenoiseFitSettings, level: float, joints: Tensor) -> tuple[ShapeRing, Tensor]:
    """Opacity and normals of two rings of views, one from above and one from below, from a noise level down.

    joints: [K, 3], points that stay solid, see `bridges`. They are returned with those that the new shapes lack.
    """
    prior = scene.prior
    assert isinstance(prior, DrawsLayouts)
    middle, fovs = settings.first_elevation, (settings.fov, settings.fov)
    rings = [
        random_ring(prior.views, elevations, fovs, settings.margin, scene.generator, scene.device)
        for elevations in ((middle, settings.high_elevation), (settings.low_elevation, middle))
    ]
    # One after the other: as much at once as the prior's own rings take.
    seen = [layout_of(scene, cameras) for cameras in rings]
    start = Layout(*(torch.cat(maps) for maps in zip(*seen, strict=True)))
    cameras = Cameras.join(rings)
    layout = prior.draw_layout(scene.prompt, scene.negative_prompt, cameras, scene.generator, start, level)
    layout = drawn_in(enlarged(layout, prior.resolution), cameras, joints)
    more = bridges(layout, cameras)
    layout = drawn_in(layout, cameras, more)
    return ShapeRing(cameras, layout.opacity[:, 0], layout.normals), torch.cat([joints, more])
