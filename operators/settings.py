"""What the artist sets in the panel, stored with the scene, and how it becomes a job spec."""

from __future__ import annotations

import zlib
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import bpy
import tomllib
from bpy.props import CollectionProperty, EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty
from bpy.types import PropertyGroup

from ..dreamfusion_blender.job import JobSpec, preset_names
from ..dreamfusion_blender.models import CATALOGUE, Model, read_loras, whole_paths
from ..dreamfusion_blender.models.options import PICTURE_SIZES, PriorOptions
from ..dreamfusion_blender.paths import ROOT
from ..dreamfusion_blender.ranges import bounds
from .prior_options import (
    GROUPS,
    PATH_OPTIONS,
    DREAMFUSION_PG_lora,
    DREAMFUSION_PG_override,
    as_typed,
    forget_options,
    loras_in,
    options_of,
    overrides_in,
    overrides_of_text,
    search_configurations,
    written_out,
)
from .shape_settings import shape_values

if TYPE_CHECKING:
    from bpy.types import Context, Operator

_DEFAULTS = JobSpec()

PRESET_ORDER = ("preview", "standard", "high")  # from quick to careful; others follow in the alphabet's order

MACHINE_DEVICES = (
    ("auto", "Automatic", "A GPU where the backend can use one, otherwise the processor"),
    ("cpu", "CPU", "The processor, also where there is a GPU"),
    ("cuda", "CUDA", "The first NVIDIA GPU"),
    ("mps", "Metal", "The GPU of an Apple computer"),
)
PRECISIONS = (
    ("auto", "Automatic", "What suits model and device: half precision where it is faster"),
    ("float32", "Float32", "Twice the memory of the others, and slower on a GPU"),
    ("float16", "Float16", "Finer than bfloat16, and cannot hold large numbers"),
    ("bfloat16", "BFloat16", "Coarser than float16, with the range of float32"),
)
DEVICES = (("auto", "Automatic", "What the preferences say"), *MACHINE_DEVICES[1:])
VIEWS = (
    ("auto", "Automatic", "As many views at a time as the prior looks at together"),
    ("single", "Single View", "One view at a time, its direction said in words"),
    ("multi", "Multi-View", "Four views at a time, for priors that were trained so"),
)

CUSTOM = "CUSTOM"
"""The menu's entry for a model that the catalogue does not have; no catalogue's name has capital letters."""


Item = tuple[str, str, str, str, int]  # of a menu: name, label, tooltip, icon, and the number that files keep


def prior_items() -> list[Item]:
    """The catalogue as a menu, and an entry for everything else."""
    models = [_item(model.name, model.label, _about(model)) for model in CATALOGUE]
    return [*models, _item(CUSTOM, "Custom", "A model of the hub, a diffusers folder, or a .safetensors file")]


def _item(name: str, label: str, about: str) -> Item:
    """Numbered by its name: Blender saves the number, and counted by place it would mean another after an update."""
    return (name, label, about, "NONE", zlib.crc32(name.encode()) & 0x7FFFFFFF)


def _about(model: Model) -> str:
    size = f"About {model.download_gb:g} GB to download" if model.repository else "Ships with the extension"
    return f"{size}; licence {model.licence}"


def preset_items() -> list[Item]:
    """The presets as a menu, from quick to careful, in the words of their own files."""
    known = preset_names()
    names = [name for name in PRESET_ORDER if name in known] + [name for name in known if name not in PRESET_ORDER]
    presets = {name: _read_preset(name) for name in names}
    return [_item(name, preset["label"], preset["good_for"]) for name, preset in presets.items()]


def _read_preset(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "backend" / "presets" / f"{name}.toml").read_text(encoding="utf-8"))


def _changed(_settings: PropertyGroup, _context: Context) -> None:
    forget_options()


