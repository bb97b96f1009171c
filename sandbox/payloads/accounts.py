"""How do people, organisations, Apps and installations look?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.payloads.basics import Json, node_id, stamp, stamp_or_none

if TYPE_CHECKING:
    from sandbox.nouns.things import App, Installation, Place, Repository, User


def user(world: Place, it: User) -> Json:
    """`simple-user`; an App's bot has a page of its own under /apps."""
    url = f"{world.api_url}/users/{it.login.replace('[', '%5B').replace(']', '%5D')}"
    page = it.login if it.kind != "Bot" else f"apps/{it.login.removesuffix('[bot]')}"
    return {
        "login": it.login,
        "id": it.id,
        "node_id": node_id(it.kind, it.id),
        "avatar_url": f"{world.html_url}/avatars/{it.id}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{world.html_url}/{page}",
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": it.kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def user_or_none(world: Place, it: User | None) -> Json | None:
    return user(world, it) if it else None


def public_user(world: Place, it: User) -> Json:
    """`GET /users/{username}`, also for organisations and bots."""
    return user(world, it) | {
        "name": it.name,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": sum(each.owner is it for each in world.repositories.values()),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.created_at),
    }


def organization_simple(world: Place, it: User) -> Json:
    """How webhooks write the organisation that owns the repository."""
    url = f"{world.api_url}/orgs/{it.login}"
    return {
        "login": it.login,
        "id": it.id,
        "node_id": node_id(it.kind, it.id),
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"{world.html_url}/avatars/{it.id}?v=4",
        "description": "",
    }


def app(world: Place, it: App) -> Json:
    """`integration`: in `performed_via_github_app`, check runs and `GET /app`."""
    return {
        "id": it.id,
        "client_id": it.client_id,
        "slug": it.slug,
        "node_id": node_id("App", it.id),
        "owner": user(world, it.owner),
        "name": it.name,
        "description": it.description,
        "external_url": f"{world.html_url}/apps/{it.slug}",
        "html_url": f"{world.html_url}/apps/{it.slug}",
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "permissions": dict(it.permissions),
        "events": list(it.events),
    }


def app_or_none(world: Place, it: App | None) -> Json | None:
    return app(world, it) if it else None


def simple_installation(it: Installation) -> Json:
    return {"id": it.id, "node_id": node_id("IntegrationInstallation", it.id)}


def installation(world: Place, it: Installation) -> Json:
    """`installation`, as the App sees where it is installed."""
    at = f"{world.api_url}/app/installations/{it.id}"
    settings = "organizations/" + it.account.login if it.account.kind == "Organization" else ""
    return {
        "id": it.id,
        "client_id": it.app.client_id,
        "account": user(world, it.account),
        "repository_selection": "all" if it.repositories is None else "selected",
        "access_tokens_url": f"{at}/access_tokens",
        "repositories_url": f"{world.api_url}/installation/repositories",
        "html_url": f"{world.html_url}/{settings}/settings/installations/{it.id}",
        "app_id": it.app.id,
        "app_slug": it.app.slug,
        "target_id": it.account.id,
        "target_type": it.account.kind,
        "permissions": dict(it.permissions),
        "events": list(it.events),
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": user_or_none(world, it.suspended_by),
        "suspended_at": stamp_or_none(it.suspended_at),
    }


def listed_repository(it: Repository) -> Json:
    """How installation events list repositories: in short."""
    return {
        "id": it.id,
        "node_id": node_id("Repository", it.id),
        "name": it.name,
        "full_name": it.full_name,
        "private": it.private,
    }


def hook_config(it: App) -> Json:
    """`GET /app/hook/config`: the secret is never shown."""
    return {
        "content_type": "json",
        "insecure_ssl": "0",
        "secret": "********",
        "url": it.webhook_url,
    }


def hook(world: Place, it: App) -> Json:
    """The webhook of an App, as `ping` introduces it."""
    return {
        "type": "App",
        "id": it.hook_id,
        "name": "web",
        "active": True,
        "app_id": it.id,
        "events": list(it.events),
        "config": hook_config(it),
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "deliveries_url": f"{world.api_url}/app/hook/deliveries",
    }
