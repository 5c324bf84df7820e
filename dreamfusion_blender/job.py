"""The job spec: everything that decides what a job makes, validated, versioned, and the same from all three doors."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal

from .constraints import check_constraints
from .did_you_mean import nearest as nearest  # the toybox's training takes it from here
from .did_you_mean import shown, unknown
from .errors import BadSpec, JobNewer, UnknownPreset
from .models.fast_encoders import fast_encoder_named
from .models.loras import Lora, read_loras
from .models.options import AUTO, PrecisionName, PriorOptions
from .models.reference import MAX_PRIOR, read_reference
from .origin import Origin
from .paths import ROOT
from .ranges import NUMBERS, WHOLE_NUMBERS

SPEC_VERSION: Final = 2
"""2 added `origin`, `inputs`, `strength` and `distance`. Older specs load as specs of this version: what they lack has
its default."""
MAX_PROMPT: Final = 500
"""Characters; far beyond what any prior reads (77 tokens), short enough for a file name's slug and a log line."""

Override = int | float | str | bool | list[int | float]

_VIEWS: Final = ("auto", "single", "multi")
_DEVICE: Final = re.compile(r"auto|cpu|mps|cuda(:\d{1,2})?")
_FINGERPRINT: Final = re.compile(r"([0-9a-f]{64})?")
_OVERRIDE: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


def preset_names() -> tuple[str, ...]:
    """The names of the presets: one TOML file each in backend/presets."""
    return tuple(sorted(path.stem for path in (ROOT / "backend" / "presets").glob("*.toml")))


