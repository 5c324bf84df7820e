"""What would make a job fit that does not, however its steps are cut up: the fewest changes, tried on the estimate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from backend.memory.estimate import Plan, Work
from dreamfusion_blender.errors import Remedy
from dreamfusion_blender.models.fast_encoders import fast_encoder_of

__all__ = ["settings_of", "what_would_fit"]


@dataclass(frozen=True)
class _Change:
    """A change to a job's settings. overrides: of its preset.  fast_encoder: the name of one, empty for none."""

    what: str
    overrides: dict[str, float]
    fast_encoder: str = ""

    @property
    def words(self) -> str:
        """What is done, and the settings that do it."""
        named = [f"fast_encoder={self.fast_encoder}"] if self.fast_encoder else []
        return f"{self.what} ({', '.join([*named, *_written(self.overrides)])})"

    @property
    def arguments(self) -> str:
        """The settings as the command line takes them."""
        named = [f"--fast-encoder {self.fast_encoder}"] if self.fast_encoder else []
        return " ".join([*named, *(f"--set {each}" for each in _written(self.overrides))])

    def applied(self, work: Work) -> Work:
        """The job with it."""
        preset = work.preset.with_overrides(self.overrides)
        return replace(work, preset=preset, fast_encoder=work.fast_encoder or bool(self.fast_encoder))


def what_would_fit(work: Work, plan: Plan, room: float) -> Remedy:
    """The ways, each of as few changes as any, in which steps cut up like this take no more than `room` bytes.

    Where no change is enough, and where the loaded models alone fill the memory, other models or more memory remain.
    """
    more = "a higher memory.cap_gb" if work.preset.memory.cap_gb else "more memory"
    changes = list(_changes(work))
    for count in range(1, len(changes) + 1):
        ways = [way for way in combinations(changes, count) if _with(work, way).step_bytes(plan) <= room]
        if ways:
            words = "; or ".join(" and ".join(change.words for change in way) for way in ways)
            arguments = " ".join(change.arguments for change in ways[0])
            command = f"python3 -m dreamfusion_blender generate {arguments} {settings_of(plan)} …"
            return Remedy(f"{words[0].upper()}{words[1:]}; or take another prior, or {more}", command=command)
    return Remedy(f"Take another prior, or {more}")


def settings_of(plan: Plan) -> str:
    """The settings as the command line takes them."""
    points = "" if plan.points_at_once is None else f" --set memory.points_at_once={plan.points_at_once}"
    return f"--set memory.accumulate={plan.accumulate}{points}"


def _changes(work: Work) -> Iterator[_Change]:
    """The remedies that there are for this job, the one that costs the least quality first."""
    preset, encoder = work.preset, fast_encoder_of(work.family)
    if encoder is not None and not (work.fast_encoder and preset.score.full_encoder_from >= 1):
        name = "" if work.fast_encoder else encoder.name
        yield _Change("use the fast encoder in the whole run", {"score.full_encoder_from": 1.0}, fast_encoder=name)
    if any(preset.growth.views(preset.score.views, work.views, progress) > work.views for progress in (0.0, 1.0)):
        views = {"score.views": work.views, "growth.views_start": 1.0, "growth.views_end": 1.0}
        kept = {name: value for name, value in views.items() if _value(work, name) != value}
        yield _Change(f"show {'one view' if work.views == 1 else f'{work.views} views'} a step", kept)
    ends = {name: _value(work, name) for name in ("growth.resolution_start", "growth.resolution_end")}
    halves = {name: min(value, 0.5 * max(ends.values())) for name, value in ends.items()}
    yield _Change("halve the renders' size", {name: half for name, half in halves.items() if half != ends[name]})
    samples = "proposal.samples" if preset.scene.renderer == "proposal" else "render.samples"
    yield _Change("halve the samples along a ray", {samples: max(1, int(_value(work, samples)) // 2)})


def _with(work: Work, way: tuple[_Change, ...]) -> Work:
    for change in way:
        work = change.applied(work)
    return work


def _value(work: Work, name: str) -> float:
    part, _, key = name.partition(".")
    return getattr(getattr(work.preset, part), key)


def _written(overrides: dict[str, float]) -> list[str]:
    return [f"{name}={value:g}" for name, value in overrides.items()]
