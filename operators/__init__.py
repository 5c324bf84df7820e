"""What artist and scripts do: start, stop and resume jobs, import results, install the backend, fetch models."""

from __future__ import annotations

import bpy

from . import batch, generate, import_job, install_backend, models, preview, settings, start, timer

_CLASSES = (
    start.DREAMFUSION_OT_start,
    start.DREAMFUSION_OT_resume,
    start.DREAMFUSION_OT_cancel,
    start.DREAMFUSION_OT_roll_seed,
    generate.DREAMFUSION_OT_generate,
    batch.DREAMFUSION_OT_batch,
    import_job.DREAMFUSION_OT_import_job,
    install_backend.DREAMFUSION_OT_install_backend,
    install_backend.DREAMFUSION_OT_cancel_install,
    models.DREAMFUSION_OT_download_model,
    models.DREAMFUSION_OT_cancel_download,
    models.DREAMFUSION_OT_remove_model,
)


def register() -> None:
    """Register the settings and the operators."""
    settings.register()
    for each in _CLASSES:
        bpy.utils.register_class(each)


def unregister() -> None:
    """End the timer, the backend and the preview, then remove the operators and the settings."""
    timer.stop()
    preview.hide()
    for each in reversed(_CLASSES):
        bpy.utils.unregister_class(each)
    settings.unregister()
