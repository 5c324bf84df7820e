"""Places where nothing can be written."""

from __future__ import annotations

from .base import DreamFusionError, Remedy


class OutputUnwritable(DreamFusionError):
    """A place where something was to be written cannot be written to."""

    code, exit_code = "output_unwritable", 40


class DiskFull(DreamFusionError):
    """The disk (or a quota, or a size limit) left no room; what was there before is untouched."""

    code, exit_code = "disk_full", 41


class BlenderMissing(DreamFusionError):
    """A .blend file was asked for and no Blender was found to write it."""

    code, exit_code = "blender_missing", 42


class FileNotSaved(DreamFusionError):
    """The .blend file has no place on the disk yet, beside which something would have to be written."""

    code, exit_code = "file_not_saved", 43
    usual_remedy = Remedy("Save the File", operator="wm.save_mainfile")
