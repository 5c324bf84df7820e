"""The models page: which 2D models there are, what is here, and the buttons that fetch and remove them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dreamfusion_blender.models import CATALOGUE, FAST_ENCODERS, FastEncoder, Model
from ..operators.model_shelf import shelf_of
from ..operators.session import session
from ..translations import translated
from .words import draw_text

if TYPE_CHECKING:
    from bpy.types import Context, UILayout

NAME_SHARE = 0.4  # of a row's width; terms are longer


def draw_models(layout: UILayout, context: Context) -> None:
    """The catalogue and the fast encoders, a row for each, in the preferences."""
    column = layout.column()
    column.label(text="2D Models")
    for model in CATALOGUE:
        draw_model(column, model, terms_of(model))
    column.label(text="Fast Encoders")
    for encoder in FAST_ENCODERS:
        draw_model(column, encoder, f"{encoder.licence}; {encoder.families}")
    draw_download(column, context)


def draw_model(layout: UILayout, model: Model | FastEncoder, terms: str) -> None:
    """One model: what it is, its terms, and what can be done about it."""
    shelf = shelf_of(model)
    row = layout.row(align=True)
    words = row.split(factor=NAME_SHARE)
    words.label(text=f"{model.label}: {translated(shelf.words)}", icon="CHECKMARK" if shelf.is_here else "BLANK1")
    words.label(text=terms)
    if model.page is not None:
        row.operator("wm.url_open", text="", icon="URL").url = model.page
    if shelf.state in ("not here", "half here"):
        row.operator("dreamfusion.download_model", text="", icon="IMPORT").model = model.name
    if shelf.bytes_on_disk:
        row.operator("dreamfusion.remove_model", text="", icon="TRASH").model = model.name


def draw_download(layout: UILayout, context: Context) -> None:
    """How far the download on its way has come, if there is one."""
    progress = session.download.progress
    if progress is not None:
        layout.progress(factor=progress.fraction, type="BAR", text=translated(f"Downloading {progress.fraction:.0%}"))
        draw_text(layout, context, progress.message)
        layout.operator("dreamfusion.cancel_download", icon="X")


def terms_of(model: Model) -> str:
    """The licence, and the memory that it takes where that was measured: nobody's guess."""
    gated = f" ({translated('gated')})" if model.gated else ""
    memory = "" if model.memory_gb is None else f"; {translated(f'{model.memory_gb:g} GB of memory')}"
    return f"{translated(model.licence)}{gated}{memory}"
