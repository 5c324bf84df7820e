"""Two results side by side, in a collection of their own that goes away with the comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.props import StringProperty

from ..dreamfusion_blender.asset import Asset
from ..dreamfusion_blender.errors import DreamFusionError, JobMissing
from ..dreamfusion_blender.inputs import Placement
from ..dreamfusion_blender.scene import add_asset
from ..dreamfusion_blender.scene.placing import JOB_PROPERTY
from ..dreamfusion_blender.scene.replacing import is_in_our_material, was_changed
from ..dreamfusion_blender.store import JobFolder, find_job
from .places import spread
from .refusals import refuse
from .speaking import Operator

if TYPE_CHECKING:
    from bpy.types import Collection, Context, Object

COMPARISON = "dreamfusion_comparison"
"""A custom property of the collection and of the copies in it, whatever somebody calls them."""
PLACE = "dreamfusion_comparison_place"
"""Of the copies: where we have put them."""


class DREAMFUSION_OT_compare(Operator):
    """Stand the results of two jobs side by side at the 3D cursor, in the place of the last comparison"""

    bl_idname = "dreamfusion.compare"
    bl_label = "Compare"
    bl_options = {"UNDO"}

    # Not saved: a button that names one job would compare it with the last other one.
    job: StringProperty(name="Job", description="A job's folder or name", options={"SKIP_SAVE"})
    other: StringProperty(
        name="Other",
        description="A job's folder or name. Empty: the active object's job, else the job's parent",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: Context) -> bool:
        """New objects are added in Object Mode."""
        if context.mode != "OBJECT":
            cls.poll_message_set("Go to Object Mode first: new objects are added there")
        return context.mode == "OBJECT"

    def execute(self, context: Context) -> set[str]:
        """Add both, the older one on the left."""
        try:
            job = JobFolder.open(self.job)
            pair = sorted((job, self._other(context, job)), key=lambda each: str(each.header["created"]))
            assets = [Asset.load(each) for each in pair]
            for each in pair:
                Placement.of(each.path)  # what is damaged must not cost the last comparison
        except DreamFusionError as error:
            return refuse(self, error)
        end_comparison(context)
        collection = _new_collection(context)
        size = max(each.spec.size for each in pair)
        places = spread(tuple(context.scene.cursor.location), 2, size, "ROW")
        for asset, place in zip(assets, places, strict=True):
            copy = add_asset(asset, context, place)
            copy.location = place  # also of what was refined, which its job has stand elsewhere
            copy[COMPARISON] = copy.name  # which a duplicate of it has not
            copy[PLACE] = _place(copy)
            _move(copy, collection)
        return {"FINISHED"}

    def _other(self, context: Context, job: JobFolder) -> JobFolder:
        if self.other:
            return JobFolder.open(self.other)
        chosen = context.object
        identifier = chosen.get(JOB_PROPERTY) if chosen is not None and not _is_compared(chosen) else None
        if isinstance(identifier, str) and identifier != job.id:
            return find_job(identifier)
        if job.spec.origin is None:
            raise JobMissing("Make another job's object active first: this job was made of none to compare it with")
        return find_job(job.spec.origin.job)


class DREAMFUSION_OT_end_compare(Operator):
    """Take the compared copies away. What is yours stays, and so does a copy that you moved or changed"""

    bl_idname = "dreamfusion.end_compare"
    bl_label = "End Comparison"
    bl_options = {"UNDO"}

    @classmethod
    def poll(cls, context: Context) -> bool:
        """There must be a comparison, and objects may be removed."""
        if comparison_of(context) is None:
            cls.poll_message_set("Nothing is being compared: use Compare in the history first")
        elif context.mode != "OBJECT":
            cls.poll_message_set("Go to Object Mode first: objects are removed there")
        else:
            return True
        return False

    def execute(self, context: Context) -> set[str]:
        """Remove the collection and our copies that are in no other."""
        end_comparison(context)
        return {"FINISHED"}


def comparison_of(context: Context) -> Collection | None:
    """The collection of the compared copies in this scene."""
    return next((each for each in context.scene.collection.children_recursive if COMPARISON in each), None)


def end_comparison(context: Context) -> None:
    """Remove the compared copies with their meshes, materials and pictures, as far as nothing else uses them.

    What else lies in the collection is somebody's own and goes to the scene's: so do copies that were worked on.
    """
    collection = comparison_of(context)
    if collection is None:
        return
    for each in list(collection.objects):
        if len(each.users_collection) > 1:
            continue
        if _is_as_made(each):
            _remove(each)
        else:
            context.scene.collection.objects.link(each)
    for inner in collection.children:
        if inner.name not in context.scene.collection.children:
            context.scene.collection.children.link(inner)
    bpy.data.collections.remove(collection)


def _new_collection(context: Context) -> Collection:
    collection = bpy.data.collections.new("Comparison")
    collection[COMPARISON] = True
    context.scene.collection.children.link(collection)
    return collection


def _move(made: Object, collection: Collection) -> None:
    for each in made.users_collection:
        each.objects.unlink(made)
    collection.objects.link(made)


def _is_as_made(copy: Object) -> bool:
    """Whether it is one of ours, and nobody has moved it, changed it or made something of it."""
    if copy.get(COMPARISON) != copy.name or list(copy.get(PLACE, ())) != _place(copy):
        return False
    is_used = copy.modifiers or copy.constraints or copy.animation_data or copy.children
    return not is_used and is_in_our_material(copy) and not was_changed(copy)


def _place(copy: Object) -> list[float]:
    return [number for row in copy.matrix_basis for number in row]


def _is_compared(chosen: Object) -> bool:
    return any(COMPARISON in each for each in chosen.users_collection)


def _remove(copy: Object) -> None:
    mesh = copy.data
    materials = [each for each in mesh.materials if each is not None]
    pictures = {
        node.image
        for each in materials
        if each.node_tree is not None
        for node in each.node_tree.nodes
        if node.type == "TEX_IMAGE" and node.image is not None
    }
    bpy.data.objects.remove(copy)
    for blocks, found in ((bpy.data.meshes, [mesh]), (bpy.data.materials, materials), (bpy.data.images, pictures)):
        for each in found:
            if not each.users:
                blocks.remove(each)
