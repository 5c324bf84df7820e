"""Refine the active mesh: it becomes what a job starts from, and the result comes back in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.props import FloatProperty

from ..dreamfusion_blender import jobs
from ..dreamfusion_blender.asset import Asset
from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.inputs import Placement
from ..dreamfusion_blender.scene.placing import show_in_local_views
from ..dreamfusion_blender.scene.reading import SOLID_TYPES, active_mesh
from . import originals
from .backend_environment import environment_of
from .generate import can_wait_for_job
from .inputs import with_inputs
from .job_settings import JobSettings
from .refusals import refuse
from .settings import spec_from
from .speaking import Operator
from .start import DREAMFUSION_OT_start, begin

if TYPE_CHECKING:
    from bpy.types import Context


class DREAMFUSION_OT_refine(JobSettings, Operator):
    """Refine the active mesh by the prompt and wait for it. What is not given is as set in the panel"""

    bl_idname = "dreamfusion.refine"
    bl_label = "Refine and Wait"
    bl_options = {"UNDO"}  # no REGISTER: the redo panel would run the whole job again

    strength: FloatProperty(name="Strength", description="Low keeps the looks, 1 forgets them")
    distance: FloatProperty(name="Distance", description="That the surface may move, as a share of the largest side")

    @classmethod
    def poll(cls, context: Context) -> bool:
        """The one backend must be free, and new objects welcome."""
        return can_wait_for_job(cls, context)

    def execute(self, context: Context) -> set[str]:
        """Run the job to its end and put the result in the original's place; the original is hidden."""
        try:
            spec, inputs = with_inputs(spec_from(context, self), context, active_mesh(context))
            backend = jobs.shared_backend(environment_of(context))
            job = jobs.run_to_end(jobs.create(spec, backend, inputs=inputs), backend=backend)
            Asset.load(job).to_scene(context)
            if (placement := Placement.of(job.path)) is not None:
                originals.know_home(job.id)
                originals.hide(job.id, placement)
        except DreamFusionError as error:
            return refuse(self, error)
        return {"FINISHED"}


class DREAMFUSION_OT_start_refine(Operator):
    """Refine the active mesh by the prompt, while you go on working; the result takes its place and hides it"""

    bl_idname = "dreamfusion.start_refine"
    bl_label = "Refine Selected Mesh"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: Context) -> bool:
        """There must be a mesh, and nothing else at work."""
        found = context.active_object
        if found is None or found.type not in SOLID_TYPES:
            cls.poll_message_set("Select the mesh that is to be refined")
            return False
        if context.mode != "OBJECT":
            cls.poll_message_set("Go to Object Mode first: a mesh is taken as it is there")
            return False
        return DREAMFUSION_OT_start.poll(context)

    def execute(self, context: Context) -> set[str]:
        """Start the job and return at once; the timer brings the result home."""
        return begin(self, context, from_mesh=True)


class DREAMFUSION_OT_add_front(Operator):
    """Add an empty that says where the object stands and where its front is: along the empty's −Y"""

    bl_idname = "dreamfusion.add_front"
    bl_label = "Add Front Marker"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: Context) -> bool:
        """New objects are added in Object Mode."""
        if context.mode != "OBJECT":
            cls.poll_message_set("Go to Object Mode first: new objects are added there")
        return context.mode == "OBJECT"

    def execute(self, context: Context) -> set[str]:
        """At the 3D cursor: arrows whose Z is up and whose −Y is the front."""
        marker = bpy.data.objects.new("Front", None)
        marker.empty_display_type = "ARROWS"
        marker.location = context.scene.cursor.location
        context.scene.collection.objects.link(marker)
        show_in_local_views(marker, context.view_layer)
        context.scene.dreamfusion_shape.front = marker
        return {"FINISHED"}
