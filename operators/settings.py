"""What the artist sets in the panel, stored with the scene, and how it becomes a job spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy
import tomllib
from bpy.props import EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty
from bpy.types import PropertyGroup

from ..dreamfusion_blender.job import JobSpec, preset_names
from ..dreamfusion_blender.models import CATALOGUE, Model, absolute
from ..dreamfusion_blender.paths import ROOT

if TYPE_CHECKING:
    from bpy.types import Context, Operator

SEED_LIMIT = 2**31 - 1
_DEFAULTS = JobSpec()

PRESET_ORDER = ("preview", "standard", "high")
"""From quick to careful; presets that are not named here follow in the alphabet's order."""

DEVICES = (
    ("auto", "Automatic", "A GPU where the backend can use one, otherwise the processor"),
    ("cpu", "CPU", "The processor, also where there is a GPU"),
    ("cuda", "CUDA", "The first NVIDIA GPU"),
    ("mps", "Metal", "The GPU of an Apple computer"),
)
VIEWS = (
    ("auto", "Automatic", "As many views at a time as the prior looks at together"),
    ("single", "Single View", "One view at a time, its direction said in words"),
    ("multi", "Multi-View", "Four views at a time, for priors that were trained so"),
)

CUSTOM = "CUSTOM"
"""The menu's entry for a model that the catalogue does not have; no catalogue's name has capital letters."""

# Blender 4.5 and later warn of a path with `//`, the .blend file's folder, unless told that this is well.
_PATH_OPTIONS = {"PATH_SUPPORTS_BLEND_RELATIVE"} if bpy.app.version >= (4, 5, 0) else set()


def prior_items() -> list[tuple[str, str, str]]:
    """The catalogue as a menu, and an entry for everything else."""
    models = [(model.name, model.label, _about(model)) for model in CATALOGUE]
    return [*models, (CUSTOM, "Custom", "A model of the hub, a diffusers folder, or a .safetensors file")]


def _about(model: Model) -> str:
    size = f"about {model.download_gb:g} GB to download" if model.repository else "ships with the extension"
    return f"{size}; licence {model.licence}"


def preset_items() -> list[tuple[str, str, str]]:
    """The presets as a menu, from quick to careful, in the words of their own files."""
    known = preset_names()
    names = [name for name in PRESET_ORDER if name in known] + [name for name in known if name not in PRESET_ORDER]
    presets = {name: _read_preset(name) for name in names}
    return [(name, preset["label"], preset["good_for"]) for name, preset in presets.items()]


def _read_preset(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "backend" / "presets" / f"{name}.toml").read_text(encoding="utf-8"))


class DREAMFUSION_PG_settings(PropertyGroup):
    """One scene's settings for the next job."""

    prompt: StringProperty(name="Prompt", description="What to make, in a few words", default="a red mug")
    negative_prompt: StringProperty(name="Negative Prompt", description="What to keep away from, in a few words")
    seed: IntProperty(
        name="Seed", description="The same seed and settings make the same object again", min=0, max=SEED_LIMIT
    )
    preset: EnumProperty(
        name="Preset", description="How much time to spend", items=preset_items(), default=_DEFAULTS.preset
    )
    prior: EnumProperty(
        name="Prior",
        description="The 2D model that judges the renders",
        items=prior_items(),
        default=_DEFAULTS.prior,
    )
    custom_prior: StringProperty(
        name="Model",
        description="owner/name on huggingface.co, a folder that diffusers saved, or a .safetensors file",
        subtype="FILE_PATH",
        options=_PATH_OPTIONS,
    )
    views: EnumProperty(name="Views", description="How many views the prior judges together", items=VIEWS)
    steps: IntProperty(
        name="Steps", description="Optimization steps; 0 takes the preset's number", min=0, soft_max=10_000
    )
    size: FloatProperty(
        name="Size",
        description="The largest side of the finished object",
        unit="LENGTH",
        default=_DEFAULTS.size,
        min=0.001,
        max=1000.0,
    )
    triangles: IntProperty(
        name="Triangles",
        description="The finished mesh has at most so many",
        default=_DEFAULTS.triangles,
        min=100,
        max=2_000_000,
    )
    texture_size: IntProperty(
        name="Texture Size",
        description="Pixels along each side of the texture",
        subtype="PIXEL",
        default=_DEFAULTS.texture_size,
        min=64,
        max=8192,
    )
    device: EnumProperty(name="Device", description="What the backend computes on", items=DEVICES)


def spec_from(context: Context, operator: Operator | None = None) -> JobSpec:
    """The panel's settings as a validated job spec; properties that were given to `operator` take precedence.

    Raises BadSpec naming the field, what was given and what is permitted.
    """
    settings = context.scene.dreamfusion
    values: dict[str, Any] = {name: getattr(settings, name) for name in settings.__annotations__}
    del values["custom_prior"]
    values["prior"] = prior_of(settings)
    if operator is not None:
        values.update({name: getattr(operator, name) for name in values if operator.properties.is_property_set(name)})
    values["prompt"] = values["prompt"].strip()
    values["steps"] = values["steps"] or None
    values["prior"] = absolute(values["prior"])
    return JobSpec(**values).validate()


def prior_of(settings: DREAMFUSION_PG_settings) -> str:
    """The menu's choice as the job spec's word; Blender's own `//`, the .blend file's folder, is written out."""
    if settings.prior != CUSTOM:
        return settings.prior
    text = settings.custom_prior.strip()
    return bpy.path.abspath(text) if text.startswith("//") else text


def register() -> None:
    """Attach the settings to every scene."""
    bpy.utils.register_class(DREAMFUSION_PG_settings)
    bpy.types.Scene.dreamfusion = PointerProperty(type=DREAMFUSION_PG_settings)


def unregister() -> None:
    """Detach them again; what was set stays in the .blend file."""
    del bpy.types.Scene.dreamfusion
    bpy.utils.unregister_class(DREAMFUSION_PG_settings)
