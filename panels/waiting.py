"""What waits for the artist: a result to be looked at, jobs that stopped half-way, and finished ones elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dreamfusion_blender.scene.placing import JOB_PROPERTY
from ..operators.session import session
from .words import draw_text

if TYPE_CHECKING:
    from bpy.types import Context, UILayout


def draw_waiting(layout: UILayout, context: Context) -> None:
    """A box for each."""
    arrived, active = session.arrived, context.object
    if arrived is not None and not (active is not None and active.get(JOB_PROPERTY) == arrived.id):
        row = _box(layout, context, f"Finished, in the scene: {arrived.spec.prompt}", "CHECKMARK")
        row.operator("dreamfusion.select_result", icon="RESTRICT_SELECT_OFF").job = arrived.id
    for job in session.offered:
        row = _box(layout, context, f"Finished: {job.spec.prompt}", "CHECKMARK")
        row.operator("dreamfusion.import_job", text="Import", icon="IMPORT").directory = str(job.path)
        row.operator("dreamfusion.leave_job", text="", icon="X").job = str(job.path)
    if session.work is not None:
        return  # one job runs at a time
    if session.stopped is not None:
        job = session.stopped
        row = _box(layout, context, f"Stopped half-way: {job.spec.prompt}", "PAUSE")
        row.operator("dreamfusion.resume", icon="PLAY").job = str(job.path)
        if not session.stopped_early:
            row.operator("dreamfusion.stop", text="Finish", icon="SNAP_FACE")
    for job in session.unfinished.jobs:
        if session.stopped is None or session.stopped.path != job.path:
            row = _box(layout, context, f"Unfinished: {job.spec.prompt}", "RECOVER_LAST")
            row.operator("dreamfusion.resume", icon="PLAY").job = str(job.path)
            row.operator("dreamfusion.leave_job", text="", icon="X").job = str(job.path)


def _box(layout: UILayout, context: Context, words: str, icon: str) -> UILayout:
    box = layout.box()
    draw_text(box, context, words, icon=icon)
    return box.row(align=True)
