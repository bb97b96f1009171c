"""What of pygal do our charts use? Loaded when the first chart is drawn."""

from __future__ import annotations

import sys

import pygal  # type: ignore[import-untyped]
from pygal import Bar, StackedBar
from pygal.style import Style  # type: ignore[import-untyped]

__all__ = ["Bar", "StackedBar", "Style"]

# pygal looks for plugins by a hook of an old kind, of which Python warns at every import that finds
# nothing. We use no plugin.
sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, pygal.PluginImportFixer)]
