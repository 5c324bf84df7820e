"""How an asset is cut from its field: what stays adjustable after a job, the same from all three doors."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Literal

from .did_you_mean import unknown
from .errors import BadSpec
from .job import JobSpec
from .ranges import NUMBERS, WHOLE_NUMBERS

Symmetry = Literal["none", "left", "right"]
SYMMETRIES: Final[tuple[Symmetry, ...]] = ("none", "left", "right")


@dataclass(frozen=True)
class CutSettings:
    """What a mesh is cut with. None: as the job's spec says or, for the resolution, as the field is stored."""

    size: float | None = None  # metres, the largest side
    triangles: int | None = None  # at most
    texture_size: int | None = None  # pixels a side
    threshold: float = 0.0  # added to the level that was found, in metres of the field: more is thinner
    resolution: int | None = None  # points a side of the grid that is cut
    smoothing: int = 10  # rounds, of the staircase and of ripples
    symmetry: Symmetry = "none"  # the half that is kept and mirrored at x = 0: left is -X, as seen from the front

    def validate(self) -> CutSettings:
        """Return self, or raise BadSpec naming the setting, what was given and what is permitted."""
        spec = JobSpec(prompt="any")  # whose ranges hold here, too
        replace(spec, **{name: value for name, value in self.of_spec().items() if value is not None}).validate()
        _check_number("threshold", self.threshold, NUMBERS["threshold"], (int, float))
        _check_number("smoothing", self.smoothing, WHOLE_NUMBERS["smoothing"], (int,))
        if self.resolution is not None:
            _check_number("resolution", self.resolution, WHOLE_NUMBERS["resolution"], (int,))
        if self.symmetry not in SYMMETRIES:
            raise BadSpec(f"symmetry is {self.symmetry!r}; permitted: {', '.join(SYMMETRIES)}")
        return self

    def of_spec(self) -> dict[str, Any]:
        """The settings that the job's spec has, too."""
        return {"size": self.size, "triangles": self.triangles, "texture_size": self.texture_size}

    def resolved(self, spec: JobSpec) -> CutSettings:
        """The same with the job's own values where none are given."""
        return replace(self, **{k: getattr(spec, k) if v is None else v for k, v in self.of_spec().items()})

    def to_json(self) -> dict[str, Any]:
        """The settings as plain values."""
        return asdict(self)

    @classmethod
    def from_mapping(cls, values: dict[str, Any]) -> CutSettings:
        """Validated settings. Raises BadSpec, with the nearest known name for an unknown one."""
        known = [each.name for each in fields(cls)]
        for name in values:
            if name not in known:
                raise BadSpec(unknown("setting", name, known))
        return cls(**values).validate()


def _check_number(name: str, value: Any, limits: tuple[float, float], kinds: tuple[type, ...]) -> None:
    low, high = limits
    # A NaN fails the comparison; True is an int to Python.
    if isinstance(value, bool) or not isinstance(value, kinds) or not low <= float(value) <= high:
        kind = "a whole number" if kinds == (int,) else "a number"
        raise BadSpec(f"{name} is {value!r}; permitted: {kind} from {low:g} to {high:g}")
