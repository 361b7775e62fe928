"""Named exceptions of the domain, which pages and API turn into answers."""

from django.utils.functional import Promise


class DomainError(Exception):
    """A rule said no. Pages show ``message`` on the form, the API answers with ``status``.

    ``message`` is a translatable sentence that says what would be right; ``code`` is
    stable and machine readable; ``field`` names the input that is wrong, if one is.
    """

    status = 409
    code = "refused"

    def __init__(
        self,
        message: str | Promise,
        *,
        code: str | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class InvalidInput(DomainError):
    """What was sent cannot be right, whatever the state."""

    status = 422
    code = "invalid"


class NotAllowed(DomainError):
    """The person may see it but may not do it."""

    status = 403
    code = "not_allowed"


class Conflict(DomainError):
    """Somebody was first, or the state has moved on."""

    code = "conflict"
