"""What can an account do? The table of contents of everything that happens in the box."""

from sandbox.world.on_apps import OnApps


class Actor(OnApps):
    """One account's hands: issues, comments, code, pull requests, repositories, Apps.

    Every method follows GitHub's permission rules and raises Forbidden, NotFound or Unprocessable.
    Every act owes its webhook deliveries before the method returns.
    """
