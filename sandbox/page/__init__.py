"""How does a person look into the box, and act in it, with a browser?

    application = mount(box)                    # the sandbox does this by itself
    application = mount(box, advance=move_on)   # with buttons that move the clock

`advance` takes a `timedelta` and may be a coroutine function; without it, a box that has a method
`advance` lends its own; without either there are no such buttons.
"""

from sandbox.page.application import mount
from sandbox.page.box import Advance, Box

__all__ = ["Advance", "Box", "mount"]
