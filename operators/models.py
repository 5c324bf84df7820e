"""Fetching and removing 2D models from inside Blender, with Blender's leave to go online."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.props import StringProperty

from ..dreamfusion_blender.errors import DreamFusionError, UnknownPrior
from ..dreamfusion_blender.models import read_download
from ..dreamfusion_blender.models.downloading import download
from ..dreamfusion_blender.models.library import ModelFolder
from . import timer
from .backend_environment import environment_of
from .errand import print_progress
from .model_shelf import forget_models
from .refusals import refuse
from .session import session
from .settings import prior_of
from .speaking import Operator

if TYPE_CHECKING:
    from bpy.types import Context, Event


class DREAMFUSION_OT_download_model(Operator):
    """Download a 2D model from huggingface.co, or go on with a download. Without a name: the one that the scene uses"""

    bl_idname = "dreamfusion.download_model"
    bl_label = "Download Model"
    bl_options = {"INTERNAL"}

    model: StringProperty(
        name="Model",
        description="A name of the catalogue, or owner/name on the hub",
        options={"SKIP_SAVE"},  # or the menu's entry would fetch the last one that was named
    )

    @classmethod
    def poll(cls, _context: Context) -> bool:
        """Only with leave to go online, and one at a time."""
        if not bpy.app.online_access:
            cls.poll_message_set("Allow Online Access in Preferences > System > Network first")
        elif session.download.is_busy:
            cls.poll_message_set("A model is being downloaded already: wait for it, or cancel it")
        return bpy.app.online_access and not session.download.is_busy

    def execute(self, context: Context) -> set[str]:
        """In a window: start the download and return at once. In the background: return when it is done."""
        try:
            name = self.model or prior_of(context.scene.dreamfusion)
            read_download(name)
            environment = environment_of(context)
            if not bpy.app.background:
                session.start_download(name, environment, bpy.app.online_access)
                timer.start()
                return {"FINISHED"}
            download(name, environment, bpy.app.online_access, print_progress)
        except DreamFusionError as error:
            return refuse(self, error)
        finally:
            forget_models()
        return {"FINISHED"}


class DREAMFUSION_OT_cancel_download(Operator):
    """Stop the download; the next try goes on with what is there"""

    bl_idname = "dreamfusion.cancel_download"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: Context) -> bool:
        """There must be a download on its way."""
        if not session.download.is_busy:
            cls.poll_message_set("No model is being downloaded: there is nothing to cancel")
        return session.download.is_busy

    def execute(self, _context: Context) -> set[str]:
        """Have the download's process ended."""
        session.download.cancel()
        return {"FINISHED"}


class DREAMFUSION_OT_remove_model(Operator):
    """Delete a downloaded model from the models folder"""

    bl_idname = "dreamfusion.remove_model"
    bl_label = "Remove Model"
    bl_options = {"INTERNAL"}

    model: StringProperty(name="Model", description="A name of the catalogue, or owner/name on the hub")

    @classmethod
    def poll(cls, _context: Context) -> bool:
        """Not while a job may be reading it."""
        if session.work is not None:
            cls.poll_message_set("A job is at work: wait for it, or stop it")
        return session.work is None

    def invoke(self, context: Context, event: Event) -> set[str]:
        """Ask first: gigabytes may have to be downloaded again."""
        return context.window_manager.invoke_confirm(self, event)

    def execute(self, _context: Context) -> set[str]:
        """Delete the model's folder; what Hugging Face's own cache holds is left to its own tools."""
        try:
            repository = read_download(self.model).repository
            if repository is None:
                raise UnknownPrior(f"{self.model or 'Nothing'} is no model that was downloaded")
            ModelFolder.of(repository).remove()
        except DreamFusionError as error:
            return refuse(self, error)
        finally:
            forget_models()
        return {"FINISHED"}
