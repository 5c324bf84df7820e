# SPDX-License-Identifier: GPL-3.0-or-later
"""DreamFusion 3D: a Blender extension that turns a text prompt into a textured mesh. Registration only."""

from . import operators, panels, translations


def register() -> None:
    """Called by Blender when the extension is enabled."""
    translations.register()
    operators.register()
    panels.register()


def unregister() -> None:
    """Called by Blender when the extension is disabled and when Blender closes: ends the backend."""
    panels.unregister()
    operators.unregister()
    translations.unregister()
