"""The App itself: its installations, tokens and webhook deliveries.

https://docs.github.com/en/rest/apps
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sandbox.api.call import Answer, Call, Moved
from sandbox.api.routing import AS_APP, AS_INSTALLATION, Routes
from sandbox.errors import Forbidden, NotFound, Unprocessable
from sandbox.nouns.roles import Standing
from sandbox.payloads import accounts, hooks
from sandbox.payloads.basics import stamp
from sandbox.payloads.repositories import permissions, repository

if TYPE_CHECKING:
    from sandbox.payloads.basics import Json
    from sandbox.world import App, Delivery, Installation

routes = Routes()
# https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/viewing-webhook-deliveries
DELIVERIES_KEPT = timedelta(days=3)


def _app(call: Call) -> App:
    if call.caller.app is None:
        raise NotFound
    return call.caller.app


@routes.add("GET", "/app", callers=AS_APP)
def get_app(call: Call) -> Answer:
    app = _app(call)
    count = len(_installations(call))
    return Answer(accounts.app(call.world, app) | {"installations_count": count})


def _installations(call: Call) -> list[Installation]:
    app = _app(call)
    return [
        each for each in call.world.installations.values() if each.app is app and not each.removed
    ]


@routes.add("GET", "/app/installations", callers=AS_APP)
def list_installations(call: Call) -> Answer:
    return call.page(_installations(call), partial(accounts.installation, call.world))


def _installation(call: Call) -> Installation:
    wanted = call.number("installation_id")
    for each in _installations(call):
        if each.id == wanted:
            return each
    raise NotFound


@routes.add("GET", "/app/installations/{installation_id}", callers=AS_APP)
def get_installation(call: Call) -> Answer:
    return Answer(accounts.installation(call.world, _installation(call)))


@routes.add("GET", "/repos/{owner}/{repo}/installation", callers=AS_APP)
def get_repository_installation(call: Call) -> Answer:
    """Where the App is installed it sees private repositories too."""
    name = f"{call.params.get('owner')}/{call.params.get('repo')}"
    found = call.world.by_name(name)
    if found is None and (moved := call.world.by_old_name(name)) is not None:
        raise Moved(f"/repositories/{moved.id}/installation")
    if found is None and "repository_id" in call.params:
        found = call.world.repositories.get(call.number("repository_id"))
    for each in _installations(call):
        if found is not None and each.covers(found):
            return Answer(accounts.installation(call.world, each))
    raise NotFound


@routes.add("GET", "/users/{username}/installation", callers=AS_APP)
def get_user_installation(call: Call) -> Answer:
    return _on_account(call, call.params["username"])


@routes.add("GET", "/orgs/{org}/installation", callers=AS_APP)
def get_org_installation(call: Call) -> Answer:
    return _on_account(call, call.params["org"])


def _on_account(call: Call, login: str) -> Answer:
    found = call.world.installation_on(_app(call), call.world.user(login))
    if found is None:
        raise NotFound
    return Answer(accounts.installation(call.world, found))


# -- tokens ----------------------------------------------------------------------------------


@routes.add("POST", "/app/installations/{installation_id}/access_tokens", callers=AS_APP)
def create_token(call: Call) -> Answer:
    """For an hour; at most what was granted, perhaps for some repositories only.

    https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
    """
    installation = _installation(call)
    if not installation.active:
        raise Forbidden("This installation has been suspended")
    asked = _asked_permissions(call, installation)
    chosen = _asked_repositories(call, installation)
    token = call.doorman.issue(installation, asked, chosen)
    limited = chosen is not None or installation.repositories is not None
    body: Json = {
        "token": token.text,
        "expires_at": stamp(token.expires_at),
        "permissions": asked,
        "repository_selection": "selected" if limited else "all",
    }
    if chosen is not None:
        found = [call.world.repositories[each] for each in sorted(chosen)]
        body["repositories"] = [repository(call.world, each) for each in found]
    return Answer(body, 201)


def _asked_permissions(call: Call, installation: Installation) -> dict[str, str]:
    asked = call.body.get("permissions")
    if asked is None:
        return {"metadata": "read", **installation.permissions}
    for name, level in asked.items():
        granted = installation.permissions.get(name, "read" if name == "metadata" else None)
        if granted is None or (level == "write" and granted != "write"):
            raise Unprocessable("The permissions requested are not granted to this installation.")
    return {"metadata": "read", **asked}


def _asked_repositories(call: Call, installation: Installation) -> frozenset[int] | None:
    names, ids = call.body.get("repositories"), call.body.get("repository_ids")
    if not names and not ids:
        return None
    covered = [each for each in call.world.repositories.values() if installation.covers(each)]
    by_name = {each.name: each.id for each in covered}
    chosen = {by_name.get(name, 0) for name in names or ()} | set(ids or ())
    if not chosen <= set(by_name.values()):
        raise Unprocessable(
            "There is at least one repository that does not exist or is not accessible to the"
            " parent installation."
        )
    return frozenset(chosen)


@routes.add("DELETE", "/installation/token", callers=AS_INSTALLATION)
def revoke_token(call: Call) -> Answer:
    token = call.caller.token
    if token is not None:
        del call.doorman.tokens[token.text]
    return Answer(status=204)


@routes.add("GET", "/installation/repositories", callers=AS_INSTALLATION)
def list_repositories(call: Call) -> Answer:
    token = call.caller.token
    covered = [each for each in call.world.repositories.values() if token and token.covers(each)]
    may = {"permissions": permissions(Standing("read", "read"))}
    answer = call.page(covered, lambda each: repository(call.world, each) | may, key="repositories")
    answer.body["repository_selection"] = (
        "all"
        if token and token.repositories is None is token.installation.repositories
        else "selected"
    )
    return answer


# -- the webhook -----------------------------------------------------------------------------


@routes.add("GET", "/app/hook/config", callers=AS_APP)
def get_hook_config(call: Call) -> Answer:
    return Answer(accounts.hook_config(_app(call)))


@routes.add("PATCH", "/app/hook/config", callers=AS_APP)
def update_hook_config(call: Call) -> Answer:
    app = _app(call)
    app.webhook_url = call.text("url", app.webhook_url)
    app.webhook_secret = call.text("secret", app.webhook_secret)
    return Answer(accounts.hook_config(app))


def _deliveries(call: Call) -> list[Delivery]:
    """Those attempted in the last days, newest first."""
    app, oldest = _app(call), call.world.now() - DELIVERIES_KEPT
    found = [
        each
        for each in call.world.deliveries
        if each.app is app and each.listed and each.created_at >= oldest
    ]
    wanted = call.query.get("status")
    if wanted:
        found = [each for each in found if each.succeeded is (wanted == "success")]
    return found[::-1]


@routes.add("GET", "/app/hook/deliveries", callers=AS_APP)
def list_deliveries(call: Call) -> Answer:
    """Paged by a cursor, not by numbers.

    https://docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook
    """
    found = call.fresh(_deliveries(call))
    cursor = call.query.get("cursor", "")
    if cursor:
        start = int(cursor.removeprefix("v1_")) if cursor.startswith("v1_") else 0
        found = [each for each in found if each.id <= start]
    size = min(max(int(call.query.get("per_page", "30")), 1), 100)
    headers = {}
    if len(found) > size:
        following = call.address(cursor=f"v1_{found[size].id}")
        headers = {"Link": f'<{following}>; rel="next"'}
    return Answer([hooks.delivery(each) for each in found[:size]], headers=headers)


def _delivery(call: Call) -> Delivery:
    wanted = call.number("delivery_id")
    for each in _deliveries(call):
        if each.id == wanted:
            return each
    raise NotFound


@routes.add("GET", "/app/hook/deliveries/{delivery_id}", callers=AS_APP)
def get_delivery(call: Call) -> Answer:
    return Answer(hooks.full_delivery(_delivery(call)))


@routes.add("POST", "/app/hook/deliveries/{delivery_id}/attempts", callers=AS_APP)
def redeliver(call: Call) -> Answer:
    """Accepted: the delivery itself follows."""
    call.world.owe_again(_delivery(call))
    return Answer({}, 202)
