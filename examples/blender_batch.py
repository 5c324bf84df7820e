"""In Blender with the extension enabled: a table of prompts, side by side. Run it again and what is done is skipped.

blender -b --python examples/blender_batch.py -- examples/prompts.csv all.blend
"""

import sys

import bpy

table, path = sys.argv[-2:]
bpy.ops.dreamfusion.batch(filepath=table)
bpy.ops.wm.save_as_mainfile(filepath=path)
