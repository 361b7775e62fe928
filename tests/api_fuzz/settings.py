"""The product's settings with limits of the API lifted."""

from matchmaking.settings import *  # noqa: F403
from matchmaking.settings import REST_FRAMEWORK

REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"read": None, "write": None}}
# Through WSGI in this process, as the site answers; errors are answers, not pages of a debugger.
DEBUG = False
# A line a refusal would be thousands.
LOG_LEVEL = "CRITICAL"
LOGGING = {"version": 1, "root": {"level": "CRITICAL"}, "disable_existing_loggers": True}
