"""Settings of hand-in-hand, read from the environment (see .env.example).

In development ``manage.py up`` writes ``var/dev.env`` with the addresses of the embedded
servers, so that a second terminal finds them.
"""

import logging
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from environs import Env
from redis.backoff import NoBackoff
from redis.retry import Retry

from matchmaking import settings_api, settings_workbench

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env_files = [BASE_DIR / ".env"]
# Who names servers, as throw-away runs do, asks nothing of the site that was started here. Nor does
# production: the file beside it would turn it into a development site.
if env.bool("DEVELOPMENT", False) and not env.str("DATABASE_URL", ""):
    env_files.append(BASE_DIR / "var" / "dev.env")
for env_file in filter(Path.is_file, env_files):
    env.read_env(str(env_file), recurse=False)

# --- Core -----------------------------------------------------------------------------
# `make run`: a default key, files served where they lie, a page of sent mail, demonstration data.
DEVELOPMENT = env.bool("DEVELOPMENT", False)
# Errors show the site's own pages in development too; Django's, with code and settings, are asked for.
DEBUG = DEVELOPMENT and env.bool("DEBUG", False)
INSECURE_KEY = "insecure-development-key-never-for-production"
SECRET_KEY = env.str("SECRET_KEY", INSECURE_KEY if DEVELOPMENT else "")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
if not DEVELOPMENT and (not SECRET_KEY or SECRET_KEY == INSECURE_KEY):
    raise ImproperlyConfigured("Set SECRET_KEY: production never starts with a default.")

SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEVELOPMENT else []
)
if not DEVELOPMENT and any(host.startswith(("*", ".")) for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("Name the site in ALLOWED_HOSTS: any other Host would be answered.")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
ROOT_URLCONF = "matchmaking.urls"
WSGI_APPLICATION = "matchmaking.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "django.contrib.sites",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "django_celery_beat",
    "django_htmx",
    "django_structlog",
    "pgtrigger",
    "pghistory",
    "matchmaking.core",
    "matchmaking.notifications",
    "matchmaking.exports",
    "accounts",
    "matchmaking.listings",
    "matchmaking.imports",
    "matchmaking.matching",
    "matchmaking.deals",
    "matchmaking.docking",
    "matchmaking.policies",
    "matchmaking.help",
    "matchmaking.connections",
    "matchmaking.casework",
    "matchmaking.privacy",
    "matchmaking.demonstration",
]
SITE_ID = 1

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "matchmaking.core.middleware.PrivateByDefaultMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.PersonMiddleware",
    "matchmaking.notifications.middleware.ReplacedCodeMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "matchmaking.core.logs.RequestLogMiddleware",
    # The last: it runs the view, in the transaction of the form's key.
    "matchmaking.core.form_keys.FormKeyMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["matchmaking.core.templatetags.icons"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "matchmaking.core.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Stores ---------------------------------------------------------------------------
DATABASES = {
    "default": {
        **env.dj_db_url("DATABASE_URL", "postgresql:///hand", conn_max_age=60),
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": env.str("TEST_DATABASE_NAME", None)},
    }
}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c lock_timeout=3s"

REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379")


