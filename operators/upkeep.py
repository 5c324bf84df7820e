"""The preferences' buttons that make the backend anew, and take away what takes room. Each asks first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.machine import usual_device
from ..dreamfusion_blender.removing import delete_for_ever, deleted_folder, remove_environment
from ..translations import translated
from . import timer
from .backend_environment import environment_of, forget_environment
from .errand import print_progress
from .install_backend import may_install
from .lookups import lookups, size_of
from .refusals import refuse
from .session import session
from .speaking import Operator

if TYPE_CHECKING:
    from bpy.types import Context, Event


class DREAMFUSION_OT_repair_backend(Operator):
    """Make the backend's environment anew, with what pip still keeps of the download"""

    bl_idname = "dreamfusion.repair_backend"
    bl_label = "Repair Backend"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: Context) -> bool:
        """As for an install, and there must be something of ours to repair."""
        return may_install(cls) and _is_ours(cls, context)

    def invoke(self, context: Context, event: Event) -> set[str]:
        """Ask first: it may download much."""
        return context.window_manager.invoke_confirm(self, event)

    def execute(self, context: Context) -> set[str]:
        """In a window: start and return at once. In the background: return when it is done."""
        environment = environment_of(context)
        if not bpy.app.background:
            session.start_install(environment, anew=True)
            timer.start()
            return {"FINISHED"}
        try:
            environment.install(print_progress, usual_device(), anew=True)
        except DreamFusionError as error:
            return refuse(self, error)
        finally:
            forget_environment()
        return {"FINISHED"}


class DREAMFUSION_OT_remove_backend(Operator):
    """Delete the backend's environment from the disk. Jobs, models and objects stay"""

    bl_idname = "dreamfusion.remove_backend"
    bl_label = "Remove Backend"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: Context) -> bool:
        """Only what we made, and not while it is in use."""
        if session.work is not None:
            cls.poll_message_set("A job is at work: cancel it first")
        elif session.install.is_busy:
            cls.poll_message_set("The backend is being installed: cancel that first")
        elif session.download.is_busy:
            cls.poll_message_set("A model is being downloaded: wait for it, or cancel it")
        else:
            return _is_ours(cls, context)
        return False

    def invoke(self, context: Context, event: Event) -> set[str]:
        """Ask first."""
        return context.window_manager.invoke_confirm(self, event)

    def execute(self, context: Context) -> set[str]:
        """In a window: start and return at once. In the background: return when it is done."""
        environment = environment_of(context)
        if not bpy.app.background:
            session.start_removal(environment)
            timer.start()
            return {"FINISHED"}
        try:
            remove_environment(environment, print_progress)
        except DreamFusionError as error:
            return refuse(self, error)
        finally:
            forget_environment()
        return {"FINISHED"}


class DREAMFUSION_OT_empty_deleted(Operator):
    """Delete the jobs for ever that were deleted from the history. This cannot be undone"""

    bl_idname = "dreamfusion.empty_deleted"
    bl_label = "Delete for Ever"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: Context) -> bool:
        """There must be something."""
        if size_of(deleted_folder()) == "empty":
            cls.poll_message_set("No deleted jobs are kept: there is nothing to free")
            return False
        return True

    def invoke(self, context: Context, event: Event) -> set[str]:
        """Ask first: nothing brings them back."""
        return context.window_manager.invoke_confirm(self, event)

    def execute(self, _context: Context) -> set[str]:
        """Delete what lies in the folder of deleted jobs."""
        try:
            count = delete_for_ever()
        except DreamFusionError as error:
            return refuse(self, error)
        finally:
            lookups.forget()
        self.report({"INFO"}, translated(f"{count} deleted for ever"))
        return {"FINISHED"}


def _is_ours(cls: type[Operator], context: Context) -> bool:
    """Whether the environment is there and was made by this product; sets the message that says why not."""
    environment = environment_of(context)
    if environment.is_ours:
        return True
    if environment.folder.exists():
        cls.poll_message_set("The folder was not made by this extension, so it is left alone: use its own tools")
    else:
        cls.poll_message_set("The backend is not installed: use Install Backend")
    return False
