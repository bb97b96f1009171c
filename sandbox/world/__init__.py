"""What is in the box, and what can its people do? No HTTP here."""

from sandbox.nouns.outgoing import Delivery
from sandbox.nouns.things import (
    App,
    Branch,
    CheckRun,
    Comment,
    Commit,
    Edit,
    Installation,
    Issue,
    IssueEvent,
    Label,
    PullRequest,
    Reaction,
    Repository,
    Review,
    Team,
    User,
)
from sandbox.world.actor import Actor
from sandbox.world.world import World

__all__ = [
    "Actor",
    "App",
    "Branch",
    "CheckRun",
    "Comment",
    "Commit",
    "Delivery",
    "Edit",
    "Installation",
    "Issue",
    "IssueEvent",
    "Label",
    "PullRequest",
    "Reaction",
    "Repository",
    "Review",
    "Team",
    "User",
    "World",
]