class DREAMFUSION_PG_settings(PropertyGroup):
    """One scene's settings for the next job."""

    prompt: StringProperty(name="Prompt", description="What to make, in a few words", default="a red mug")
    negative_prompt: StringProperty(name="Negative Prompt", description="What to keep away from, in a few words")
    seed: IntProperty(
        name="Seed", description="The same seed and settings make the same object again", **bounds("seed")
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
        options=PATH_OPTIONS,
        update=_changed,
    )
    loras: CollectionProperty(name="LoRA", type=DREAMFUSION_PG_lora)
    fast_encoder: StringProperty(
        name="Fast Encoder",
        description="The TAESD that belongs to the prior, for the first part of the run: taesd, taesdxl, taesd3, or a "
        "folder. Empty: none",
        subtype="DIR_PATH",
        options=PATH_OPTIONS,
    )
    configuration: StringProperty(
        name="Configuration",
        description="Of a prior in one .safetensors file, where the file does not say what it is: a name, or a folder",
        default=_DEFAULTS.configuration,
        search=search_configurations,
        search_options={"SUGGESTION"},
    )
    picture_size: IntProperty(
        name="Picture Size",
        description="Pixels a side of the pictures that the prior sees, a multiple of 64; 0: its own",
        subtype="PIXEL",
        min=0,
        max=PICTURE_SIZES[1],
    )
    precision: EnumProperty(name="Precision", description="Number format that the prior computes in", items=PRECISIONS)
    overrides: CollectionProperty(name="Overrides", type=DREAMFUSION_PG_override)
    views: EnumProperty(name="Views", description="How many views the prior judges together", items=VIEWS)
    steps: IntProperty(
        name="Steps", description="Optimization steps; 0 takes the preset's number", min=0, soft_max=10_000
    )
    size: FloatProperty(
        name="Size",
        description="The largest side of the finished object",
        unit="LENGTH",
        default=_DEFAULTS.size,
        **bounds("size"),
    )
    triangles: IntProperty(
        name="Triangles",
        description="The finished mesh has at most so many",
        default=_DEFAULTS.triangles,
        **bounds("triangles"),
    )
    texture_size: IntProperty(
        name="Texture Size",
        description="Pixels along each side of the texture",
        subtype="PIXEL",
        default=_DEFAULTS.texture_size,
        **bounds("texture_size"),
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
    shape = shape_values(context)
    wishes = shape.pop("overrides")
    values |= shape
    given: set[str] = set()
    if operator is not None:
        theirs = [name for name in values if name in operator.properties.bl_rna.properties]
        given = {name for name in theirs if operator.properties.is_property_set(name)}
        values.update({name: getattr(operator, name) for name in given})
    values["prompt"] = values["prompt"].strip()
    for name in ("steps", "picture_size"):
        values[name] = values[name] or None
    values["loras"] = read_loras(values["loras"]) if "loras" in given else loras_in(values["loras"])
    read = overrides_of_text if "overrides" in given else overrides_in
    values["overrides"] = {**wishes, **read(values["overrides"])}
    for name in ("fast_encoder", "configuration"):
        values[name] = written_out(values[name])
    for name in (each.name for each in fields(PriorOptions)):
        # What the panel does not show for this prior is left over from another; what a script gave is refused in words.
        if name not in options_of(values["prior"]) and name not in given:
            values[name] = getattr(_DEFAULTS, name)
    values |= {name: as_typed(value) for name, value in values.items() if isinstance(value, float)}
    return JobSpec(**{**values, **whole_paths(values)}).validate()


def prior_of(settings: DREAMFUSION_PG_settings) -> str:
    """The menu's choice as the job spec's word; Blender's own `//`, the .blend file's folder, is written out."""
    if settings.prior != CUSTOM:
        return settings.prior
    return written_out(settings.custom_prior)


def register() -> None:
    """Attach the settings to every scene."""
    for each in (*GROUPS, DREAMFUSION_PG_settings):
        bpy.utils.register_class(each)
    bpy.types.Scene.dreamfusion = PointerProperty(type=DREAMFUSION_PG_settings)


def unregister() -> None:
    """Detach them again; what was set stays in the .blend file."""
    del bpy.types.Scene.dreamfusion
    for each in (DREAMFUSION_PG_settings, *reversed(GROUPS)):
        bpy.utils.unregister_class(each)
