"""The numbers of denoise-and-fit; what was tried for them is in docs/tuning.md."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DenoiseFitSettings"]


@dataclass(frozen=True)
class DenoiseFitSettings:
    guidance_weight: float = 4.0  # weight w of classifier-free guidance; diffusers' scale is w + 1
    contrast_rescale: float = 0.5  # share of the contrast added by guidance that is taken back, see rescale_contrast
    start_level: float = 0.95  # noise level of the first ring: little more than where the start shape is shows
    between_level: float = 0.8  # noise level of the second ring, whose cameras stand between the first ring's
    layouts: bool = True  # whether a prior that draws layouts begins with one, and redraws the shape later
    layout_rings: int = 2  # rings of cameras that the first layout is drawn for
    layout_draws: int = 4  # how often the first layout is drawn; the drawings are averaged
    # Noise level from which the first layout is drawn anew for the average: high enough to err elsewhere.
    layout_again_level: float = 0.85
    carve: bool = True  # whether the field starts as the visual hull of the first layout
    layout_level: float = 0.45  # noise level of the first ring after a layout
    redraw_share: float = 0.5  # share of the later rings beside which the layouts' network redraws the shape
    redraw_level: float = 0.65  # noise level of the first redrawn shape: high enough to change its parts
    redraw_end_level: float = 0.4  # noise level of the last redrawn shape: low enough to leave thin parts alone
    keep_shapes: int = 3  # newest redrawn shapes that are fitted
    first_shape_share: float = 0.3  # share of shape-fitting steps spent on the first layout instead of later shapes
    shape_rays: int = 1024  # extra rays a step that are fitted to shapes, once there are shapes
    high_level: float = 0.7  # noise level of the third ring: low enough to keep the sides that the first two have shown
    end_level: float = 0.22  # noise level of the last ring
    level_power: float = 1.0  # how noise levels fall from ring to ring: evenly at 1, above it quickly first
    first_elevation: float = 0.25  # rad, elevation of the first ring, and of all above the level all_round_below
    all_round_below: float = 0.55  # noise level below which rings go from low_elevation to high_elevation
    steps_per_ring: int = 30  # photometric steps between two rings
    first_steps: int = 4  # how many times as long as others the first ring is fitted
    ddim_steps: int = 13  # DDIM steps from noise level 1 to 0; from lower levels fewer, with the level's square
    min_ddim_steps: int = 3  # fewest DDIM steps from any noise level
    keep: int = 6  # newest rings whose pictures are fitted
    rays: int = 3072  # rays a step that are fitted to pictures
    newest_share: float = 0.5  # share of steps on recent rings that go to the newest, the others to any of them
    anchor_share: float = 0.25  # share of the steps that go to the first ring, drawn with no shape in the way
    layout_end_share: float = 0.1  # what anchor_share ends at if the first ring is a layout's: its colours are rough
    photometric_weight: float = 50.0  # weight on colours, and on shapes' opacity
    silhouette_weight: float = 15.0  # weight on opacity outside of silhouettes, and on the lack of it inside
    normal_weight: float = 0.5  # weight on normals that disagree with shapes', or with pictures' if the prior sees any
    entropy_weight: float = 0.003  # weight on rays that neither hit nor miss, growing from 0
    shaded_share: float = 0.7  # share of the rings below shaded_below that are shown lit, the others as plain albedo
    ambient: float = 0.45  # brightness of what no light reaches; the rest, up to 1, comes from the light
    shaded_below: float = 0.8  # noise level above which no ring is shown lit: there the prior draws its own light
    own_light: float = 0.75  # mean brightness of surfaces in the prior's own light; 0.72 in the toybox's pictures
    averaged_below: int = 128  # pixels a side below which pictures are shown as means of four rays a pixel
    fov: float = 0.75  # rad, field of view of all cameras
    margin: float = 1.05  # m, radius of the sphere that fills the view
    low_elevation: float = -0.1  # rad, lowest elevation of a ring of cameras
    high_elevation: float = 0.6  # rad, highest elevation of a ring of cameras
