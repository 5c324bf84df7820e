"""The one place where the core meets Blender: an asset becomes an object in the scene (imports bpy)."""

from .placing import add_asset
from .replacing import replace_asset
from .saving import save_blend

__all__ = ["add_asset", "replace_asset", "save_blend"]