@dataclass(frozen=True)
class JobSpec:
    """What to make and how. Frozen; `validate` says in words what is wrong with it."""

    version: int = SPEC_VERSION
    prompt: str = ""
    negative_prompt: str = ""
    seed: int = 0
    preset: str = "standard"
    prior: str = "toybox"  # a name of the catalogue, owner/name on the hub, a diffusers folder or .safetensors file
    loras: tuple[Lora, ...] = ()  # on top of the prior; read_loras takes other forms
    fast_encoder: str = ""  # the TAESD that belongs to the prior: a name of ours, or a folder; empty: none
    configuration: str = AUTO  # of a prior in one file: a name of ours, or a folder
    picture_size: int | None = None  # pixels a side of what the prior sees; None: what its adapter takes
    precision: PrecisionName = AUTO  # number format that the prior computes in; auto: what suits the device
    views: Literal["auto", "single", "multi"] = "auto"
    steps: int | None = None  # None: what the preset says
    size: float = 1.0  # metres, the largest side
    triangles: int = 20_000  # at most
    texture_size: int = 1024  # pixels a side
    device: str = "auto"
    inputs: str = ""  # the SHA-256 of the folder's inputs.npz (inputs/); empty: only words are given
    strength: float = 0.5  # of what is done to a given mesh: the noise level to begin at; 1 forgets its looks
    distance: float = 0.05  # that a given mesh's surface may move at most, as a share of its largest side
    overrides: dict[str, Override] = field(default_factory=dict)  # e.g. {"sds.guidance_weight": 10.0}
    origin: Origin | None = None  # the job that this one was made of

    @property
    def prior_options(self) -> PriorOptions:
        """What is asked of the prior beside which one."""
        return PriorOptions(self.loras, self.fast_encoder, self.configuration, self.picture_size, self.precision)

    @property
    def models(self) -> tuple[str, ...]:
        """The words of the models that have to be here, which `require` understands."""
        return (self.prior,) if fast_encoder_named(self.fast_encoder) is None else (self.prior, self.fast_encoder)

    def validate(self) -> JobSpec:
        """Return self, or raise BadSpec naming the field, what was given and what is permitted."""
        _check_text("prompt", self.prompt)
        if not self.prompt.strip():
            raise BadSpec("prompt is empty: say in a few words what to make, for example 'a red mug'")
        _check_text("negative_prompt", self.negative_prompt)
        for name in ("seed", "steps", "triangles", "texture_size"):
            _check_integer(name, getattr(self, name), *WHOLE_NUMBERS[name], optional=name == "steps")
        low, high = NUMBERS["size"]
        if not _is_number(self.size) or not low <= self.size <= high:
            raise _bad("size", self.size, f"a number of metres from {low:g} to {high:g}")
        for name in ("strength", "distance"):
            low, high = NUMBERS[name]
            if not _is_number(value := getattr(self, name)) or not low <= value <= high:
                raise _bad(name, value, f"a number from {low:g} to {high:g}")
        if not isinstance(self.inputs, str) or not _FINGERPRINT.fullmatch(self.inputs):
            raise _bad("inputs", self.inputs, "the hash of inputs.npz, which is made with the job")
        if self.preset not in (known := preset_names()):
            raise UnknownPreset(unknown("preset", self.preset, known))
        read_reference(self.prior)  # a name, owner/name on the hub, or a whole path; refuses in words what is none
        for name in ("fast_encoder", "configuration"):
            _check_text(name, getattr(self, name), MAX_PRIOR)
        self.prior_options.validate()
        if self.views not in _VIEWS:
            raise BadSpec(unknown("views", self.views, _VIEWS))
        if not isinstance(self.device, str) or not _DEVICE.fullmatch(self.device):
            raise _bad("device", self.device, "auto, cpu, cuda, cuda:N or mps")
        _check_overrides(self.overrides)
        check_constraints(self.overrides)
        if self.origin is not None:
            if not isinstance(self.origin, Origin):
                raise _bad("origin", self.origin, "a job's origin, or nothing")
            self.origin.validate()
        return self

    def to_json(self) -> dict[str, Any]:
        """The spec as a JSON-able dict, all fields spelled out (so that a later default changes no old job)."""
        spec = {each.name: getattr(self, each.name) for each in fields(self)}
        origin = None if self.origin is None else self.origin.to_json()
        loras = [each.to_json() for each in self.loras]
        return {**spec, "loras": loras, "overrides": dict(self.overrides), "origin": origin}

    @classmethod
    def from_json(cls, data: object) -> JobSpec:
        """A validated spec. Raises BadSpec (with the nearest known key for an unknown one) or JobNewer."""
        if not isinstance(data, dict):
            raise BadSpec(f"A job spec is a JSON object, not {shown(data)}")
        version = data.get("version", SPEC_VERSION)
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise _bad("version", version, f"a whole number from 1 to {SPEC_VERSION}")
        if version > SPEC_VERSION:
            raise JobNewer(
                f"The job spec has version {version}, this product reads up to {SPEC_VERSION}: update the product"
            )
        known = [each.name for each in fields(cls)]
        for key in data:
            if key not in known:
                raise BadSpec(unknown("setting", key, known))
        origin = data.get("origin")
        values = {
            **data,
            "version": SPEC_VERSION,
            "loras": read_loras(data.get("loras", ())),
            "origin": None if origin is None else Origin.from_json(origin),
        }
        return cls(**values).validate()


def _bad(name: str, value: object, permitted: str) -> BadSpec:
    return BadSpec(f"{name} is {shown(value)}; permitted: {permitted}")


def _is_number(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _check_text(name: str, value: object, longest: int = MAX_PROMPT) -> None:
    if not isinstance(value, str):
        raise _bad(name, value, "text")
    if len(value) > longest:
        raise BadSpec(f"{name} has {len(value)} characters; permitted: at most {longest}")
    for position, character in enumerate(value):
        # Cc: control characters; Cs: lone surrogates, which no JSON file or terminal can hold.
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise BadSpec(f"{name} has a control character ({character!a}) at position {position}; remove it")


def _check_integer(name: str, value: object, low: int, high: int, optional: bool) -> None:
    if value is None and optional:
        return
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _bad(name, value, f"a whole number from {low} to {high}")


def _check_overrides(overrides: object) -> None:
    if not isinstance(overrides, dict):
        raise _bad("overrides", overrides, "a table of dotted names and values")
    for key, value in overrides.items():
        if not isinstance(key, str) or not _OVERRIDE.fullmatch(key):
            raise _bad("overrides", key, "dotted lower-case names such as sds.guidance_weight")
        if isinstance(value, str):
            _check_text(f"overrides[{key}]", value)
        elif not isinstance(value, bool) and not all(map(_is_number, value if isinstance(value, list) else [value])):
            raise _bad(f"overrides[{key}]", value, "a finite number, a list of them, true, false, or text")
