"""The words of text messages; each fits one message of an operator."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import CodeText, TextKind
from accounts.text_gateways import Text
from matchmaking.core.association import association
from matchmaking.core.links import absolute


def text_of(row: CodeText) -> Text:
    """Return the message in the present language, with the values of the operator's template."""
    sender = association().name
    if row.kind == TextKind.CODE:
        minutes = settings.CODE_SECONDS // 60
        values = {"code": row.code, "minutes": str(minutes), "sender": sender}
        body = _("[%(sender)s] %(code)s is your code, good for %(minutes)s minutes. Tell nobody.")
    elif row.kind == TextKind.KNOWN:
        values = {"sender": sender, "url": absolute(reverse("account_login"))}
        body = _("[%(sender)s] This number has an account already. Sign in: %(url)s")
    else:
        values = {"sender": sender, "url": absolute(reverse("account_signup"))}
        body = _("[%(sender)s] This number has no account yet. Sign up: %(url)s")
    return Text(to=row.number, template=row.kind, values=values, body=body % values)
