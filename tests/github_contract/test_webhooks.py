"""How truthful are the published webhook schemas, and can the checker of deliveries say no?"""

import pytest

from tests.github_contract.payloads import RealPayload, real_payloads
from tests.github_contract.schemas import ContractBroken
from tests.github_contract.webhooks import all_deliveries, check_delivery, delivery_of

EVENTS = {each.partition(".")[0] for each in all_deliveries()}

# Real payloads that today's schemas refuse, by reason.
OLDER_THAN_THE_FIELD = {  # GitHub added the field after the payload was recorded (2019 to 2022)
    "repository: 'disabled' is a required property": (
        "check_run.rerequested#7 check_run.rerequested#8 member.edited#3 meta.deleted#0"
        " meta.deleted#1"
    ),
    "repository: 'has_discussions' is a required property": (
        "push#0 push#1 push#2 push#3 push#4 push#5 push#6"
    ),
    "repository: 'topics' is a required property": "team.added_to_repository#0",
    "installation: 'app_slug' is a required property": (
        "installation.deleted#0 installation.created#1 installation.created#2"
        " installation.deleted#3 installation_repositories.added#1"
        " installation_repositories.removed#2"
    ),
    "it: 'requester' is a required property": "installation_repositories.added#0",
    "issue: 'active_lock_reason' is a required property": "issue_comment.created#0 issues.edited#0",
    "label: 'description' is a required property": "label.deleted#0",
    "pull_request: 'auto_merge' is a required property": "pull_request.opened#0",
    "pull_request: 'draft' is a required property": "pull_request_review.submitted#0",
    "pull_request.base.repo: 'has_discussions' is a required property": (
        "pull_request.review_request_removed#20 pull_request.review_requested#21"
    ),
    "pull_request.head.repo: 'has_discussions' is a required property": (
        "pull_request.assigned#1 pull_request.assigned#2 pull_request.labeled#8"
        " pull_request.labeled#9 pull_request.locked#10 pull_request.locked#11"
        " pull_request.synchronize#22 pull_request.unassigned#23 pull_request.unassigned#24"
        " pull_request.unlabeled#25 pull_request.unlabeled#26 pull_request.unlocked#27"
        " pull_request.unlocked#28 pull_request_review.dismissed#1"
        " pull_request_review.submitted#2 pull_request_review.submitted#3"
    ),
}
SCHEMA_IS_INCOMPLETE = {  # GitHub sends the field, and the schema does not name it
    "does not name: pull_request.head.repo.custom_properties": (
        "pull_request.closed#3 pull_request.closed#4 pull_request.converted_to_draft#5"
        " pull_request.converted_to_draft#6 pull_request.converted_to_draft#7"
        " pull_request.opened#12 pull_request.opened#13 pull_request.opened#14"
        " pull_request.ready_for_review#15 pull_request.ready_for_review#16"
        " pull_request.ready_for_review#17 pull_request.reopened#18 pull_request.reopened#19"
    ),
    "does not name: check_run.check_suite.deployment": "check_run.created#4",
    "does not name: installation.permissions.content_references": (
        "installation.suspend#5 installation.unsuspend#6"
    ),
    "does not name: repository.web_commit_signoff_required": (
        "team.added_to_repository#1 team.removed_from_repository#5"
    ),
}
SCHEMA_IS_WRONG = {  # GitHub sends another value than the schema says
    "installation.updated_at: 1557933591 is not of type 'string'": (
        "installation.new_permissions_accepted#4"
    ),
    "repository.homepage: '' is not a 'uri'": "issues.transferred#21 label.created#1",
}
UNFIT = {
    name: reason
    for group in (OLDER_THAN_THE_FIELD, SCHEMA_IS_INCOMPLETE, SCHEMA_IS_WRONG)
    for reason, names in group.items()
    for name in names.split()
}


def complaint_about(payload: RealPayload) -> str | None:
    """What the checker says about a real payload."""
    try:
        check_delivery(payload.event, payload.body)
    except ContractBroken as broken:
        return str(broken)
    return None


def a_payload(event: str, action: str) -> RealPayload:
    """A real payload that the schemas accept."""
    return next(
        each for each in real_payloads(event) if each.action == action and str(each) not in UNFIT
    )


def test_all_real_payloads_are_here() -> None:
    payloads = real_payloads()
    assert len(payloads) == 329
    assert len({each.event for each in payloads}) == 58
    assert len({str(each) for each in payloads}) == 329
    assert sum("installation" not in each.body for each in payloads) == 196
    assert sum("repository" not in each.body for each in payloads) == 49
    assert sum("sender" not in each.body for each in payloads) == 4


def test_a_payload_is_the_callers_own_copy() -> None:
    real_payloads("issues")[0].body.clear()
    assert real_payloads("issues")[0].body


def test_every_real_payload_fits_but_for_the_known_ones() -> None:
    complaints = {
        str(each): said
        for each in real_payloads()
        if each.event in EVENTS and (said := complaint_about(each))
    }
    assert complaints.keys() == UNFIT.keys()
    for name, reason in UNFIT.items():
        assert reason in complaints[name]


def test_a_spoilt_delivery_is_refused() -> None:
    comment = a_payload("issue_comment", "created").body
    check_delivery("issue_comment", comment)
    issue = comment["issue"]
    for spoilt, complaint in [
        ({**comment, "colour": "red"}, "does not name: colour"),
        ({**comment, "issue": {**issue, "colour": "red"}}, "does not name: issue.colour"),
        ({**comment, "issue": {**issue, "number": "1"}}, "issue.number: '1' is not of type"),
        ({key: comment[key] for key in comment if key != "comment"}, "'comment' is a required"),
        ({**comment, "sender": None}, "sender: None is not of type 'object'"),
    ]:
        with pytest.raises(ContractBroken, match=complaint):
            check_delivery("issue_comment", spoilt)


def test_an_unknown_event_or_action_is_refused() -> None:
    for event, payload in [("issues", {"action": "sold"}), ("issues", {}), ("weather", {})]:
        with pytest.raises(ContractBroken, match="GitHub has no delivery"):
            check_delivery(event, payload)


def test_a_delivery_is_named_by_event_and_action() -> None:
    assert delivery_of("issues", {"action": "opened"}) == "issues.opened"
    assert delivery_of("push", {}) == "push"
