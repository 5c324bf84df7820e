"""A Blender of its own that is to be killed: enables the extension, starts an endless job and goes on for ever.

python doomed.py        with the surroundings of the test that starts it; prints "at work" when there is progress
"""

from __future__ import annotations

import time

import bpy
from extension import MODULE, part, start_job
from samples import ENDLESS

bpy.ops.preferences.addon_enable(module=MODULE)
session, timer = part("operators.session").session, part("operators.timer")
start_job(session, ENDLESS)
told = False
while True:
    timer.tick()
    if session.work is not None and session.work.previews > 3 and not told:
        print("at work", flush=True)
        told = True
    time.sleep(0.01)
