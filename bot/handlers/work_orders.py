"""Work orders: the form as written, the commands of their course, and the moments that pass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from bot.domain import asked_orders as asked
from bot.domain import work_orders as decide
from bot.domain.decisions import About, Choice, Decide, Proposal
from bot.domain.effects import Message, OrderPanel
from bot.domain.forms import Form, read_form
from bot.domain.order_guards import Holders
from bot.domain.refs import IssueRef, Repo
from bot.domain.roles import Role
from bot.domain.rules import Rules
from bot.domain.terms import Fault, Field, Problem, Terms
from bot.domain.work_orders import Written
from bot.events import happened as h
from bot.lookup import Lookup, Spot
from bot.routing import Command, Router, Said

router = Router()

HERE = frozenset({Spot.ORDER})
STEWARD = "a steward who is not involved"


def _command(verb: str, usage: str, who: str, does: str) -> Command:
    return Command(f"cwo {verb}", f"/cwo {verb}{usage}", who, does, HERE)


PROPOSE = _command("propose", "", "the author", "Begins the public discussion of this work order.")
APPROVE = _command("approve", "", STEWARD, "Approves the text as it is written now.")
DECLINE = _command("decline", " <reason>", STEWARD, "Declines it, with a reason that all can read.")
START = _command(
    "start",
    " [unfunded]",
    "a named developer",
    "Starts the work, drawing on pledges up to the budget; again, to fill a gap.",
)
REPORT = _command("report", " <text>", "a named developer", "Makes this comment a progress report.")
FINISH = _command("finish", " <text>", "a named developer", "Makes this comment the final report.")
CLOSE = _command(
    "close",
    " landed | partly landed | declined on merits | superseded | abandoned",
    STEWARD,
    "Closes it with its outcome.",
)
CANCEL = _command(
    "cancel",
    " <reason>",
    "the author, a developer or a steward",
    "Gives it up; what was not received stands again.",
)


# --- commands ---------------------------------------------------------------------------------


@router.command(PROPOSE)
async def propose(said: Said, ask: Lookup) -> Proposal:
    """Propose that the discussion begins."""
    asked.read_nothing(said.rest)
    written = await _written(said.spoken.issue, said.repo, ask)
    return _proposal(said, partial(decide.decide_propose, said.spoken, written))


@router.command(APPROVE)
async def approve(said: Said, ask: Lookup) -> Proposal:
    """Propose that the text comes into force."""
    asked.read_nothing(said.rest)
    rights, stewards = await ask.rights(said.repo, said.spoken.by), await _stewards(said, ask)
    # Who may not approve has nothing looked up.
    written = await _written(said.spoken.issue, said.repo, ask) if rights.steward else None
    return _proposal(said, partial(decide.decide_approve, said.spoken, written, rights, stewards))


@router.command(DECLINE)
async def decline(said: Said, ask: Lookup) -> Proposal:
    """Propose that it is declined."""
    reason = asked.read_reason(said.rest)
    rights, stewards = await ask.rights(said.repo, said.spoken.by), await _stewards(said, ask)
    return _proposal(said, partial(decide.decide_decline, reason, said.spoken, rights, stewards))


@router.command(START)
async def start(said: Said, _: Lookup) -> Proposal:
    """Propose that the work starts."""
    unfunded = asked.read_unfunded(said.rest)
    decision = partial(decide.decide_start, unfunded, said.spoken)
    return _proposal(said, decision, Choice.DRAWABLE)


@router.command(REPORT)
async def report(said: Said, _: Lookup) -> Proposal:
    """Propose a progress report."""
    return _proposal(said, partial(decide.decide_report, _text(said), said.spoken))


@router.command(FINISH)
async def finish(said: Said, _: Lookup) -> Proposal:
    """Propose the final report."""
    return _proposal(said, partial(decide.decide_finish, _text(said), said.spoken))


@router.command(CLOSE)
async def close(said: Said, ask: Lookup) -> Proposal:
    """Propose that it ends, with its outcome."""
    outcome = asked.read_outcome(said.rest)
    rights, stewards = await ask.rights(said.repo, said.spoken.by), await _stewards(said, ask)
    decision = partial(decide.decide_close, outcome, said.spoken, rights, stewards)
    return _proposal(said, decision, Choice.COVERED)


@router.command(CANCEL)
async def cancel(said: Said, ask: Lookup) -> Proposal:
    """Propose that it is given up."""
    reason = asked.read_reason(said.rest)
    rights = await ask.rights(said.repo, said.spoken.by)
    decision = partial(decide.decide_cancel, reason, said.spoken, rights)
    return _proposal(said, decision, Choice.COVERED)


def _proposal(said: Said, decision: Decide, choice: Choice = Choice.NONE) -> Proposal:
    spoken = said.spoken
    about = About(spoken.issue.id, spoken.by.id, choice=choice, whole=True)
    return Proposal(about, decision)


async def _stewards(said: Said, ask: Lookup) -> Holders:
    """Look up every steward, where whoever commands is involved and may be the only one."""
    person = await ask.person(said.spoken.by)
    if person not in await ask.involved(said.repo, said.spoken.issue.id):
        return None
    return await ask.holders(said.repo, Role.STEWARD)


def _text(said: Said) -> str:
    """Give what a report says: behind the command, or in the rest of the comment."""
    beside = (line for line in said.body.splitlines() if not line.startswith("/"))
    return "\n".join((said.rest, *beside))


# --- events -----------------------------------------------------------------------------------


@router.event(h.IssueLabelled)
async def labelled(event: h.IssueLabelled, ask: Lookup) -> list[Proposal]:
    """Propose a work order, when it is that label: anybody may draft one, it binds nobody."""
    rules = await ask.rules(event.repo) or Rules()
    if not rules.has_work_order_label((event.label,)):
        return []
    return await _opened(event.repo, event.issue, event.by.id, ask)


@router.event(h.AdoptionWanted)
async def adoption(event: h.AdoptionWanted, ask: Lookup) -> list[Proposal]:
    """Propose the issues that were labelled as work orders before Bursar came, while they are open.

    Roadmap items are left out, known ones and new ones: a refusal would undo the whole adoption.
    """
    rules = await ask.rules(event.repo) or Rules()
    found = await ask.labelled_issues(event.repo, (rules.work_order_label,))
    opened: list[Proposal] = []
    for each in found:
        author = each.issue.author
        if not each.is_open or author is None or rules.has_roadmap_label(each.issue.labels):
            continue
        if await ask.spot(event.repo, each.issue.id) is None:
            opened += await _opened(event.repo, each.issue, author.id, ask)
    return opened


@router.event(h.IssueEdited)
async def edited(event: h.IssueEdited, ask: Lookup) -> list[Proposal]:
    """Propose the text as it is written now."""
    spot = await ask.spot(event.repo, event.issue.id)
    if spot is Spot.ITEM:
        return []
    if spot is None:
        rules = await ask.rules(event.repo) or Rules()
        if not rules.has_work_order_label(event.issue.labels):
            return []
        return await _opened(event.repo, event.issue, event.by.id, ask)
    written = await _written(event.issue, event.repo, ask)
    about = About(event.issue.id, event.by.id, whole=True)
    return [Proposal(about, partial(decide.decide_written, written, event.at))]


@router.event(h.IssueGone)
async def gone(event: h.IssueGone, _: Lookup) -> list[Proposal]:
    """Propose that a work order has gone with its issue."""
    about = About(event.issue.id, event.by.id, choice=Choice.COVERED, whole=True)
    return [Proposal(about, partial(decide.decide_gone, event.how, event.at))]


@router.event(h.WorkOrderMomentPassed)
async def moment(event: h.WorkOrderMomentPassed, _: Lookup) -> list[Proposal]:
    """Propose what a moment brings: the end of a discussion, a report that is missing."""
    about = About(event.issue, choice=Choice.COVERED, whole=True)
    return [Proposal(about, partial(decide.decide_moment, event.at))]


@router.refresh(OrderPanel)
async def panel(target: OrderPanel, repo: Repo, ask: Lookup) -> Message | None:
    """Show a work order as it is now."""
    return await ask.order_panel(repo, target.issue)


async def _opened(repo: Repo, issue: IssueRef, actor: int, ask: Lookup) -> list[Proposal]:
    if issue.author is None or issue.author.kind != "User":
        return []
    author = await ask.person(issue.author)
    written = await _written(issue, repo, ask)
    return [Proposal(About(issue.id, actor), partial(decide.decide_opened, issue, author, written))]


# --- the form ---------------------------------------------------------------------------------


async def _written(issue: IssueRef, repo: Repo, ask: Lookup) -> Written:
    """Read the form, and find out who is meant by the logins in it."""
    form = read_form(issue.body, repo.full_name)
    people = _People(repo, ask, await ask.meant(repo, issue.id))
    developers = await people.find(Field.DEVELOPERS, form.developers)
    funder = await people.find(Field.FUNDER, (form.funder,) if form.funder else ())
    interested = await people.find(Field.INTERESTED, form.interested)
    terms = Terms(
        items=form.items,
        developers=tuple(developers.values()),
        funder=await _funder(form, funder, ask),
        interested=tuple(interested.values()),
        budget=form.budget,
        starts=form.starts,
        ends=form.ends,
        report_every_days=form.report_every_days,
        problems=(*form.problems, *people.problems),
    )
    logins = " ".join((*developers, *funder, *interested))
    return Written(terms, form.scope, form.effort, form.share, logins)


async def _funder(form: Form, by_login: dict[str, int], ask: Lookup) -> int | None:
    if form.funder_name:
        return await ask.party(form.funder_name)
    return next(iter(by_login.values()), None)


@dataclass(slots=True)
class _People:
    """Finds the people of a form; a login once read stays who it was then."""

    repo: Repo
    ask: Lookup
    meant: dict[str, int]
    problems: tuple[Problem, ...] = ()

    async def find(self, field: Field, logins: tuple[str, ...]) -> dict[str, int]:
        """Give the numbers of these people; who is not found makes the field wrong, once."""
        found: dict[str, int] = {}
        faults: list[Fault] = []
        for login in logins:
            person = self.meant.get(login.casefold()) or await self._look_up(field, login)
            if isinstance(person, Fault):
                faults.append(person)
            elif person not in found.values():
                found[login] = person
        self.problems += tuple(Problem(field, fault) for fault in dict.fromkeys(faults))
        return found

    async def _look_up(self, field: Field, login: str) -> int | Fault:
        account = await self.ask.account(self.repo, login)
        if account is None:
            return Fault.UNKNOWN_ACCOUNT
        may_be = {"User", "Organization"} if field is Field.FUNDER else {"User"}
        if account.kind not in may_be:
            return Fault.NOT_A_PERSON
        return await self.ask.person(account)
