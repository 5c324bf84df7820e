"""What artist and scripts do: start, stop and resume jobs, import results, install the backend, fetch models."""

from __future__ import annotations

import bpy

from . import (
    batch,
    compare,
    field_settings,
    generate,
    generate_again,
    handlers,
    history,
    history_view,
    import_job,
    install_backend,
    iterate,
    library,
    models,
    originals,
    prior_options,
    prior_view,
    reextract,
    refine,
    select_result,
    settings,
    shape_settings,
    start,
    steering,
    timer,
    upkeep,
    user_preferences,
    words,
)
from .session import session

_CLASSES = (
    start.DREAMFUSION_OT_start,
    start.DREAMFUSION_OT_ask,
    start.DREAMFUSION_OT_resume,
    start.DREAMFUSION_OT_begin_again,
    steering.DREAMFUSION_OT_stop,
    steering.DREAMFUSION_OT_pause,
    steering.DREAMFUSION_OT_cancel,
    steering.DREAMFUSION_OT_free,
    steering.DREAMFUSION_OT_leave_job,
    start.DREAMFUSION_OT_roll_seed,
    words.DREAMFUSION_OT_known_words,
    words.DREAMFUSION_OT_add_word,
    *prior_options.OPERATORS,
    generate.DREAMFUSION_OT_generate,
    refine.DREAMFUSION_OT_refine,
    refine.DREAMFUSION_OT_start_refine,
    originals.DREAMFUSION_OT_show_original,
    shape_settings.DREAMFUSION_OT_add_colour,
    shape_settings.DREAMFUSION_OT_remove_colour,
    refine.DREAMFUSION_OT_add_front,
    batch.DREAMFUSION_OT_batch,
    import_job.DREAMFUSION_OT_import_job,
    select_result.DREAMFUSION_OT_select_result,
    iterate.DREAMFUSION_OT_continue_job,
    iterate.DREAMFUSION_OT_branch,
    iterate.DREAMFUSION_OT_restyle,
    iterate.DREAMFUSION_OT_variations,
    iterate.DREAMFUSION_OT_make_rest,
    history.DREAMFUSION_OT_read_history,
    compare.DREAMFUSION_OT_compare,
    compare.DREAMFUSION_OT_end_compare,
    history.DREAMFUSION_OT_reveal_job,
    history.DREAMFUSION_OT_delete_job,
    library.DREAMFUSION_OT_mark_asset,
    reextract.DREAMFUSION_OT_reextract,
    generate_again.DREAMFUSION_OT_generate_again,
    install_backend.DREAMFUSION_OT_install_backend,
    install_backend.DREAMFUSION_OT_cancel_install,
    upkeep.DREAMFUSION_OT_repair_backend,
    upkeep.DREAMFUSION_OT_remove_backend,
    upkeep.DREAMFUSION_OT_empty_deleted,
    models.DREAMFUSION_OT_download_model,
    models.DREAMFUSION_OT_cancel_download,
    models.DREAMFUSION_OT_remove_model,
)


def register() -> None:
    """Register the settings, the operators and the handlers, and look for jobs that wait to be resumed."""
    settings.register()
    history_view.register()
    shape_settings.register()
    field_settings.register()
    for each in _CLASSES:
        bpy.utils.register_class(each)
    handlers.register()
    if not bpy.app.background:
        session.unfinished.look()
        timer.start()


def unregister() -> None:
    """End the timer and the backend, then remove what was registered. A job's object stays as it is."""
    timer.leave_all()
    handlers.unregister()
    timer.stop()
    prior_view.remove()
    for each in reversed(_CLASSES):
        bpy.utils.unregister_class(each)
    field_settings.unregister()
    history_view.unregister()
    shape_settings.unregister()
    settings.unregister()
    user_preferences.withdraw()
