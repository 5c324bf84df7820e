"""Triangles as solids: inside or outside, how far, and in which colour. NumPy and SciPy alone."""
