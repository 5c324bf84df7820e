"""An object that is found again after undo, renaming or another file, and the place where it stood.

Name and session id are kept, never a reference: an undo or another file would turn that into a dangling pointer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from mathutils import Matrix

if TYPE_CHECKING:
    from bpy.types import Object


class KnownObject:
    """Knows of none at first."""

    def __init__(self) -> None:
        self.name = ""  # as it was last called: the quick way to find it
        self._uid = self._mesh = 0  # its session id, and its mesh's
        self._place: list[list[float]] = []  # its transform when it was last seen

    def adopt(self, found: Object) -> None:
        """Know this one from now on."""
        self._uid, self._mesh, self.name = found.session_uid, found.data.session_uid, found.name

    @property
    def has_mesh(self) -> bool:
        """Whether the mesh that it had is still in the file: a deletion leaves that behind, an undo does not."""
        return any(each.session_uid == self._mesh for each in bpy.data.meshes)

    def find(self) -> Object | None:
        """The object, where it still is in some scene."""
        found = bpy.data.objects.get(self.name)
        if found is None or found.session_uid != self._uid:  # renamed, or gone
            found = next((each for each in bpy.data.objects if each.session_uid == self._uid), None)
        if found is None or not found.users_scene:
            return None
        self.name = found.name
        return found

    def note_place(self, found: Object) -> None:
        """Remember where it stands now."""
        self._place = [list(row) for row in found.matrix_basis]

    def put_back(self, made: Object) -> bool:
        """Stand a new object where the known one stood; False where nobody has seen it stand."""
        if self._place:
            made.matrix_basis = Matrix(self._place)
        return bool(self._place)
