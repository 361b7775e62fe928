"""What follows a sign-in and a change of the second factor, told by signals of Django and allauth."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from accounts.models import User
from accounts.services import people

SIGNED_IN_AS = "signed_in_as"  # on the request, for the middleware that marks the browser


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="accounts.signed_in")
    signals.authenticator_added.connect(_added, dispatch_uid="accounts.factor_added")
    signals.authenticator_removed.connect(_changed, dispatch_uid="accounts.factor_removed")


def _signed_in(request: HttpRequest, user: User, **_rest: Any) -> None:
    setattr(request, SIGNED_IN_AS, user.email)


def _added(request: HttpRequest, user: User, authenticator: Authenticator, **rest: Any) -> None:
    _changed(request=request, user=user, authenticator=authenticator, **rest)
    if authenticator.type == Authenticator.Type.TOTP:
        # Its first code was typed in this session.
        record_authentication(request, user, "mfa", type=authenticator.type)


def _changed(request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    """End the person's other sessions; this one goes on."""
    if authenticator.type != Authenticator.Type.TOTP:
        return
    people.end_sessions([user.pk])
    user.refresh_from_db(fields=["session_round"])
    update_session_auth_hash(request, user)
