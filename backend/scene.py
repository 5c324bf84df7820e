"""What a scene is made of: which field, which renderer and which background, and how each is made from a preset.

Another field, renderer or background is a file of its own with its settings, a part of `Preset`, a name here and a
line in the function that makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import torch

from backend.distillation.base import Scene
from backend.fields.base import Field
from backend.fields.grid import GridField
from backend.fields.hash_grid import HashField
from backend.fields.mlp import MLPField
from backend.fields.shaping import Shaping
from backend.fields.triplane import TriplaneField
from backend.priors.base import Prior
from backend.rendering.background import Background, NetworkBackground, PlainBackground
from backend.rendering.base import Renderer
from backend.rendering.proposal import ProposalRenderer
from backend.rendering.raymarch import RayMarcher

if TYPE_CHECKING:
    from backend.presets import Preset

__all__ = ["FIELD_PARTS", "FieldName", "SceneSettings", "make_field", "make_scene"]

FieldName = Literal["grid", "mlp", "triplane", "hash"]
FIELD_PARTS: Final[dict[FieldName, str]] = {"grid": "field", "mlp": "mlp", "triplane": "triplane", "hash": "hash"}
"""The part of a preset that has a field's settings."""
RendererName = Literal["occupancy", "proposal"]
BackgroundName = Literal["plain", "network"]


@dataclass(frozen=True)
class SceneSettings:
    field: FieldName = "grid"  # kind of field, each with its own settings: [field] for grid, [mlp], [triplane], [hash]
    renderer: RendererName = "occupancy"  # kind of renderer, each with its own settings: [render], [proposal]
    background: BackgroundName = "plain"  # what is behind the object in score distillation; see [network_background]


def make_scene(
    preset: Preset,
    prior: Prior,
    prompts: tuple[str, str],
    generator: torch.Generator,
    device: torch.device,
    shaping: Shaping | None = None,
) -> Scene:
    """A scene at its beginning.  prompts: the prompt and the negative prompt."""
    field = make_field(preset, generator, device, shaping)
    renderer = make_renderer(preset, generator, device)
    background = make_background(preset, generator, device)
    return Scene(field, renderer, background, prior, *prompts, generator, device)


def make_field(
    preset: Preset, generator: torch.Generator, device: torch.device, shaping: Shaping | None = None
) -> Field:
    """A field at its beginning.  shaping: what is known of the shape before."""
    field = _field_of(preset, generator)
    if shaping is not None:
        field.shape_by(shaping)
    return field.to(device)


def _field_of(preset: Preset, generator: torch.Generator) -> GridField | MLPField | TriplaneField | HashField:
    """The one place that knows which field a name means."""
    match preset.scene.field:
        case "grid":
            return GridField(preset.field, generator)
        case "mlp":
            return MLPField(preset.mlp, generator)
        case "triplane":
            return TriplaneField(preset.triplane, generator)
        case "hash":
            return HashField(preset.hash, generator)


def make_renderer(preset: Preset, generator: torch.Generator, device: torch.device) -> Renderer:
    """The one place that knows which renderer a name means."""
    match preset.scene.renderer:
        case "occupancy":
            return RayMarcher(preset.render, device)
        case "proposal":
            return ProposalRenderer(preset.proposal, generator, device)


def make_background(preset: Preset, generator: torch.Generator, device: torch.device) -> Background:
    """The one place that knows which background a name means."""
    match preset.scene.background:
        case "plain":
            return PlainBackground()
        case "network":
            return NetworkBackground(preset.network_background, generator, device)
