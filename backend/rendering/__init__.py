"""Rendering: the volume renderer of the optimisation and the mesh rasteriser of the finished asset."""
