"""What was refined, while something stands in its place: hidden for the jobs of this file."""

from __future__ import annotations

from ..dreamfusion_blender.inputs import Placement
from ..dreamfusion_blender.scene.standing import hide_original
from .session import session


def hide(job: str, covered: Placement) -> None:
    """Hide what the job of this id was refined from, where it still stands, and know the file for the job's own."""
    session.at_home.add(job)
    hide_original(covered)


def hide_again(job: str, covered: Placement) -> None:
    """The same where its result comes once more, unless another file is open.

    That may have an object of the same name in the same place, such as Blender's own cube, which nobody has refined. A
    mark in the original would not do: an undo of the result takes it away, too.
    """
    if job in session.at_home:
        hide_original(covered)
