"""GitHub in a box: how can somebody play, or test, without the real GitHub?

The box has a world (people, repositories, issues, pull requests: no HTTP in it), a REST API and
signed webhook deliveries in front of it, and knobs for everything that goes wrong on the way.

    from sandbox.server import Sandbox
    from sandbox.story import a_project

    async with Sandbox(now=clock, sleep=asyncio.sleep) as box:
        project = a_project(box.world)                  # acme/solver, mia, ada, dev, gus, eve ...
        box.app.webhook_url = "http://127.0.0.1:8000/webhooks/github"
        box.app.webhook_secret = "s3cret"
        mia = box.world.person("mia")
        mia.install(box.app, "all", on="acme")
        issue = mia.open_issue(project.solver, "Sparse LU", labels=["roadmap"])
        box.world.person("ada").comment(issue, "/pledge $500")
        await box.settled()                             # every delivery has been answered
        print(issue.comments[-1].body, box.requests[-1].route, box.deliveries[-1].status_code)

What a page or a test reads:
    world.users, world.repositories                     dicts by numeric id
    world.user(login), world.repository("acme/solver")  look-ups by name (old names redirect)
    repository.issues[number] -> Issue                  pull requests have `issue.pull`
    issue.comments, issue.labels, issue.events, issue.reactions, issue.thread()
    comment.reactions, comment.author, comment.via_app, comment.edits
    pull.reviews, pull.commits, repository.check_runs, repository.branches, repository.files(ref)
    actor.standing(repository), actor.may(repository, "triage")
    world.version, world.on_change                      grows with, is called after, every act
    world.now()                                         the box's clock, aware, UTC
    box.deliveries, box.requests                        what was sent and asked, oldest first
    box.api_url, box.page_url                           addresses on loopback
What they do:
    world.person(login) -> Actor: one synchronous method per thing that a person does on GitHub.
    It raises Forbidden, NotFound or Unprocessable (all `Refused`, with `.message`) like GitHub.
    actor.open_issue_from_form(repository, "work-order.yml", {"scope": "..."}, "A title")
    actor.merge(pull, "squash"), actor.revert(pull), actor.change_base(pull, "next")
    world.add_bot("renovate", on="acme") -> the hands of another App, that proposes changes
    box.faults.fail_after("POST */comments", times=1), box.faults.lose("issue_comment") ...
    box.limits.enforced = True                          GitHub's documented limits
    box.redeliver(delivery.id), box.ping()

The page: when the package `sandbox.page` has a function `mount(box) -> aiohttp.web.Application`,
the box serves it at `box.page_url`, and every `html_url` leads there.
"""

from sandbox.errors import Forbidden, NotFound, Refused, Unprocessable

__all__ = ["Forbidden", "NotFound", "Refused", "Unprocessable"]
