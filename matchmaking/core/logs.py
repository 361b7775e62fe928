"""Log format: one line a request, no token, no contact data."""

import logging
import re
import sys

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

# A path segment longer than a UUID is a signed token: links of mails open things.
SECRET_SEGMENT = re.compile(r"(?<=/)[^/]{37,}")


def configure(*, level: str, for_people: bool) -> None:
    """Set structlog up: lines for people in development, JSON in production."""
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
        if for_people
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            # The console renderer formats exceptions itself, with colours.
            *([] if for_people else [structlog.processors.format_exc_info]),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )


class RequestLogMiddleware(RequestMiddleware):
    """Logs each request by its path, without query and without the tokens of mailed links."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {SECRET_SEGMENT.sub('…', request.path)}"
