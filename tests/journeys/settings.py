"""The site's settings, with passwords that are hashed in no time."""

from matchmaking.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "matchmaking.notifications.smtp.EmailBackend"
MFA_TOTP_TOLERANCE = 1  # a code is still good when its half-minute ends while it is typed
LEADING_MAIL_SECONDS = 0  # nobody waits for a mail
WHITENOISE_MAX_AGE = 600  # as in production a browser keeps what it has, and does not ask anew
