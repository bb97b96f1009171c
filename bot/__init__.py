"""Bursar: directed funding for open source projects, in the open.

The floor plan of this package is `docs/architecture.md`.
"""
