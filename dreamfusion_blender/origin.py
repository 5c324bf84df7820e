"""What a job descends from: the job it was made of, how, and how much of the schedules it runs again."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, get_args

from .errors import BadSpec

Relation = Literal["continue", "branch", "variation", "restyle"]

RELATIONS: Final[tuple[Relation, ...]] = get_args(Relation)
_JOB_ID: Final = re.compile(r"[0-9a-f]{6,32}")


@dataclass(frozen=True)
class Origin:
    """The parent and what was done with it.

    strength: how much of every schedule (noise levels, learning rates, the surface's softness) is run again. 1 begins
    at the highest noise level as a new job does, 0 stays at the lowest, as SDEdit (2108.01073) chooses where to enter.
    """

    job: str  # the parent's id
    relation: Relation
    strength: float = 1.0

    @property
    def starts_from_parent(self) -> bool:
        """Whether the parent's field is what the job begins with; a variation at full strength begins with nothing."""
        return self.relation != "variation" or self.strength < 1

    @property
    def entry(self) -> float:
        """The progress at which the schedules are entered, 0 … 1."""
        return 1.0 - self.strength

    @property
    def share_of_steps(self) -> float:
        """Of a new job's steps, where the job does not say how many it takes."""
        return max(self.strength, LEAST_STEPS)

    def to_json(self) -> dict[str, Any]:
        """As it stands in job.json."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: object) -> Origin:
        """Read what `to_json` wrote. Raises BadSpec."""
        known = [each.name for each in fields(cls)]
        if not isinstance(data, dict) or not {"job", "relation"} <= data.keys() or not data.keys() <= set(known):
            raise BadSpec(f"origin is a table of {', '.join(known)}, not {str(data)[:80]!r}")
        return cls(**data).validate()

    def validate(self) -> Origin:
        """Return self, or raise BadSpec naming what is wrong."""
        if not isinstance(self.job, str) or not _JOB_ID.fullmatch(self.job):
            raise BadSpec(f"origin.job is {self.job!r}; it is a job's id, such as 3f09ac")
        if self.relation not in RELATIONS:
            raise BadSpec(f"origin.relation is {self.relation!r}; permitted: {', '.join(RELATIONS)}")
        number = isinstance(self.strength, (int, float)) and not isinstance(self.strength, bool)
        if not number or not math.isfinite(self.strength) or not 0 <= self.strength <= 1:
            raise BadSpec(f"strength is {self.strength!r}; permitted: a number from 0 to 1")
        return self


LEAST_STEPS: Final = 0.25
"""Share of a new job's steps: a short stretch of low noise levels still needs some rounds to be seen."""
