"""In Blender with the extension enabled: the Python API, the same as outside, and the result put into the scene.

blender -b --python examples/blender_api.py -- "a red mug" mug.blend
"""

import sys

import bpy
from bl_ext.user_default.dreamfusion_blender.dreamfusion_blender import generate

prompt, path = sys.argv[-2:]
asset = generate(prompt, seed=1, preset="preview")
for column in range(3):
    made = asset.to_scene()
    made.location.x = 1.2 * column
bpy.ops.wm.save_as_mainfile(filepath=path)
