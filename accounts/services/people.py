"""A person's own record, the association's officers, and the end of a person's sessions.

Officers' actions all take ``by`` and ``at``, also where the row keeps neither: the history does.
"""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import PasswordResetRequest, SignUpRequest, User
from accounts.officer_rights import GROUP as OFFICERS
from matchmaking.core import limit_store
from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.notifications import outbox

PASSWORD_RESET_ASKED = "accounts.password_reset_asked"  # noqa: S105 - the name of a fact
GUESSES_REFUSED = "accounts.guesses_refused"
TELL_AGAIN_SECONDS = 24 * 3600
SIGN_UP_ASKED = "accounts.sign_up_asked"


@transaction.atomic
def change_profile(*, user: User, name: str, language: str, time_zone: str) -> User:
    """Change the person's name, language and time zone.

    :raises InvalidInput: for a language or a time zone that does not exist
    """
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput(_("Choose one of the languages."), field="language")
    if time_zone not in available_timezones():
        raise InvalidInput(_("Choose one of the time zones."), field="time_zone")
    user = User.objects.select_for_update().get(pk=user.pk)
    user.name, user.language, user.time_zone = name, language, time_zone
    user.save(update_fields=["name", "language", "time_zone"])
    return user


@transaction.atomic
def set_language(*, user: User, language: str) -> None:
    if language in dict(settings.LANGUAGES):
        User.objects.filter(pk=user.pk).update(language=language)


@transaction.atomic
def create_verified_person(*, email: str, name: str, password: str | None, language: str) -> User:
    """Make a person whose address counts as verified, without any mail.

    Without a password nobody can sign in as that person. For demonstration data and replays
    alone: people who sign up verify their address.
    """
    user = User.objects.create_user(email=email, password=password, name=name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def suspend_person(*, user: User, by: User, at: dt.datetime) -> User:  # noqa: ARG001 - see above
    """Lock the person out: sign-in, sessions and tokens end at once.

    :raises Conflict: when officers would lock themselves out
    :raises NotAllowed: for an officer, unless an administrator of the site asks
    """
    if user.pk == by.pk:
        raise Conflict(_("You cannot suspend yourself."))
    user = User.objects.select_for_update().get(pk=user.pk)
    if (user.is_staff or user.is_superuser) and not by.is_superuser:
        raise NotAllowed(_("Officers are suspended by administrators of the site."))
    user.is_active = False
    user.session_round += 1
    user.save(update_fields=["is_active", "session_round"])
    return user


@transaction.atomic
def reinstate_person(*, user: User, by: User, at: dt.datetime) -> User:  # noqa: ARG001 - see above
    """Lift a suspension; the sessions that it ended stay ended."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user


@transaction.atomic
def appoint_officer(*, user: User, by: User, at: dt.datetime) -> User:  # noqa: ARG001 - see above
    """Make the person an officer: the rights of the table, a second step at sign-in, sessions ended.

    :raises NotAllowed: for anybody but administrators of the site
    """
    if not by.is_superuser:
        raise NotAllowed(_("Only administrators of the site appoint officers."))
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_staff = True
    # Sessions that a password alone has opened end: an officer's begin with both steps.
    user.session_round += 1
    user.save(update_fields=["is_staff", "session_round"])
    user.groups.add(Group.objects.get(name=OFFICERS))
    return user


@transaction.atomic
def dismiss_officer(*, user: User, by: User, at: dt.datetime) -> User:  # noqa: ARG001 - see above
    """Take an officer's rights away and end the sessions.

    :raises NotAllowed: for anybody but administrators of the site
    """
    if not by.is_superuser:
        raise NotAllowed(_("Only administrators of the site dismiss officers."))
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_staff = False
    user.session_round += 1
    user.save(update_fields=["is_staff", "session_round"])
    user.groups.remove(Group.objects.get(name=OFFICERS))
    return user


@transaction.atomic
def end_sessions(users: Iterable[int]) -> None:
    User.objects.filter(pk__in=list(users)).update(session_round=F("session_round") + 1)


@transaction.atomic
def ask_password_reset(*, email: str) -> None:
    """Leave it to the worker to find out whose address it is, and to mail the link."""
    request = PasswordResetRequest.objects.create(email=email)
    outbox.publish(
        kind=PASSWORD_RESET_ASKED,
        dedupe_key=f"password_reset_asked:{request.pk}",
        subject={"request": request.pk},
    )


@transaction.atomic
def tell_of_guesses(*, email: str) -> None:
    """Leave it to the worker to tell the owner of the address, if it has one, once a day.

    Whether there is one is not looked up here: refusing would take longer where an account exists.
    """
    mark = salted_hmac("accounts.guesses", email.lower()).hexdigest()
    if not limit_store.add(f"accounts:guesses_told:{mark}", 1, TELL_AGAIN_SECONDS):
        return
    request = PasswordResetRequest.objects.create(email=email[:254])
    outbox.publish(
        kind=GUESSES_REFUSED,
        dedupe_key=f"guesses_refused:{request.pk}",
        subject={"request": request.pk},
    )


@transaction.atomic
def ask_sign_up(*, code: UUID, email: str, name: str, password: str, language: str) -> None:
    """Leave it to the worker to make the person, or to write to the address that has an account.

    Hashes the password: a request that did it for new addresses alone would tell of the known ones.
    """
    request = SignUpRequest.objects.create(
        code=code, email=email, name=name, password=make_password(password), language=language
    )
    outbox.publish(
        kind=SIGN_UP_ASKED,
        dedupe_key=f"sign_up_asked:{request.pk}",
        subject={"request": request.pk},
    )


@transaction.atomic
def make_person(*, request: SignUpRequest) -> User:
    """Make the person of a sign-up, whose address waits to be confirmed; the request goes."""
    user = User.objects.create(
        code=request.code,
        email=request.email,
        name=request.name,
        password=request.password,
        language=request.language,
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True)
    request.delete()
    return user
