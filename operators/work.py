"""A job on its way, as the panel shows it, and what the user may wish of it. No bpy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..dreamfusion_blender.job import JobSpec
from ..dreamfusion_blender.protocol import Wish
from ..dreamfusion_blender.store import JobFolder

Location = tuple[float, float, float]

STAGES_OF_WISHES: dict[Wish, str] = {"finish": "Finishing", "pause": "Pausing", "cancel": "Stopping"}


class Home(NamedTuple):
    """Where the object of a job belongs. An id of this session, since a name may be another file's, too."""

    scene: int  # its session id
    layer: str  # the view layer's name


@dataclass
class Work:
    """A job on its way: where its result is to stand, and how far it has come."""

    spec: JobSpec
    location: Location  # the 3D cursor's when the button was pressed, metres, world space
    home: Home | None = None  # in which scene; None: in the one that is open when it comes
    job: JobFolder | None = None  # None until its folder is made
    stage: str = "Starting"
    step: int = 0
    steps: int = 0
    seconds_left: float | None = None
    preview: Path | None = None  # the latest coarse mesh
    previews: int = 0  # how many there were so far
    wish: Wish | None = None
    need: str = ""  # of memory and time, as it was forecast
    is_new: bool = True  # False: taken up again, maybe in another file

    @property
    def fraction(self) -> float:
        """How much of the present stage is done, 0 to 1."""
        return min(1.0, self.step / self.steps) if self.steps else 0.0
