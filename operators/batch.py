"""A table of prompts and settings, one job after another: the operator returns when all are in the scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.props import FloatProperty, StringProperty
from mathutils import Vector

from ..dreamfusion_blender import jobs
from ..dreamfusion_blender.asset import Asset
from ..dreamfusion_blender.batch import Failure, run_rows
from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.scene import add_asset
from ..dreamfusion_blender.scene.placing import JOB_PROPERTY
from ..dreamfusion_blender.store import JobFolder
from ..dreamfusion_blender.tables import read_table
from ..translations import translated
from .backend_environment import environment_of
from .generate import can_wait_for_job
from .refusals import refuse
from .speaking import Operator

if TYPE_CHECKING:
    from bpy.types import Context, Object


class DREAMFUSION_OT_batch(Operator):
    """Generate a table of prompts one after another and wait for them. What is done already is skipped"""

    bl_idname = "dreamfusion.batch"
    bl_label = "Generate a Table"
    bl_options = {"UNDO"}

    filepath: StringProperty(
        name="Table",
        description="A .csv file with a header, or a .jsonl file: a column `prompt` and any other settings",
        subtype="FILE_PATH",
    )
    spacing: FloatProperty(
        name="Spacing", description="Metres between one object and the next, along X", default=0.25, unit="LENGTH"
    )

    @classmethod
    def poll(cls, context: Context) -> bool:
        """The one backend must be free, and new objects welcome."""
        return can_wait_for_job(cls, context)

    def execute(self, context: Context) -> set[str]:
        """Run all rows, then stand the results side by side; a failed row is reported and does not stop the rest."""
        try:
            rows = read_table(bpy.path.abspath(self.filepath))
            results = run_rows(rows, backend=jobs.shared_backend(environment_of(context)))
            finished = [each for each in results if isinstance(each, JobFolder)]
            self._add(context, [Asset.load(job) for job in finished if not is_in_file(job)])
        except DreamFusionError as error:
            return refuse(self, error)
        for each in results:
            if isinstance(each, Failure):
                self.report({"WARNING"}, translated(str(each)))
        return {"FINISHED"}

    def _add(self, context: Context, assets: list[Asset]) -> None:
        x, y, z = context.scene.cursor.location
        right = None  # the last object's edge
        for asset in assets:
            made = add_asset(asset, context, (x, y, z))
            least, most = _extent(made)
            if right is not None:
                x = right + self.spacing - least
            made.location = (x, y, z)  # also of what was refined, which its job has stand elsewhere
            right = x + most


def _extent(made: Object) -> tuple[float, float]:
    """How far a mesh reaches from its object's origin along the world's X: the least and the most, in metres."""
    along = [(made.matrix_basis @ Vector(corner)).x - made.location.x for corner in made.bound_box]
    return min(along), max(along)


def is_in_file(job: JobFolder) -> bool:
    """Whether this .blend file holds the job's object already, from an earlier run of the same table."""
    return any(each.get(JOB_PROPERTY) == job.id for each in bpy.data.objects)
