"""Text that people send: control characters are refused, not cleaned silently."""

import re

from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# C0 and C1 controls except tab, line feed and carriage return; bidi overrides that
# would let a text lie about its order.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

no_control_characters = RegexValidator(
    FORBIDDEN,
    message=_("Control characters are not allowed: type the text again."),
    code="control_characters",
    inverse_match=True,
)


def join_sentences(one: str, other: str) -> str:
    # Translators: two whole sentences; some languages set no space between them.
    return gettext("%(one)s %(other)s") % {"one": one, "other": other}
