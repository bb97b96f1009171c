"""Wires every room once. Tests and the demonstration wire it the same way."""
