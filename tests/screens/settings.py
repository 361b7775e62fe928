"""The site as production runs it, with a walk's own additions; chosen by tests/screens/__main__.py."""

import datetime as dt

from matchmaking.settings import *  # noqa: F403
from matchmaking.settings import MIDDLEWARE

ROOT_URLCONF = "tests.screens.urls"
MIDDLEWARE = [
    "django.middleware.gzip.GZipMiddleware",  # deploy/Caddyfile does it in production
    "tests.screens.middleware.leave_no_trace",
    *MIDDLEWARE,
]
ASSOCIATION = {
    "name_zh": "莆田示例鞋业协会",
    "name_en": "Putian Example Shoe Association",
    "secretariat": "秘书处（示例）",
    "phone": "0594-0000000",
    "filing_number": "闽ICP备00000000号",
    "privacy_since": dt.date(2026, 12, 1),
    "terms_since": dt.date(2026, 12, 1),
}
# One machine asks for thousands of pages, and signed in hours ago.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 24 * 3600
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LOG_LEVEL = "CRITICAL"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"nowhere": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["nowhere"], "level": "CRITICAL"},
    "loggers": {"django": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False}},
}
