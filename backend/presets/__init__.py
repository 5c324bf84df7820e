"""Presets: named settings, one TOML file each beside this one, read into the dataclasses that the code uses."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass, replace
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Any, Final, Literal, get_type_hints

from backend.camera_sampling import CameraSettings
from backend.distillation.denoise_fit import DenoiseFitSettings
from backend.distillation.first_ring import FirstRingSettings
from backend.distillation.score import ScoreSettings
from backend.distillation.sds import SDSSettings
from backend.early_stop import StopSettings
from backend.fields.grid import GridFieldSettings
from backend.fields.hash_grid import HashSettings
from backend.fields.mlp import MLPFieldSettings
from backend.fields.triplane import TriplaneSettings
from backend.growth import GrowthSettings
from backend.memory.settings import MemorySettings
from backend.optimize import OptimizeSettings, TakesSettings
from backend.optimizers import ShampooSettings
from backend.regularizers import RegularizerSettings
from backend.rendering.background import NetworkBackgroundSettings
from backend.rendering.proposal import ProposalSettings
from backend.rendering.raymarch import RenderSettings
from backend.scene import FIELD_PARTS, FieldName, SceneSettings
from dreamfusion_blender.constraints import ConstraintSettings
from dreamfusion_blender.errors import BadSpec, UnknownPreset
from dreamfusion_blender.job import Override
from dreamfusion_blender.setting_values import convert, did_you_mean

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pyright: ignore[reportMissingImports]  # installed where Python has no tomllib

__all__ = ["Preset", "Stage", "load_preset"]

FOLDER = Path(__file__).parent
LEARNING: Final = (
    *("feature_learning_rate", "mlp_learning_rate", "learning_rate", "beta_start", "beta_end", "beta_until"),
    *("variance_start", "variance_end", "variance_until", "normals", "normal_step", "points_at_once"),
)
"""Settings of fields that say how one learns and not which one it is."""
ObjectiveName = Literal["denoise_fit", "sds"]


@dataclass(frozen=True)
class Stage:
    """A stretch of the optimisation under one objective."""

    objective: ObjectiveName
    steps: int

    @property
    def distils(self) -> bool:
        """Whether fresh views are scored at each step; else rings of pictures are denoised and fitted."""
        return self.objective != "denoise_fit"


@dataclass(frozen=True)
class Preset:
    """All settings of a run; each part is documented where it is used."""

    label: str
    good_for: str
    stages: tuple[Stage, ...]
    optimize: OptimizeSettings = dataclass_field(default_factory=OptimizeSettings)
    takes: TakesSettings = dataclass_field(default_factory=TakesSettings)
    stop: StopSettings = dataclass_field(default_factory=StopSettings)
    memory: MemorySettings = dataclass_field(default_factory=MemorySettings)
    shampoo: ShampooSettings = dataclass_field(default_factory=ShampooSettings)
    scene: SceneSettings = dataclass_field(default_factory=SceneSettings)
    field: GridFieldSettings = dataclass_field(default_factory=GridFieldSettings)
    mlp: MLPFieldSettings = dataclass_field(default_factory=MLPFieldSettings)
    triplane: TriplaneSettings = dataclass_field(default_factory=TriplaneSettings)
    hash: HashSettings = dataclass_field(default_factory=HashSettings)
    render: RenderSettings = dataclass_field(default_factory=RenderSettings)
    proposal: ProposalSettings = dataclass_field(default_factory=ProposalSettings)
    network_background: NetworkBackgroundSettings = dataclass_field(default_factory=NetworkBackgroundSettings)
    regularize: RegularizerSettings = dataclass_field(default_factory=RegularizerSettings)
    denoise_fit: DenoiseFitSettings = dataclass_field(default_factory=DenoiseFitSettings)
    first_ring: FirstRingSettings = dataclass_field(default_factory=FirstRingSettings)
    score: ScoreSettings = dataclass_field(default_factory=ScoreSettings)
    cameras: CameraSettings = dataclass_field(default_factory=CameraSettings)
    growth: GrowthSettings = dataclass_field(default_factory=GrowthSettings)
    sds: SDSSettings = dataclass_field(default_factory=SDSSettings)
    constraints: ConstraintSettings = dataclass_field(default_factory=ConstraintSettings)

    @property
    def steps(self) -> int:
        """Steps of all stages together."""
        return sum(stage.steps for stage in self.stages)

    @property
    def distils(self) -> bool:
        """Whether there is a stage of score distillation."""
        return any(stage.distils for stage in self.stages)

    @property
    def needs_rings(self) -> bool:
        """Whether there is a stage that only a prior of several views can serve."""
        return not all(stage.distils for stage in self.stages)

    def with_steps(self, steps: int) -> Preset:
        """The same stages in the same proportions, `steps` in all; a stage that comes out empty is left out."""
        total, done, stages = self.steps, 0, []
        for stage in self.stages:
            upto = round(steps * (done + stage.steps) / total) - round(steps * done / total)
            done += stage.steps
            if upto:
                stages.append(replace(stage, steps=upto))
        return replace(self, stages=tuple(stages))

    def with_overrides(self, overrides: Mapping[str, Override]) -> Preset:
        """Settings changed one by one, named `part.setting`. Raises BadSpec for an unknown name or a wrong type."""
        preset = self
        for name, value in overrides.items():
            part, _, setting = name.partition(".")
            known = [each.name for each in fields(preset) if is_dataclass(getattr(preset, each.name))]
            if part not in known:
                raise BadSpec(f"No settings called {part!r} (in {name!r}); {did_you_mean(part, known)}")
            changed = _parse(type(getattr(preset, part)), {setting: value}, name, getattr(preset, part))
            preset = replace(preset, **{part: changed})
        return preset

    def field_settings(self) -> dict[str, Any]:
        """The field's name and settings, JSON-able: enough to make it again."""
        name = self.scene.field
        return {"name": name, "settings": asdict(getattr(self, FIELD_PARTS[name]))}

    def with_field(self, stored: dict[str, Any], overrides: Mapping[str, Override]) -> Preset:
        """The same preset with another one's field, as `field_settings` gave it.

        overrides: what they set of how the field learns holds from here on. Raises BadSpec for one that would make
        another field, or for a stored field that is none.
        """
        name = convert(FieldName, stored.get("name"), "scene.field")
        part = FIELD_PARTS[name]
        settings = _parse(type(getattr(self, part)), dict(stored.get("settings", {})), part)
        wanted = getattr(self, part)
        for setting in (each.removeprefix(f"{part}.") for each in overrides if each.startswith(f"{part}.")):
            value, kept = getattr(wanted, setting), getattr(settings, setting)
            if value != kept and setting not in LEARNING:
                raise BadSpec(f"{part}.{setting} cannot become {value}: the field to go on from was made with {kept}")
            settings = replace(settings, **{setting: value})
        return replace(self, **{part: settings, "scene": replace(self.scene, field=name)})


