"""The active object into the Asset Browser, with its job's picture and words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bpy.props import StringProperty

from ..dreamfusion_blender.errors import DreamFusionError, JobMissing
from ..dreamfusion_blender.scene.library import mark_asset
from ..dreamfusion_blender.scene.placing import JOB_PROPERTY, PROPERTY_PREFIX
from ..dreamfusion_blender.store import find_job
from .refusals import refuse
from .session import session
from .speaking import DIALOG_WIDTH, Operator

if TYPE_CHECKING:
    from pathlib import Path

    from bpy.types import Context, Event, Object

CATALOGUE = "DreamFusion"
_SMALL_WORDS = {"a", "an", "the", "with", "of", "and", "on", "in"}

_shown: list[DreamFusionError] = []  # at most one: what kept the last object from being marked


class DREAMFUSION_OT_mark_asset(Operator):
    """Mark the object as an asset, with a catalogue, tags, its prompt and its picture"""

    bl_idname = "dreamfusion.mark_asset"
    bl_label = "Mark as Asset"
    bl_options = {"REGISTER", "UNDO"}

    catalogue: StringProperty(
        name="Catalogue", description="A path such as Props/Furniture. Empty: none", default=CATALOGUE
    )
    # Not saved, or the next object would be offered the words of the last one.
    description: StringProperty(
        name="Description", description="Empty: the prompt and how it was made", options={"SKIP_SAVE"}
    )
    tags: StringProperty(
        name="Tags", description="Parted by commas. Empty: the prompt's words, preset and prior", options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: Context) -> bool:
        """An object of ours must be active, and this file's own."""
        chosen = context.object
        if chosen is None or _job(chosen) is None:
            cls.poll_message_set("Make an object active that a job made")
        elif chosen.library is not None or chosen.override_library is not None:
            cls.poll_message_set("The object is linked from another file; make it local first")
        else:
            return True
        return False

    def invoke(self, context: Context, _event: Event) -> set[str]:
        """Ask for catalogue and words, beginning with those that the object has."""
        self.description = self.description or described(context.object)
        self.tags = self.tags or ", ".join(tagged(context.object))
        return context.window_manager.invoke_props_dialog(self, width=DIALOG_WIDTH)

    def execute(self, context: Context) -> set[str]:
        """Mark the object; its picture comes from its job's folder, where that is still there."""
        chosen = context.object
        tags = [tag.strip() for tag in self.tags.split(",") if tag.strip()] or words(chosen)
        try:
            mark_asset(chosen, self.catalogue, self.description or describe(chosen), tags, _picture(chosen))
        except DreamFusionError as error:
            _shown[:] = [error]
            session.error = error  # the panel shows it with the button that helps
            return refuse(self, error)
        if session.error in _shown:
            session.error = None
        return {"FINISHED"}


def described(chosen: Object) -> str:
    """What an asset says of itself already, in somebody's words perhaps; else how it was made."""
    return (chosen.asset_data.description if chosen.asset_data else "") or describe(chosen)


def tagged(chosen: Object) -> list[str]:
    """The tags that it has already; else those that fit."""
    return [tag.name for tag in chosen.asset_data.tags] if chosen.asset_data else words(chosen)


def describe(chosen: Object) -> str:
    """The prompt and how it was made."""
    said = {name: chosen.get(PROPERTY_PREFIX + name, "") for name in ("prompt", "preset", "prior", "seed")}
    return f"{said['prompt']}. Preset {said['preset']}, prior {said['prior']}, seed {said['seed']}"


def words(chosen: Object) -> list[str]:
    """Tags: the prompt's words that say something, and what made it."""
    prompt = re.findall(r"\w+", str(chosen.get(f"{PROPERTY_PREFIX}prompt", "")).lower())
    made = [str(chosen.get(PROPERTY_PREFIX + name, "")) for name in ("preset", "prior")]
    return [word for word in dict.fromkeys([*prompt, *made]) if word and word not in _SMALL_WORDS]


def _job(chosen: Object | None) -> str | None:
    identifier = None if chosen is None else chosen.get(JOB_PROPERTY)
    return identifier if isinstance(identifier, str) else None


def _picture(chosen: Object) -> Path | None:
    try:
        job = find_job(str(_job(chosen)))
    except JobMissing:
        return None
    return job.thumbnail if job.thumbnail.is_file() else None
