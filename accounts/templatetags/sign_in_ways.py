"""Template tags for the ways to sign in that are set up on this site."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

NAMES = {"weixin": _("WeChat"), "dingtalk": _("DingTalk"), "feishu": _("Feishu")}


@register.simple_tag
def by_text() -> bool:
    return bool(settings.SMS_GATEWAY)


@register.simple_tag
def providers() -> list[dict[str, str | Promise]]:
    """Return name and address of each account elsewhere that opens this site, in order of use."""
    return [
        {"label": NAMES[name], "url": reverse(f"{name}_login")} for name in settings.SOCIAL_SIGN_IN
    ]
