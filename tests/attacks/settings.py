"""The site's settings for attackers: nobody waits for a limit on tries, and mail is kept to be read.

Limits slow an attacker down; what he learns is decided by what the site says.
"""

from matchmaking.settings import *  # noqa: F403
from matchmaking.settings import DATABASES, REST_FRAMEWORK

ACCOUNT_RATE_LIMITS = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# The database is another one for each attack: a connection that it ended is no error.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Names of functions are looked for in public first: tests/attacks/clock.py passes days by it.
DATABASES["default"]["OPTIONS"]["options"] += " -c search_path=public,pg_catalog"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"nowhere": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["nowhere"], "level": "CRITICAL"},
    "loggers": {"django": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False}},
}
LOG_LEVEL = "CRITICAL"
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_CLASSES": []}
