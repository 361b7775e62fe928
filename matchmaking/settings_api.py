"""The API: Django REST framework, its errors, tokens and schema."""

from datetime import timedelta

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.CompanyTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "accounts.authentication.TokenScopePermission",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["matchmaking.core.strict_input.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "matchmaking.core.api.CursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["matchmaking.core.strict_input.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "matchmaking.core.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": [
        "matchmaking.core.api.ReadThrottle",
        "matchmaking.core.api.WriteThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"read": "600/min", "write": "120/min"},
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "PAGE_SIZE": 50,
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "matchmaking.core.problems.ProblemHandler",
    "EXCEPTION_FORMATTER_CLASS": "matchmaking.core.problems.ProblemFormatter",
}
REST_KNOX = {
    "TOKEN_MODEL": "accounts.CompanyToken",
    "SECURE_HASH_ALGORITHM": "hashlib.sha512",
    "TOKEN_TTL": timedelta(days=365),
    "AUTO_REFRESH": False,
}
KNOX_TOKEN_MODEL = "accounts.CompanyToken"  # noqa: S105 -- the name of a model
SPECTACULAR_SETTINGS = {
    "TITLE": "hand-in-hand API",
    "DESCRIPTION": "Orders, capacity and matches of a company, for its own systems.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "matchmaking.core.schema.say_all_rules",
    ],
    "ENUM_NAME_OVERRIDES": {
        "IntentionStateEnum": "matchmaking.deals.states.IntentionState.choices",
        "WithdrawReasonEnum": "matchmaking.deals.states.WithdrawReason.choices",
        "ToolingOwnerEnum": "matchmaking.listings.models.orders.ToolingOwner.choices",
        "KindEnum": "accounts.choices.CompanyKind.choices",
        "StateEnum": "matchmaking.listings.states.PostState.choices",
        "MatchStateEnum": "matchmaking.matching.states.MatchState.choices",
        "AnswerKindEnum": "matchmaking.matching.states.AnswerKind.choices",
        "QuoteDeclineReasonEnum": "matchmaking.deals.states.QuoteDeclineReason.choices",
    },
}
