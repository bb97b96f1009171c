"""Decides what was told, records it, and brings GitHub up to date.

`sorting` understands deliveries, `deciding` turns events into entries and effects, `sending` performs the
effects at GitHub's pace.
"""
