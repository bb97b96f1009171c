"""In which words does GitHub say no?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the `errors` list of a 422.

    https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed
    """

    resource: str
    field: str
    code: str
    message: str | None = None


class Refused(Exception):
    """Something that GitHub will not do for this actor; `message` is for people."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Forbidden(Refused):
    """The actor sees the thing, and lacks the right."""

    status = 403


class NotFound(Refused):
    """There is no such thing, or the actor may not know that there is."""

    status = 404

    def __init__(self, message: str = "Not Found") -> None:
        super().__init__(message)


class Gone(Refused):
    """The issue was deleted, or issues are switched off."""

    status = 410


class Conflict(Refused):
    """The thing is not in a state that allows this (a merge of a closed pull request)."""

    status = 409


class NotAllowed(Refused):
    """A merge that cannot be carried out."""

    status = 405


class Unprocessable(Refused):
    """The request is understood and its content is wrong."""

    status = 422

    def __init__(self, message: str = "Validation Failed", *problems: Problem) -> None:
        super().__init__(message)
        self.problems = problems
