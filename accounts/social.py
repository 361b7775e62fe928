"""allauth's adapter for WeChat, DingTalk and Feishu, where their keys are set."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts.models import User


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """People by their account elsewhere; nothing of it is taken but a name and who it is."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Return the person with the name that the provider says, and no address.

        An address counts when its owner confirmed it here, whatever another site says.
        """
        del request
        user: User = sociallogin.user
        user.email = None
        user.name = str(data.get("name") or "")[: User._meta.get_field("name").max_length]  # noqa: SLF001 - Django's documented name
        user.language = get_language() or settings.LANGUAGE_CODE
        sociallogin.email_addresses = []
        return user
