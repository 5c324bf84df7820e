"""In Blender with the extension enabled: one asset into the scene, then saved.

blender -b --python examples/blender_generate.py -- "a red mug" mug.blend
"""

import sys

import bpy

prompt, path = sys.argv[-2:]
bpy.ops.dreamfusion.generate(prompt=prompt, seed=1, preset="preview")  # returns when the object is in the scene
print("made:", bpy.context.object.name, bpy.context.object["dreamfusion_prompt"])
bpy.ops.wm.save_as_mainfile(filepath=path)