def load_preset(name: str) -> Preset:
    """Read a preset. Raises UnknownPreset or, for a file with a mistake in it, BadSpec."""
    path = FOLDER / f"{name}.toml"
    if not path.is_file():
        known = sorted(each.stem for each in FOLDER.glob("*.toml"))
        raise UnknownPreset(f"No preset is called {name!r}; {did_you_mean(name, known)}")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"The preset {path} is not valid TOML: {error}") from error
    parts: dict[str, Any] = {"label": table.pop("label", name), "good_for": table.pop("good_for", "")}
    parts["stages"] = _stages(table.pop("stages", None), path)
    types = {each.name: each.default_factory for each in fields(Preset) if is_dataclass(each.default_factory)}
    del types["constraints"]  # a job's wishes, which the mesh is cut by as well, without looking at presets
    for part, values in table.items():
        if part not in types:
            raise BadSpec(f"The preset {path} has a part {part!r}; {did_you_mean(part, list(types))}")
        if not isinstance(values, dict):
            raise BadSpec(f"The preset {path} has {part!r} as a value; it is a table of settings: [{part}]")
        parts[part] = _parse(types[part], values, part)
    return Preset(**parts)


def _stages(tables: Any, path: Path) -> tuple[Stage, ...]:
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise BadSpec(f"The preset {path} needs at least one stage: [[stages]] with an objective and steps")
    return tuple(_parse(Stage, table, "stages") for table in tables)


def _parse(settings: Any, values: dict[str, Any], where: str, base: Any = None) -> Any:
    """An instance of a settings dataclass from plain values, checked by name and type."""
    known = get_type_hints(settings)
    for name in values:
        if name not in known:
            raise BadSpec(f"No setting is called {name!r} (in {where!r}); {did_you_mean(name, list(known))}")
    checked = {
        name: convert(known[name], value, f"{where}.{name}" if base is None else where)
        for name, value in values.items()
    }
    if base is not None:
        return replace(base, **checked)
    missing = [each.name for each in fields(settings) if each.default is MISSING and each.name not in values]
    if missing:
        raise BadSpec(f"Settings are missing in {where!r}: {', '.join(missing)}")
    return settings(**checked)
