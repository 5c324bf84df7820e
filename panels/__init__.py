"""What the artist sees: panels that draw the state and call operators, and compute nothing."""

from __future__ import annotations

import bpy

from ..operators import user_preferences
from . import (
    advanced_panel,
    asset_panel,
    backend_panel,
    generate_panel,
    history_panel,
    iterate_panel,
    live_panel,
    menus,
    options_panel,
    preferences,
    shape_panel,
    volume_overlay,
    words_panel,
)

_CLASSES = (
    preferences.DREAMFUSION_AP_preferences,
    generate_panel.DREAMFUSION_PT_generate,
    words_panel.DREAMFUSION_PT_words,
    live_panel.DREAMFUSION_PT_live,
    iterate_panel.DREAMFUSION_PT_iterate,
    history_panel.DREAMFUSION_UL_history,
    history_panel.DREAMFUSION_PT_history,
    shape_panel.DREAMFUSION_PT_refine,
    shape_panel.DREAMFUSION_PT_guides,
    shape_panel.DREAMFUSION_PT_constraints,
    asset_panel.DREAMFUSION_PT_quality,
    asset_panel.DREAMFUSION_PT_field,
    advanced_panel.DREAMFUSION_PT_advanced,
    options_panel.DREAMFUSION_PT_prior_options,
    options_panel.DREAMFUSION_PT_overrides,
    backend_panel.DREAMFUSION_PT_backend,
    menus.DREAMFUSION_MT_sections,
    menus.DREAMFUSION_MT_add,
    menus.DREAMFUSION_MT_object,
)


def register() -> None:
    """Register preferences, panels and menus, the parent panel before its children; from now on preferences hold."""
    for each in _CLASSES:
        bpy.utils.register_class(each)
    menus.register()
    volume_overlay.register()
    user_preferences.apply(bpy.context)


def unregister() -> None:
    """Remove them again, children first."""
    volume_overlay.unregister()
    menus.unregister()
    for each in reversed(_CLASSES):
        bpy.utils.unregister_class(each)
