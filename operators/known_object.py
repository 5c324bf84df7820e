"""An object that is found again after undo, renaming or another file, and the place where it stood.

Name and session id are kept, never a reference: an undo or another file would turn that into a dangling pointer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import bpy
from mathutils import Matrix

from ..dreamfusion_blender.scene.placing import show_in_local_views
from ..dreamfusion_blender.scene.presence import is_in_any_scene

if TYPE_CHECKING:
    from bpy.types import Object

    from ..dreamfusion_blender.scene.stage import Stage


class Standing(NamedTuple):
    """What an object loses that is taken out of its scene."""

    collections: list[str]
    active: bool
    selected: bool
    hidden: bool


class KnownObject:
    """Knows of none at first."""

    def __init__(self) -> None:
        self.name = ""  # as it was last called: the quick way to find it
        self._uid = self._mesh = 0  # its session id, and its mesh's
        self._place: list[list[float]] = []  # its transform when it was last seen
        self._standing: Standing | None = None  # in its scene, while it is out of that

    def adopt(self, found: Object) -> None:
        """Know this one from now on."""
        self._uid, self._mesh, self.name = found.session_uid, found.data.session_uid, found.name

    @property
    def has_mesh(self) -> bool:
        """Whether the mesh that it had is still in the file: a deletion leaves that behind, an undo does not."""
        return any(each.session_uid == self._mesh for each in bpy.data.meshes)

    def find(self) -> Object | None:
        """The object, where it still is in some scene."""
        found = self._find_anywhere()
        if found is None or not is_in_any_scene(found):
            return None
        self.name = found.name
        return found

    def step_out(self, stage: Stage) -> None:
        """Take it out of its scene right before an undo, unless somebody edits it.

        Blender leaves a collection as it is which is the same in the step that it comes from and the one that it goes
        to. Where neither step holds the object, it is freed, and the collection would still refer to it: a crash.
        """
        found, layer = self.find(), stage.view_layer
        if found is None or found.mode != "OBJECT":  # whose step holds it
            return
        held, active = found.users_collection, layer.objects.active == found
        selected, hidden = found.select_get(view_layer=layer), found.hide_get(view_layer=layer)
        self._standing = Standing([each.name for each in held], active, selected, hidden)
        for each in held:
            each.objects.unlink(found)

    def step_in(self, stage: Stage) -> None:
        """Put it back right after the undo, where that has kept it and not put it back itself."""
        found, before, self._standing = self._find_anywhere(), self._standing, None
        if found is None or before is None or found.users_collection:
            return
        for each in {bpy.data.collections.get(name) or stage.scene.collection for name in before.collections}:
            each.objects.link(found)
        if found.name not in stage.view_layer.objects:
            return
        show_in_local_views(found, stage.view_layer)
        found.hide_set(before.hidden, view_layer=stage.view_layer)
        found.select_set(before.selected, view_layer=stage.view_layer)
        if before.active:
            stage.view_layer.objects.active = found

    def _find_anywhere(self) -> Object | None:
        found = bpy.data.objects.get(self.name)
        if found is None or found.session_uid != self._uid:  # renamed, or gone
            found = next((each for each in bpy.data.objects if each.session_uid == self._uid), None)
        return found

    def note_place(self, found: Object) -> None:
        """Remember where it stands now."""
        self._place = [list(row) for row in found.matrix_basis]

    def put_back(self, made: Object) -> None:
        """Stand a new object where the known one stood, if anybody has seen it stand."""
        if self._place:
            made.matrix_basis = Matrix(self._place)
