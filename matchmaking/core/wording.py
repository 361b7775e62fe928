"""Sentences of Django's that the site says in other words: listed here, they are translated here."""

from django.utils.translation import gettext_noop, ngettext_lazy

REWORDED = (
    gettext_noop("This field is required."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
)
