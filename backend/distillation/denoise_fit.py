"""Denoise and fit: pictures of the object are made better by the prior, and the field is fitted to them, in turns.

At descending noise levels: render a ring of views, add noise, let the prior denoise them together in a few guided
DDIM steps, and fit the field to these and the last few rings' pictures by plain photometric steps on random rays.
The idea is that of dataset updates (Instruct-NeRF2NeRF, 2303.12789) and of SDEdit (2108.01073) with a multi-view
prior; descending levels follow DreamFlow (2403.14966), without its learnt source score. Where the prior draws layouts,
the first ring is made of one, and shapes that it redraws are fitted beside later ones.
"""

from __future__ import annotations

import math
from typing import TypeVar

import torch
from torch import Tensor

from backend.cameras import Cameras, random_ring, ring
from backend.distillation.base import Scene
from backend.distillation.carving import carve
from backend.distillation.denoise_fit_settings import DenoiseFitSettings
from backend.distillation.first_ring import FirstRingSettings, first_ring_calls
from backend.distillation.layout_drawing import draw_from_layout
from backend.distillation.layout_redrawing import redraw_shape
from backend.distillation.ring_drawing import draw_ring
from backend.distillation.ring_fitting import ring_loss, shape_loss
from backend.distillation.shape_rings import ShapeRing
from backend.distillation.target_rings import Ring
from backend.schedules import ramp

__all__ = ["DenoiseFit", "DenoiseFitSettings"]

AnyRing = TypeVar("AnyRing", Ring, ShapeRing)


