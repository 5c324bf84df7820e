"""Specs of jobs that are made of other jobs: continued, branched, varied, restyled. The parent is never touched."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from .constraints import ConstraintSettings, has_floor_in_field, parse_ratio
from .errors import BadSpec, JobMissing, Remedy, own_command
from .job import JobSpec, Override
from .models import whole_paths
from .origin import Origin, Relation
from .store import JobFolder

BRANCH_STRENGTH: Final = 0.6
"""Enters the noise levels where the size and the stance of the parent are left and its details are not."""
RESTYLE_STRENGTH: Final = 0.9
"""Nearly all levels: the shape cannot be lost, and new colours are only found at high ones."""
MOST_VARIATIONS: Final = 64
OF_PRIOR: Final = ("loras", "fast_encoder", "configuration", "picture_size", "views")
"""Settings that mean nothing, or something else, to another prior; the precision is as much the machine's."""
_FLAT_BASE: Final = "constraints.flat_base"
_SYMMETRY: Final = "constraints.symmetry"
_RATIO: Final = "constraints.ratio"


def continued(parent: JobFolder, steps: int | None = None) -> JobSpec:
    """More steps with the parent's own settings, at the lowest noise levels of its schedules.

    steps: how many more; without a number a quarter of a new job's.
    """
    if parent.status != "finished":
        remedy = Remedy("Resume it instead", command=own_command("resume", parent.word))
        raise JobMissing(f"{parent.name} is not finished (it is {parent.status})", remedy)
    return child(parent, "continue", 0.0, {"steps": steps})


def branched(parent: JobFolder, strength: float = BRANCH_STRENGTH, **changes: Any) -> JobSpec:
    """The parent's field under other settings: a new prompt, seed, guidance, negative prompt or prior."""
    return child(parent, "branch", strength, changes)


def restyled(parent: JobFolder, prompt: str, strength: float = RESTYLE_STRENGTH, **changes: Any) -> JobSpec:
    """The parent's very shape with new colours: only the albedo learns."""
    return child(parent, "restyle", strength, {"prompt": prompt, **changes})


def varied(parent: JobFolder, count: int, strength: float = 1.0, **changes: Any) -> list[JobSpec]:
    """`count` siblings of the parent with the seeds that follow its own.

    strength: 1 makes each from nothing; below, each begins with the parent's field.
    """
    first = changes.pop("seed", parent.spec.seed + 1)
    return [child(parent, "variation", strength, {**changes, "seed": seed}) for seed in seeds(first, count)]


def variations_of(spec: JobSpec, count: int) -> list[JobSpec]:
    """`count` jobs of the same settings with the seeds from the spec's own on; they descend from no job."""
    return [JobSpec.from_json({**spec.to_json(), "seed": seed}) for seed in seeds(spec.seed, count)]


def seeds(first: int, count: int) -> range:
    """`count` seeds from the first on. Raises BadSpec for a number of variations that nobody can want."""
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_VARIATIONS:
        raise BadSpec(f"count is {count!r}; permitted: a whole number from 1 to {MOST_VARIATIONS}")
    return range(first, first + count)


def child(parent: JobFolder, relation: Relation, strength: float, changes: dict[str, Any]) -> JobSpec:
    """A validated spec: the parent's with changes, where None means as the parent has it.

    With another prior, what belongs to the parent's own (OF_PRIOR) is as usual where it is not given. Raises BadSpec.
    """
    given = {name: value for name, value in changes.items() if value is not None}
    given |= whole_paths(given)
    overrides = {**parent.spec.overrides, **given.pop("overrides", {})}
    origin = Origin(parent.id, relation, strength).validate()
    steps = scaled_steps(parent.spec, origin)
    kept, usual = parent.spec.to_json(), JobSpec()
    if given.get("prior", parent.spec.prior) != parent.spec.prior:
        kept |= {name: getattr(usual, name) for name in OF_PRIOR}
    values = {**kept, "steps": steps, **given, "overrides": overrides, "origin": origin.to_json()}
    spec = JobSpec.from_json(values)
    if origin.starts_from_parent:
        _check_constraints(parent, spec, relation)
    return spec


def _check_constraints(parent: JobFolder, spec: JobSpec, relation: Relation) -> None:
    """Raise BadSpec for constraints that the parent's field cannot be given, JobDamaged without the parent's meshes."""
    wishes, had = ConstraintSettings.of(spec.overrides), ConstraintSettings.of(parent.spec.overrides)
    if had.symmetry == "exact" and wishes.symmetry != "exact":
        raise BadSpec(
            f"{parent.name} was made with {_SYMMETRY}=exact: its left side was never learnt. "
            f"Leave {_SYMMETRY} as it is, or make variations of full strength, which begin anew"
        )
    if relation == "restyle" and (name := _moving(wishes, had)) is not None:
        raise BadSpec(
            f"{parent.name} cannot be restyled with another {name}, which would move its shape. "
            f"Leave {name} as it is, or branch instead"
        )
    if not wishes.flat_base:
        return
    meshes = _meshes_of(parent)
    if has_floor_in_field(wishes, meshes) and not has_floor_in_field(had, meshes):
        raise BadSpec(
            f"{parent.name} was made without {_FLAT_BASE}: below the floor would be parts of it. "
            f"Leave {_FLAT_BASE} out, or make variations of full strength, which begin anew"
        )


def _moving(wishes: ConstraintSettings, had: ConstraintSettings) -> str | None:
    """The changed constraint with which a shape that is held would be another; None where all leave it as it is."""
    if (wishes.symmetry == "exact") != (had.symmetry == "exact"):
        return _SYMMETRY
    if wishes.flat_base != had.flat_base:
        return _FLAT_BASE
    moves_the_floor = wishes.flat_base and parse_ratio(wishes.ratio) != parse_ratio(had.ratio)
    return _RATIO if moves_the_floor else None


def _meshes_of(parent: JobFolder) -> Collection[str]:
    """The names of those that the parent was given. Raises JobDamaged."""
    if not parent.spec.inputs:
        return ()
    from .inputs import Inputs  # numpy, which no command waits for that does not need it

    return Inputs.load(parent.inputs, parent.spec.inputs).meshes


def guidance(weight: float) -> dict[str, Override]:
    """One guidance weight for every objective that has one, as overrides of the presets' own."""
    return {"denoise_fit.guidance_weight": float(weight), "sds.guidance_weight": float(weight)}


def no_job(name: str) -> JobMissing:
    """What there is to say of an asset that knows no job."""
    return JobMissing(f"{name} was not made by a job of this product, so that there is nothing to go on from")


def scaled_steps(parent: JobSpec, origin: Origin) -> int | None:
    """As many steps for the child's share of the schedules as the parent was given for its own; None: the preset's."""
    if parent.steps is None:
        return None
    whole = parent.steps / (1.0 if parent.origin is None else parent.origin.share_of_steps)
    return max(1, round(whole * origin.share_of_steps))
