"""Every address of the API, subject by subject: the table of contents."""

from sandbox.api import apps, checks, comments, graphql, history, issues, meta, pulls, repositories
from sandbox.api.routing import Route

ROUTES: list[Route] = [
    *meta.routes.routes,
    *graphql.routes.routes,
    *apps.routes.routes,
    *repositories.routes.routes,
    *comments.routes.routes,  # before issues/{issue_number}: "comments" is not a number
    *history.routes.routes,
    *issues.routes.routes,
    *pulls.routes.routes,
    *checks.routes.routes,
]