class DenoiseFit:
    """See the module."""

    label = "Denoise and fit"

    def __init__(
        self,
        settings: DenoiseFitSettings,
        steps: int,
        entry: float = 0.0,
        first_ring: FirstRingSettings = FirstRingSettings(),  # noqa: B008  # frozen
        has_object: bool = False,
        layouts: bool = False,
    ) -> None:
        """entry: progress at which the noise levels are entered.

        has_object: whether there is one to begin with, and if so layouts redraw it. Else the first ring is one of
        several, or made from a layout.  layouts: whether the prior draws them.
        """
        self.settings = settings
        self.first_ring = first_ring
        self.entry = entry
        self.has_object = has_object
        self.draws_layouts = layouts and settings.layouts
        self.drawing_level = 1 - entry**2  # networks keep what they are shown until high levels: enter them early
        self.begins_with_layout = self.draws_layouts and self.drawing_level > settings.redraw_end_level
        self.has_first_ring = self.begins_with_layout or not has_object  # which is fitted for long, and kept
        self.first_steps = max(1, round((1 - entry) * settings.first_steps)) if self.has_first_ring else 1
        self.rounds = max(1, round(steps / settings.steps_per_ring) - self.first_steps + 1)
        self.step = 0
        self.round = 0
        self.rings: list[Ring] = []
        self.shapes: list[ShapeRing] = []
        self.anchor: Ring | None = None
        self.first_shape: ShapeRing | None = None
        self.joints = torch.zeros(0, 3)  # points of the layout that hold its parts together, see `bridges`

    def loss(self, scene: Scene, progress: float) -> Tensor:
        """Make what is due anew, pictures or shapes; then compare random rays with them."""
        settings = self.settings
        if self.step >= self._due(self.round) and self.round < self.rounds:
            if self.round == 0 and self.begins_with_layout:
                made, shape = self._first_of_layout(scene)
            else:
                shape, made = self._redrawn(scene), self._new_ring(scene)
            if not made.is_finite() or (shape is not None and not shape.is_finite()):
                # Among the targets it could get into a snapshot, and no rewind would be rid of it.
                return made.pictures.new_tensor(torch.nan)
            self._keep(made, shape)
        self.step += 1
        target, shape = self._target(scene.generator, progress), self._shape(scene.generator)
        # The prior barely hears its cameras, and its outlines are of no one object; shapes are.
        loss = ring_loss(target, scene, settings, progress, outlines=shape is None)
        return loss if shape is None else loss + shape_loss(shape, scene, settings)

    @property
    def changes_scene(self) -> bool:
        """See Objective."""
        return self.round == 0 and self.begins_with_layout and self.settings.carve

    def calls_within(self, steps: int) -> int:
        """See Objective."""
        calls = [self._ddim_steps(index) for index in range(self.rounds) if self._due(index) < steps]
        if calls and self.has_first_ring:
            calls[0] = 0 if self.begins_with_layout else first_ring_calls(self.first_ring, calls[0])
        return sum(calls)

    def ring_count(self, progress: float) -> int:
        """One, which is denoised together.  See Objective."""
        return 1

    def _due(self, index: int) -> int:
        """The step at which the index-th ring is made; the first is fitted for longer than the others."""
        return 0 if index == 0 else (index + self.first_steps - 1) * self.settings.steps_per_ring

    def _keep(self, made: Ring, shape: ShapeRing | None) -> None:
        """Take a new ring among the targets."""
        if self.round == 0 and self.has_first_ring:
            self.anchor, self.first_shape = made, shape
        self.rings = [*self.rings, made][-self.settings.keep :]
        if shape is not None and self.round > 0:
            self.shapes = [*self.shapes, shape][-self.settings.keep_shapes :]
        self.round += 1

    def _target(self, generator: torch.Generator, progress: float) -> Ring:
        """The ring whose pictures the coming step is fitted to."""
        settings = self.settings
        end = settings.layout_end_share if self.begins_with_layout else settings.anchor_share
        share = ramp(settings.anchor_share, end, progress)
        if self.anchor is not None and torch.rand((), generator=generator) < share:
            return self.anchor
        return self._recent(self.rings, generator)

    def _shape(self, generator: torch.Generator) -> ShapeRing | None:
        """The shapes that the coming step is fitted to, beside pictures."""
        share = self.settings.first_shape_share
        has_first = self.first_shape is not None and share > 0
        if has_first and (not self.shapes or torch.rand((), generator=generator) < share):
            return self.first_shape
        return self._recent(self.shapes, generator) if self.shapes else None

    def _recent(self, rings: list[AnyRing], generator: torch.Generator) -> AnyRing:
        """The newest, or any of those that are kept."""
        newest = torch.rand((), generator=generator) < self.settings.newest_share
        return rings[-1 if newest else int(torch.randint(len(rings), (), generator=generator))]

    def noise_level(self, index: int) -> float:
        """Noise level, 0 … 1, of the index-th ring."""
        settings = self.settings
        high = settings.high_level
        if self.begins_with_layout:
            high = settings.layout_level
            progress = ramp(self.entry, 1.0, max(0, index - 1) / max(1, self.rounds - 2))
        elif self.entry:
            progress = ramp(self.entry, 1.0, index / max(1, self.rounds - 1))
        elif index < 2:
            return (settings.start_level, settings.between_level)[index]
        else:
            progress = (index - 2) / max(1, self.rounds - 3)
        share = progress ** (1 / settings.level_power)
        return high + (settings.end_level - high) * share

    def _redrawn(self, scene: Scene) -> ShapeRing | None:
        """The shape that the layouts' network redraws beside the coming ring: evenly spread over the later ones."""
        settings, index = self.settings, self.round
        is_due = int((index + 1) * settings.redraw_share) > int(index * settings.redraw_share)
        if not (self.draws_layouts and index > 0 and is_due):
            return None
        progress = ramp(self.entry, 1.0, index / max(1, self.rounds - 1))
        level = ramp(settings.redraw_level, settings.redraw_end_level, progress)
        shape, self.joints = redraw_shape(scene, settings, level, self.joints.to(scene.device))
        return shape

    def _ddim_steps(self, index: int) -> int:
        """Growing with the level's square: at high levels few steps give the mean of all that could be, a blur."""
        settings = self.settings
        return max(settings.min_ddim_steps, round(settings.ddim_steps * self.noise_level(index) ** 2))

    def _first_of_layout(self, scene: Scene) -> tuple[Ring, ShapeRing]:
        """The ring and the shapes that everything else is built on; the field becomes their hull."""
        made, shape, self.joints = draw_from_layout(scene, self.settings, self.drawing_level)
        if self.settings.carve and shape.is_finite():
            carve(scene.field, shape, scene.generator)
            scene.renderer.refresh(scene.field)  # or it would look for new legs where the parent has none
        return made, shape

    def _new_ring(self, scene: Scene) -> Ring:
        level, steps = self.noise_level(self.round), self._ddim_steps(self.round)
        first = None if self.round or self.has_object else self.first_ring
        return draw_ring(scene, self.settings, self._cameras(scene, level), level, steps, first)

    def _cameras(self, scene: Scene, level: float) -> Cameras:
        """The next ring's cameras: the first two rings share eight sides, which a layout shows at once; then any."""
        settings, views = self.settings, scene.prior.views
        if self.round < 2 and not self.entry and not self.begins_with_layout:
            azimuth = self.round * math.pi / views
            return ring(views, azimuth, settings.first_elevation, settings.fov, settings.margin, scene.device)
        elevations = (settings.low_elevation, settings.high_elevation)
        if level >= settings.all_round_below:
            elevations = (settings.first_elevation, settings.first_elevation)
        fovs = (settings.fov, settings.fov)
        return random_ring(views, elevations, fovs, settings.margin, scene.generator, scene.device)

    def state_dict(self) -> dict[str, Tensor]:
        """The pictures and shapes in use and how far the rounds are."""
        kept: dict[str, Ring | ShapeRing] = {f"ring{index}": target for index, target in enumerate(self.rings)}
        kept |= {f"shape{index}": target for index, target in enumerate(self.shapes)}
        if self.anchor is not None:
            kept["anchor"] = self.anchor
        if self.first_shape is not None:
            kept["first"] = self.first_shape
        state = {"counters": torch.tensor([self.step, self.round]), "joints": self.joints}
        return state | {
            f"{name}.{key}": value for name, ring in kept.items() for key, value in ring.state_dict().items()
        }

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """See Objective."""
        self.step, self.round = (int(x) for x in state["counters"])
        self.joints = state.get("joints", torch.zeros(0, 3))  # none in older checkpoints; those of now are undone
        parts: dict[str, dict[str, Tensor]] = {}
        for name, value in state.items():
            owner, _, key = name.partition(".")
            parts.setdefault(owner, {})[key] = value
        self.rings, self.shapes = [], []
        while (name := f"ring{len(self.rings)}") in parts:
            self.rings.append(Ring.from_state(parts[name]))
        while (name := f"shape{len(self.shapes)}") in parts:
            self.shapes.append(ShapeRing.from_state(parts[name]))
        self.anchor = Ring.from_state(parts["anchor"]) if "anchor" in parts else None
        self.first_shape = ShapeRing.from_state(parts["first"]) if "first" in parts else None
