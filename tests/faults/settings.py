"""The site's settings, with the mails that the tests of faults send."""

from matchmaking.settings import *  # noqa: F403
from matchmaking.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults"]
EMAIL_BACKEND = "matchmaking.notifications.smtp.EmailBackend"