def _redis_url(url: str, *, database: int, celery: bool = False) -> str:
    """Return ``url`` for one database, in the dialect of redis-py or of kombu."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return urlunsplit(parts._replace(path=f"/{database}"))
    path = quote(parts.path, safe="/%")
    if celery:
        return f"redis+socket://{path}?virtual_host={database}"
    return f"unix://{path}?db={database}"


CACHES = {
    "default": {
        "BACKEND": "matchmaking.core.cache.TolerantRedisCache",
        "LOCATION": _redis_url(REDIS_URL, database=1),
        # One attempt of a second: a page waits for no more (matchmaking/core/cache.py).
        "OPTIONS": {
            "socket_timeout": 1,
            "socket_connect_timeout": 1,
            "retry": Retry(NoBackoff(), 0),
        },
        "KEY_PREFIX": env.str("CACHE_PREFIX", "hand"),
    }
}

# --- Celery ---------------------------------------------------------------------------
# Why each of these: docs/architecture.md and docs/adr/0003-one-row-a-fact-onemail-a-bundle.md.
CELERY_BROKER_URL = _redis_url(REDIS_URL, database=0, celery=True)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "health_check_interval": 10,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = env.str("CELERY_QUEUE", "hand")
CELERY_BEAT_SCHEDULER = "matchmaking.notifications.beat:RegistryScheduler"
CELERY_TIMEZONE = "Asia/Shanghai"

# --- Language and time ----------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["matchmaking.formats"]

# --- Files ----------------------------------------------------------------------------
STATIC_URL = "/static/"
# Development serves the files where they lie; only production collects them.
STATIC_ROOT = None if DEVELOPMENT else env.path("STATIC_ROOT", BASE_DIR / "var" / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEVELOPMENT
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = env.path("MEDIA_ROOT", BASE_DIR / "var" / "media")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
        # Collected by one person, served by another: FILE_UPLOAD_PERMISSIONS are not for these.
        "OPTIONS": {"file_permissions_mode": 0o644},
    },
}
if bucket := env.str("S3_BUCKET", ""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": bucket, "default_acl": "private"},
    }
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- Email ---------------------------------------------------------------------------
EMAIL_BACKEND = env.str("EMAIL_BACKEND", "matchmaking.notifications.smtp.EmailBackend")
EMAIL_HOST = env.str("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "手拉手 <noreply@example.com>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
DEV_MAIL_DIR = env.path("DEV_MAIL_DIR", BASE_DIR / "var" / "mail")

# How long a mail that others may follow waits for them, so that they come in one.
LEADING_MAIL_SECONDS = env.int("LEADING_MAIL_SECONDS", 90)

# --- Signing in -----------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name}
    for name in (
        "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "accounts.passwords.MinimumLengthValidator",
        "django.contrib.auth.password_validation.CommonPasswordValidator",
        "django.contrib.auth.password_validation.NumericPasswordValidator",
    )
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/dashboard/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "user_token": "accounts.forms.UserTokenForm",
    "request_login_code": "accounts.phone_forms.LoginCodeForm",
    "confirm_login_code": "accounts.phone_forms.ConfirmLoginCodeForm",
    "verify_phone": "accounts.phone_forms.VerifyPhoneForm",
}
# Text messages with codes: "sink" in development, the https address of a gateway, "" for none.
SMS_GATEWAY = env.str("SMS_GATEWAY", "sink" if DEVELOPMENT else "")
SMS_GATEWAY_TOKEN = env.str("SMS_GATEWAY_TOKEN", "")
if not DEVELOPMENT and SMS_GATEWAY and urlsplit(SMS_GATEWAY).scheme != "https":
    raise ImproperlyConfigured("Set SMS_GATEWAY to an https address: codes open accounts.")
CODE_SECONDS = 5 * 60
ACCOUNT_LOGIN_METHODS = {"email", "phone"} if SMS_GATEWAY else {"email"}
ACCOUNT_LOGIN_BY_CODE_ENABLED = bool(SMS_GATEWAY)
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PHONE_VERIFICATION_TIMEOUT = CODE_SECONDS
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
# Each message costs money, and each code is three guesses: 18 in a million a day for one number.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "30/h/ip,1/m/key,6/d/key",
    "verify_phone": "30/h/ip,1/m/key,6/d/key",
    # By source alone; an address is counted with its source in accounts/limits.py.
    "login_failed": "30/m/ip",
    "reset_password": "20/m/ip",
}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", *(["phone"] if SMS_GATEWAY else [])]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SIGNUP_REDIRECT_URL = "/company/register/"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_EMAIL_CONFIRMATION_HMAC = False  # a stored random key; the signed one holds a row number
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
}
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off either way (RFC 6238, 5.2)
MFA_TOTP_ISSUER = "手拉手 hand-in-hand"
OFFICERS_NEED_TOTP = env.bool("OFFICERS_NEED_TOTP", True)
if not DEVELOPMENT and not OFFICERS_NEED_TOTP:
    raise ImproperlyConfigured(
        "Remove OFFICERS_NEED_TOTP=false: in production officers sign in with a second step."
    )
USERSESSIONS_TRACK_ACTIVITY = False

# Signing in by an account elsewhere, each where the keys of its open platform are set.
SOCIAL_KEYS = {
    name: (env.str(f"{name.upper()}_CLIENT_ID", ""), env.str(f"{name.upper()}_CLIENT_SECRET", ""))
    for name in ("weixin", "dingtalk", "feishu")
}
SOCIAL_SIGN_IN = [name for name, keys in SOCIAL_KEYS.items() if all(keys)]
SOCIAL_PAGES = {
    "weixin": "https://open.weixin.qq.com",
    "dingtalk": "https://login.dingtalk.com",
    "feishu": "https://open.feishu.cn",
}
if SOCIAL_SIGN_IN:
    INSTALLED_APPS += [
        "allauth.socialaccount",
        *(f"allauth.socialaccount.providers.{name}" for name in SOCIAL_SIGN_IN),
    ]
SOCIALACCOUNT_PROVIDERS = {
    name: {"APPS": [{"client_id": SOCIAL_KEYS[name][0], "secret": SOCIAL_KEYS[name][1], "key": ""}]}
    for name in SOCIAL_SIGN_IN
}
SOCIALACCOUNT_ADAPTER = "accounts.social.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_REQUIRED = False

# --- Security -------------------------------------------------------------------------
SECURE = urlsplit(SITE_URL).scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # else every person shares the proxy's sign-in limits
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # A form that starts at our page and ends at a provider's is one submission to a browser.
        "form-action": [SELF, *(SOCIAL_PAGES[name] for name in SOCIAL_SIGN_IN)],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# --- Workbench of the officers -----------------------------------------------------------
UNFOLD = settings_workbench.UNFOLD

# --- API ------------------------------------------------------------------------------
REST_FRAMEWORK = settings_api.REST_FRAMEWORK
DRF_STANDARDIZED_ERRORS = settings_api.DRF_STANDARDIZED_ERRORS
REST_KNOX = settings_api.REST_KNOX
KNOX_TOKEN_MODEL = settings_api.KNOX_TOKEN_MODEL
SPECTACULAR_SETTINGS = settings_api.SPECTACULAR_SETTINGS

# --- Controls of attacks --------------------------------------------------------------
# Protections that a test switches off to prove its attack (matchmaking/core/protections.py).
PROTECTIONS_OFF: list[str] = env.list("PROTECTIONS_OFF", [])
if PROTECTIONS_OFF and not DEVELOPMENT:
    raise ImproperlyConfigured("Remove PROTECTIONS_OFF: production never switches one off.")

# --- Association ----------------------------------------------------------------------
# Who runs the site; production asks for each line (matchmaking/core/association.py).
_INVENTED: dict[str, str] = {
    "name_zh": "示例鞋业协会",
    "name_en": "Example Shoe Association",
    "secretariat": "示例秘书处",
    "phone": "000-0000000",
    "filing_number": "示ICP备00000000号",
    "privacy_since": "2026-12-01",
    "terms_since": "2026-12-01",
}
ASSOCIATION: dict[str, Any] = {
    name: env.str(f"ASSOCIATION_{name.upper()}", value if DEVELOPMENT else "")
    for name, value in _INVENTED.items()
}
for _name in ("privacy_since", "terms_since"):
    _day = ASSOCIATION[_name]
    ASSOCIATION[_name] = date.fromisoformat(_day) if _day else None

# --- Trade ----------------------------------------------------------------------------
STALE_AFTER_DAYS = 14
POST_LIFETIME_DAYS = 90
EXPIRY_REMINDER_DAYS = 7
TEXT_KEPT_DAYS = 90  # a pasted message, with the contacts in it
TOKEN_REMINDER_DAYS = (14, 3)  # before a token of the API ends
MATCHES_PER_POST = 10
PROPOSAL_DAYS = 30  # a match that nobody answers
POLICY_FOLLOW_UP_DAYS = 14  # after a company meant to apply for a policy
# Of published results (OCDS): the standard's own example until the association registers one.
OCID_PREFIX = env.str("OCID_PREFIX", "ocds-213czf")
# Sealed quotes are encrypted under it; it never lies beside a dump of the database. Without one no
# order can ask for sealed quotes.
QUOTE_SEALING_KEY = env.str("QUOTE_SEALING_KEY", INSECURE_KEY if DEVELOPMENT else "")
PART_DAYS = 5  # a part of a split order that a factory does not answer
INTENTION_DAYS = 14  # figures of a deal that the other side does not confirm
HOLD_DAYS = 30  # weeks of a confirmed deal without a contract
HOLD_REMINDER_DAYS = 5  # before their end
HOLD_LONGER_DAYS = 14  # by which its factory may hold them longer
ANSWER_DAYS = 7  # a match that waits for the other side
ANSWER_REMINDER_DAYS = 2
DECLINE_STANDS_DAYS = 14  # a declined pair, whatever changes
ANSWER_UNDO_SECONDS = 10  # a decline, or an interest that was taken back

# --- The office -------------------------------------------------------------------------
# When officers work, in TIME_ZONE; deadlines of queues count these hours of Chinese working days.
OFFICE_HOURS: list[tuple[str, str]] = [
    (begins, ends)
    for begins, _dash, ends in (
        span.strip().partition("-")
        for span in env.list("OFFICE_HOURS", ["09:00-12:00", "14:00-17:30"])
    )
]

# --- Connections -----------------------------------------------------------------------
CONNECTION_FAILING_DAYS = 3  # then a connection is switched off
# Only for tests and for trying a receiver on one's own machine.
CONNECTIONS_MAY_CALL_LOOPBACK = env.bool("CONNECTIONS_MAY_CALL_LOOPBACK", False)
if CONNECTIONS_MAY_CALL_LOOPBACK and not DEVELOPMENT:
    raise ImproperlyConfigured(
        "Remove CONNECTIONS_MAY_CALL_LOOPBACK: production calls no own machine."
    )
CONNECTIONS_OTHER_ROBOT_HOSTS: list[str] = env.list("CONNECTIONS_OTHER_ROBOT_HOSTS", [])

# --- Logs -----------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"django.server": {"level": "WARNING"}, "mail.log": {"level": "WARNING"}},
}
if dsn := env.str("SENTRY_DSN", ""):
    import sentry_sdk  # only where a DSN is set: it patches what it imports

    sentry_sdk.init(dsn=dsn, send_default_pii=False, max_request_body_size="never")
