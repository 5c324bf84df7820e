"""Where the object of a refined or guided job stands, and what becomes of the one that it was refined from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ..inputs import Placement
from .presence import is_only_in

if TYPE_CHECKING:
    from bpy.types import Object, ViewLayer

NEAR = 1e-4  # metres, and shares of a turn or a scale; Blender counts in single precision
HIDDEN_PROPERTY = "dreamfusion_hidden"
"""Of an object that we have hidden under its refined likeness: whether we have hidden it from renders, too."""
ORIGINAL_PROPERTY = "dreamfusion_original"
"""Of an object that stands in the place of what it was refined from: that one's name."""


def stand(made: Object, placement: Placement, location: Sequence[float] | None = None) -> None:
    """Give a new object, without a parent, the place that its job says: location, rotation and scale.

    location: metres, world space, instead of the job's: it then stands beside the one that it was made of.
    """
    made.matrix_world = Matrix(placement.object_matrix.tolist())  # lists alone are taken column by column
    if location is not None:
        made.location = location
    elif placement.name:
        made[ORIGINAL_PROPERTY] = placement.name


def hide_original(placement: Placement) -> None:
    """Hide what was refined, where it still stands: two surfaces in one place show as neither. Nothing is lost."""
    found = original_in_place(placement)
    if found is not None:
        found.select_set(False)  # or it counts as selected until the next redraw
        found.hide_set(True)
        # The eye alone would leave both in a render. It is this view layer's, though, and hidden from renders an object
        # is wherever it is shown, also where its likeness does not stand.
        is_to_go = not found.hide_render and is_only_in(found, bpy.context.scene)
        found[HIDDEN_PROPERTY] = is_to_go
        found.hide_render = found.hide_render or is_to_go


def original_in_place(placement: Placement) -> Object | None:
    """What was refined, where it is visible and still stands there.

    What stands elsewhere was moved, or is another file's and only of the same name.
    """
    found = _original(placement)
    return found if found is not None and found.visible_get() and _stands_at(found, placement) else None


def is_shown(placement: Placement, layer: ViewLayer) -> bool:
    """Whether what was refined is in the view layer, and not hidden with the eye."""
    found = layer.objects.get(placement.name)
    return found is not None and not found.hide_get(view_layer=layer)


def show_original(placement: Placement) -> None:
    """Show it again, if it was us who hid it, and select it, as it was, unless something else was selected since."""
    found = _original(placement)
    if found is not None and HIDDEN_PROPERTY in found:
        show(found)
        objects = bpy.context.view_layer.objects
        if not objects.selected:
            found.select_set(True)
            objects.active = found


def show(original: Object) -> None:
    """Show what we have hidden, in the view layer and, where we hid it from them, in renders."""
    original.hide_set(False)
    if original[HIDDEN_PROPERTY]:
        original.hide_render = False
    del original[HIDDEN_PROPERTY]


def hidden_under(chosen: Object | None) -> Object | None:
    """What we have hidden under an object, or that object itself; None where there is nothing, or it is shown again."""
    if chosen is None:
        return None
    named = bpy.data.objects.get(chosen.get(ORIGINAL_PROPERTY, ""))
    return next((each for each in (chosen, named) if each is not None and _is_hidden(each)), None)


def _is_hidden(original: Object) -> bool:
    """Whether anything is left of what we did; whoever hid it from renders before wants it so."""
    ours = original.get(HIDDEN_PROPERTY)
    return ours is not None and (original.hide_get() or (ours and original.hide_render))


def _stands_at(found: Object, placement: Placement) -> bool:
    return placement.original is not None and np.allclose(unsheared(found), placement.original, atol=NEAR)


def unsheared(source: Object) -> NDArray[np.float64]:
    """An object's world matrix, [4, 4], as far as location, rotation and scale go, which are all that `stand` can give.

    A rotated child of an unevenly scaled parent is sheared.
    """
    return np.array(Matrix.LocRotScale(*source.matrix_world.decompose()), np.float64)


def _original(placement: Placement) -> Object | None:
    """The object by its name, where it is in the present view layer."""
    return bpy.context.view_layer.objects.get(placement.name) if placement.name else None
