"""The process that holds torch. Started by the client as `python -m backend`; never imports bpy."""
