"""What a job can ask of its prior beside which one: LoRA files, a fast encoder, a configuration, sizes and numbers.

`PriorOptions.validate` knows no disk and works anywhere; `check` looks at the files, where the job is to run.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from ..errors import BadSpec, ModelUnusable
from ..paths import ROOT
from .families import FAMILIES, OptionName
from .fast_encoders import FAST_ENCODER_NAMES, fast_encoder_named, fast_encoder_of
from .loras import MOST_LORAS, Lora, check_lora, read_loras, validate_lora
from .recognition import check_fast_encoder
from .reference import absolute, is_absolute, looks_like_path
from .resolving import Source, resolve_fast_encoder

AUTO: Final = "auto"
PrecisionName = Literal["auto", "float32", "float16", "bfloat16"]
PRECISIONS: Final[tuple[PrecisionName, ...]] = ("auto", "float32", "float16", "bfloat16")
PICTURE_CELL: Final = 64  # pixels a side of what U-Nets of three halvings over an encoder of three shrink to a point
PICTURE_SIZES: Final = (PICTURE_CELL, 2048)  # pixels a side, the least and the most
CONFIGURATIONS: Final = ROOT / "backend" / "priors" / "loading" / "configurations"
"""For checkpoints in one file, which hold weights alone: diffusers' layout without weights, a folder each."""


def configuration_names() -> tuple[str, ...]:
    """The configurations that ship with the extension."""
    return tuple(sorted(path.name for path in CONFIGURATIONS.iterdir() if path.is_dir()))


def whole_paths(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a job's settings that name files, with whole paths: the job may run, or go on, from another folder."""
    whole: dict[str, Any] = {}
    if isinstance(settings.get("prior"), str):
        whole["prior"] = absolute(settings["prior"])
    if "loras" in settings:
        loras = read_loras(settings["loras"])
        whole["loras"] = tuple(replace(each, path=Path(_whole(str(each.path)))) for each in loras)
    folder = settings.get("fast_encoder")
    if isinstance(folder, str) and folder and fast_encoder_named(folder) is None:
        whole["fast_encoder"] = _whole(folder)
    if isinstance(configuration := settings.get("configuration"), str) and looks_like_path(configuration):
        whole["configuration"] = _whole(configuration)
    return whole


def _whole(path: str) -> str:
    return path if is_absolute(path) else str(Path(path).absolute())


@dataclass(frozen=True)
class PriorOptions:
    """A job's wishes.

    fast_encoder: a name of ours, or a folder with a TAESD.  configuration: "auto", a name of ours, or a folder.
    picture_size: pixels a side of what the model sees; None for what its adapter takes.  precision: the number format
    that it computes in; "auto" for what suits the device.
    """

    loras: tuple[Lora, ...] = ()
    fast_encoder: str = ""
    configuration: str = AUTO
    picture_size: int | None = None
    precision: PrecisionName = AUTO

    @property
    def configuration_folder(self) -> Path | None:
        """Where the configuration lies; None for the one that fits by the checkpoint's names."""
        if self.configuration == AUTO:
            return None
        is_ours = self.configuration in configuration_names()
        return CONFIGURATIONS / self.configuration if is_ours else Path(os.path.expanduser(self.configuration))

    @property
    def fast_encoder_folder(self) -> Path | None:
        """Where the fast encoder lies, if there is to be one. Raises ModelMissing for one of ours that is not here."""
        return resolve_fast_encoder(self.fast_encoder) if self.fast_encoder else None

    @property
    def wanted(self) -> tuple[OptionName, ...]:
        """Those that differ from what every prior does."""
        wishes: dict[OptionName, bool] = {
            "loras": bool(self.loras),
            "fast_encoder": bool(self.fast_encoder),
            "configuration": self.configuration != AUTO,
            "picture_size": self.picture_size is not None,
            "precision": self.precision != AUTO,
        }
        return tuple(name for name, wish in wishes.items() if wish)

    def validate(self) -> None:
        """Raise BadSpec or ModelUnusable for what cannot be meant, whatever lies on the disk."""
        if not isinstance(self.loras, tuple) or not all(isinstance(each, Lora) for each in self.loras):
            raise BadSpec(f"loras is {self.loras!r}; read_loras makes what it must be")
        if len(self.loras) > MOST_LORAS:
            raise BadSpec(f"loras has {len(self.loras)} files; permitted: at most {MOST_LORAS}")
        for lora in self.loras:
            validate_lora(lora)
        if self.configuration not in (AUTO, *configuration_names()) and not is_absolute(self.configuration):
            known = ", ".join((AUTO, *configuration_names()))
            raise BadSpec(f"configuration is {self.configuration!r}; permitted: {known}, or the whole path of a folder")
        if self.fast_encoder and fast_encoder_named(self.fast_encoder) is None and not is_absolute(self.fast_encoder):
            raise BadSpec(
                f"fast_encoder is {self.fast_encoder!r}; permitted: {', '.join(FAST_ENCODER_NAMES)}, or the whole path "
                "of a folder with a TAESD"
            )
        if self.picture_size is not None:
            low, high = PICTURE_SIZES
            is_whole = isinstance(self.picture_size, int) and not isinstance(self.picture_size, bool)
            if not is_whole or not low <= self.picture_size <= high or self.picture_size % PICTURE_CELL:
                raise BadSpec(
                    f"picture_size is {self.picture_size!r}; permitted: a multiple of {PICTURE_CELL} pixels from {low} "
                    f"to {high}, or nothing for the prior's own"
                )
        if self.precision not in PRECISIONS:
            raise BadSpec(f"precision is {self.precision!r}; permitted: {', '.join(PRECISIONS)}")

    def check(self, source: Source) -> None:
        """Raise BadSpec for what the prior does not have, ModelUnusable for files that are not what they must be, and
        ModelMissing for a fast encoder that is not here.
        """
        family = source.family
        for name in self.wanted:
            if name not in family.options:
                having = ", ".join(each.label for each in FAMILIES if name in each.options)
                raise BadSpec(f"{name} is set, and {family.label} has no such option; it is for: {having}")
        if self.configuration_folder is not None:
            if source.path.is_dir():
                raise BadSpec(f"configuration is {self.configuration!r}, and {source.path} is a folder with its own")
            if not self.configuration_folder.is_dir():
                raise ModelUnusable(f"There is no configuration at {self.configuration_folder}")
        named = fast_encoder_named(self.fast_encoder)
        if named is not None and family.name not in named.family_names:
            right = fast_encoder_of(family.name)
            hint = "" if right is None else f": take {right.name}"
            raise BadSpec(f"{named.name} is for {named.families}, and the prior is {family.label}{hint}")
        if self.fast_encoder_folder is not None:
            check_fast_encoder(self.fast_encoder_folder)
        for lora in self.loras:
            check_lora(lora.path, family)

    def stamp(self) -> tuple[tuple[int, int], ...]:
        """What tells a LoRA file from another that was written over it: time of change in ns, and size."""
        facts = (lora.path.stat() for lora in self.loras)
        return tuple((each.st_mtime_ns, each.st_size) for each in facts)
