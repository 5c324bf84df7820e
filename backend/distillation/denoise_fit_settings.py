"""The numbers of denoise-and-fit; what was tried for them is in docs/tuning.md."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DenoiseFitSettings"]


@dataclass(frozen=True)
class DenoiseFitSettings:
    guidance_weight: float = 4.0  # the paper's w; diffusers' scale is w + 1
    contrast_rescale: float = 0.5  # see rescale_contrast
    start_level: float = 0.95  # noise level of the first ring: little more than where the start shape is shows
    between_level: float = 0.8  # of the second, which looks from between the first one's cameras
    layouts: bool = True  # whether a prior that draws layouts begins with one, and redraws the shape later
    layout_rings: int = 2  # of cameras it is seen from
    layout_draws: int = 4  # of the first layout, which count together
    layout_again_level: float = 0.85  # noise level from which all but one are drawn: high enough to err elsewhere
    carve: bool = True  # whether the field begins as their hull
    layout_level: float = 0.45  # noise level of the ring after them
    redraw_share: float = 0.5  # of the later rings have shapes beside them that the layouts' network redraws
    redraw_level: float = 0.65  # noise level it redraws from at first: high enough to change the shape's parts
    redraw_end_level: float = 0.4  # and in the end: low enough to leave thin ones where they are
    keep_shapes: int = 3  # rings whose shapes are fitted
    first_shape_share: float = 0.3  # of the steps, in which shapes are fitted, go to the layout that it began with
    shape_rays: int = 1024  # a photometric step, besides, once there are any
    high_level: float = 0.7  # of the third: low enough to keep the sides that the first two have shown
    end_level: float = 0.22  # of the last
    level_power: float = 1.0  # above 1 the levels fall quickly first
    first_elevation: float = 0.25  # rad; above all_round_below the rings stay about here, where the first one was
    all_round_below: float = 0.55  # noise level; below it they go as high and low as the elevations below allow
    steps_per_ring: int = 30  # photometric steps between two rings
    first_steps: int = 4  # the first ring is fitted for this many times as long
    ddim_steps: int = 13  # from noise level 1 to 0; from lower ones fewer, see _ddim_steps
    min_ddim_steps: int = 3
    keep: int = 6  # rings whose pictures are fitted
    rays: int = 3072  # a photometric step
    newest_share: float = 0.5  # of the steps go to the newest ring
    anchor_share: float = 0.25  # of the steps go to the first ring, which alone was drawn without a shape in the way
    layout_end_share: float = 0.1  # in the end, where that was a layout's: its colours are rough
    photometric_weight: float = 50.0  # on colours, and on shapes' opacity
    silhouette_weight: float = 15.0  # on opacity outside of silhouettes, and on the lack of it inside
    normal_weight: float = 0.5  # on the normals' disagreement, of shapes, and of pictures where the prior sees normals
    entropy_weight: float = 0.003  # on rays that neither hit nor miss, growing from 0
    shaded_share: float = 0.7  # of the rings are shown to the prior under a light, the others as plain albedo
    ambient: float = 0.45
    shaded_below: float = 0.8  # noise level; above it the prior draws a light of its own
    own_light: float = 0.75  # mean brightness of surfaces under that; 0.72 in the toybox's training pictures
    averaged_below: int = 128  # pixels a side; so small pictures are shown as means of four rays a pixel
    fov: float = 0.75  # rad
    margin: float = 1.05  # m, radius of the sphere that fills the view
    low_elevation: float = -0.1  # rad
    high_elevation: float = 0.6  # rad
