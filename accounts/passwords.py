"""Password validators with messages in both languages."""

from django.contrib.auth import password_validation
from django.utils.translation import ngettext


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """Django's own, whose sentence its Chinese catalogue lacks."""

    def get_error_message(self) -> str:
        return ngettext(
            "This password is too short: use at least %(count)s character.",
            "This password is too short: use at least %(count)s characters.",
            self.min_length,
        ) % {"count": self.min_length}
