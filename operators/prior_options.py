"""What a scene asks of its prior and changes of the presets: lists with rows to add and remove."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import bpy
from bpy.props import EnumProperty, FloatProperty, IntProperty, StringProperty
from bpy.types import Operator, PropertyGroup

from ..dreamfusion_blender.errors import BadSpec, DreamFusionError
from ..dreamfusion_blender.inner_settings import inner_settings
from ..dreamfusion_blender.models import Lora, model_named, resolve
from ..dreamfusion_blender.models.loras import WEIGHT_RANGE
from ..dreamfusion_blender.models.options import AUTO, configuration_names
from ..dreamfusion_blender.setting_values import read_value

if TYPE_CHECKING:
    from bpy.types import Context

# Blender 4.5 and later warn of a path with `//`, the .blend file's folder, unless told that this is well.
PATH_OPTIONS: Final = {"PATH_SUPPORTS_BLEND_RELATIVE"} if bpy.app.version >= (4, 5, 0) else set()

_options: dict[
    str, tuple[str, ...]
] = {}  # by the prior's word; looking reads a file, which no drawing should each time


def options_of(prior: str) -> tuple[str, ...]:
    """Those that the prior's family takes; none while it is not known what the prior is."""
    if (model := model_named(prior)) is not None:
        return model.family.options
    if prior not in _options:
        try:
            _options[prior] = resolve(prior).family.options
        except DreamFusionError:
            _options[prior] = ()  # the job will say why
    return _options[prior]


def forget_options() -> None:
    """Look again the next time: a model was downloaded or removed, or its word typed anew."""
    _options.clear()


def search_settings(_row: PropertyGroup, _context: Context, text: str) -> Iterable[tuple[str, str]]:
    """The inner settings that have the text in their names, each with what it takes."""
    return [(each.name, each.words) for each in inner_settings().values() if text.lower() in each.name]


def search_configurations(_settings: PropertyGroup, _context: Context, text: str) -> Iterable[str]:
    """The configurations that ship with the extension."""
    return [name for name in (AUTO, *configuration_names()) if text.lower() in name]


class DREAMFUSION_PG_lora(PropertyGroup):
    """A LoRA file and how strongly it counts."""

    path: StringProperty(
        name="LoRA", description="A .safetensors file for this prior", subtype="FILE_PATH", options=PATH_OPTIONS
    )
    weight: FloatProperty(
        name="Weight",
        description="How strongly it counts: 1 is as it was trained",
        default=1.0,
        min=WEIGHT_RANGE[0],
        max=WEIGHT_RANGE[1],
        soft_min=0.0,
        soft_max=1.0,
    )


class DREAMFUSION_PG_override(PropertyGroup):
    """An inner setting of the preset and its value. (Its `name` is every property group's own.)"""

    name: StringProperty(
        name="Setting",
        description="Such as scene.field, optimize.optimizer or sds.guidance_weight",
        search=search_settings,
        search_options={"SUGGESTION"},
    )
    value: StringProperty(name="Value", description="A number, true, false or a word")


LISTS: Final = (
    ("loras", "LoRA", "LoRA files on top of the prior"),
    ("overrides", "Override", "Inner settings of the preset"),
)


class DREAMFUSION_OT_add_row(Operator):
    """Add a row"""

    bl_idname = "dreamfusion.add_row"
    bl_label = "Add"
    bl_options = {"INTERNAL", "UNDO"}

    rows: EnumProperty(name="Rows", description="Of which list", items=LISTS)

    def execute(self, context: Context) -> set[str]:
        """An empty one at the end."""
        getattr(context.scene.dreamfusion, self.rows).add()
        return {"FINISHED"}


class DREAMFUSION_OT_remove_row(Operator):
    """Remove this row"""

    bl_idname = "dreamfusion.remove_row"
    bl_label = "Remove"
    bl_options = {"INTERNAL", "UNDO"}

    rows: EnumProperty(name="Rows", description="Of which list", items=LISTS)
    index: IntProperty(name="Row", description="Which row, counted from 0")

    def execute(self, context: Context) -> set[str]:
        """Nothing happens when there is no such row."""
        getattr(context.scene.dreamfusion, self.rows).remove(self.index)
        return {"FINISHED"}


def loras_in(rows: Iterable[Any]) -> tuple[Lora, ...]:
    """As the job spec has them; rows that are not filled in do not count."""
    return tuple(Lora(Path(written_out(row.path)), as_typed(row.weight)) for row in rows if row.path.strip())


def overrides_in(rows: Iterable[Any]) -> dict[str, Any]:
    """As the job spec has them; rows that are not filled in do not count."""
    return {row.name.strip(): read_value(row.value) for row in rows if row.name.strip() or row.value.strip()}


def overrides_of_text(text: str) -> dict[str, Any]:
    """What a script gave to an operator, whose properties can be no tables. Raises BadSpec."""
    table = read_value(text)
    if not isinstance(table, dict):
        raise BadSpec(f'overrides is {text!r}; permitted: a table in JSON such as {{"sds.guidance_weight": 12}}')
    return table


def as_typed(number: float) -> float:
    """A number that Blender keeps in single precision: 0.05 and not 0.05000000074505806, as the other doors have it."""
    return float(f"{number:.6g}")


def written_out(path: str) -> str:
    """A path with Blender's own `//`, the .blend file's folder, written out."""
    path = path.strip()
    return bpy.path.abspath(path) if path.startswith("//") else path


GROUPS: Final = (DREAMFUSION_PG_lora, DREAMFUSION_PG_override)
OPERATORS: Final = (DREAMFUSION_OT_add_row, DREAMFUSION_OT_remove_row)
