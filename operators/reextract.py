"""Cut a generated object's mesh again from its field, in place."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ..dreamfusion_blender import jobs
from ..dreamfusion_blender.asset import Asset
from ..dreamfusion_blender.cut import CutSettings
from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.scene import replace_asset
from ..dreamfusion_blender.scene.placing import JOB_PROPERTY
from ..dreamfusion_blender.scene.replacing import was_changed
from ..dreamfusion_blender.store import find_job
from ..translations import translated
from .backend_environment import environment_of
from .field_settings import FOUND_PROPERTY, NAMES, cut_of, forget_next, generated_object, given_properties
from .quality_shelf import forget_quality
from .refusals import refuse
from .speaking import Operator

if TYPE_CHECKING:
    from bpy.types import Context, Event, Object

USUAL_SECONDS = 6.0  # 20,000 triangles and 1024 pixels on one core of 2020
STAGES = 9  # that the process reports

_measured: list[float] = []  # how long the last one took


def seconds() -> float:
    """How long Blender will wait, as far as is known."""
    return _measured[-1] if _measured else USUAL_SECONDS


class DREAMFUSION_OT_reextract(Operator):
    """Cut the mesh and its texture again from the field that its job kept, in place. Blender waits meanwhile"""

    bl_idname = "dreamfusion.reextract"
    bl_label = "Cut Again"
    # With REGISTER, "Adjust Last Operation" takes the step back and runs `execute` once more with other settings.
    bl_options = {"REGISTER", "UNDO"}

    __annotations__ = given_properties()

    @classmethod
    def poll(cls, context: Context) -> bool:
        """The active object must be one that a job made, and be free to change."""
        target = generated_object(context)
        if target is None:
            cls.poll_message_set("Make an object active that a job made: this one was not generated and has no field")
        elif context.mode != "OBJECT":
            cls.poll_message_set("Go to Object Mode first: a mesh can only be replaced there")
        elif target.library is not None or target.data.library is not None:
            cls.poll_message_set("The object is linked from another file; make it local first")
        else:
            return True
        return False

    def invoke(self, context: Context, _event: Event) -> set[str]:
        """From the panel's button: with what its sliders show."""
        target = generated_object(context)
        assert target is not None
        shown = cut_of(target)
        for name in NAMES:
            if not self.properties.is_property_set(name):
                setattr(self, name, shown[name] or 0 if name != "symmetry" else shown[name])
        return self.execute(context)

    def execute(self, context: Context) -> set[str]:
        """Cut, wait, replace. What a script does not give is as the object has it."""
        target = generated_object(context)
        assert target is not None
        if target.data.shape_keys is not None:
            self.report({"ERROR"}, "The object has shape keys, which belong to its present mesh: remove them first")
            return {"CANCELLED"}
        edited = was_changed(target)
        given = {name: getattr(self, name) for name in NAMES if self.properties.is_property_set(name)}
        try:
            asset = self._cut(context, target, {**cut_of(target), **given})
        except DreamFusionError as error:
            return refuse(self, error)
        finally:
            forget_quality()
        replace_asset(target, asset)
        forget_next(target)
        if edited:
            self.report(
                {"WARNING"}, "Mesh or texture had been changed by hand, which is gone with them; Undo brings it back"
            )
        return {"FINISHED"}

    def draw(self, context: Context) -> None:
        """The redo panel: the settings, where 0 of the threshold is, and that each change takes its time."""
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        target = generated_object(context)
        for name in NAMES:
            layout.prop(self, name)
            if name == "threshold" and target is not None and (found := describe_found(target)):
                layout.label(text=translated(found))
        layout.label(text=translated(f"Each change takes about {seconds():.0f} s; Blender waits"), icon="TIME")

    def _cut(self, context: Context, target: Object, values: dict[str, Any]) -> Asset:
        cut = CutSettings.from_mapping({**values, "resolution": values["resolution"] or None})
        job = find_job(target[JOB_PROPERTY])
        began = time.monotonic()
        manager = context.window_manager
        manager.progress_begin(0, STAGES)  # a number at the mouse, the one thing that is drawn while Blender waits
        done = 0

        def follow(event: dict[str, Any]) -> None:
            nonlocal done
            done += event["type"] == "stage"
            manager.progress_update(done)

        try:
            jobs.extract(job, follow, environment_of(context), cut)
        finally:
            manager.progress_end()
        _measured[:] = [time.monotonic() - began]
        return Asset.load(job)


def describe_found(target: Object) -> str | None:
    """Where 0 of the threshold is, for the panel."""
    return "0 is the surface as found; less is thicker" if isinstance(target.get(FOUND_PROPERTY), float) else None
