"""allauth's adapters: mails leave through the outbox, links name our site."""

import datetime as dt
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import stash_login
from allauth.account.models import EmailAddress, Login
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.core.internal.ratelimit import RateLimitUsage
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import limits, rules
from accounts.emails import sign_in
from accounts.models import PhoneNumber, TextKind, User
from accounts.services import people, phones
from matchmaking.notifications import outbox

ACCOUNT_MAIL = "accounts.mail"
SIGNING_UP = (
    "signing_up"  # of a session: name and address typed, the person's code, where to go then
)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts by email. No mail is sent inside a request, no link comes from its Host."""

    _guesses: list[RateLimitUsage] | None = None

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write an outbox row that names the mail and the address by id, with no secret.

        A mail with a link is wanted once a minute at most, a notice for each event.

        :raises KeyError: for a mail that this site has no words for
        """
        del context
        kind = sign_in.ACCOUNT_EMAILS[template_prefix]
        # Several people may have typed an address; it belongs to who verified it.
        address = EmailAddress.objects.filter(email__iexact=email).order_by("-verified").first()
        if address is None:
            return
        moment = timezone.now().astimezone(dt.UTC)
        slot = f"{moment:%Y%m%dT%H%M}" if kind.has_link else moment.isoformat()
        # allauth calls from a view, where no transaction is open, and publish() insists on one.
        with transaction.atomic():
            outbox.publish(
                kind=ACCOUNT_MAIL,
                dedupe_key=f"mail:account:{template_prefix}:{address.pk}:{slot}",
                subject={"template": template_prefix, "email_address": address.pk},
            )

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a guess, and tell the owner of the address, once a day, when there were too many.

        :raises ValidationError: when this is one too many
        """
        super().pre_authenticate(request, **credentials)
        address = credentials.get("email", "")
        self._guesses = limits.may_guess(request, address)
        if self._guesses is None:
            people.tell_of_guesses(email=address)
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        for usage in self._guesses or ():
            usage.rollback()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        super()._delete_login_attempts_cached_email(request, **credentials)
        limits.forget_guesses(request, credentials.get("email", ""))

    def send_confirmation_again(self, email: str) -> None:
        """Write the row of the mail that signing up with the address sent, once a minute at most."""
        known = EmailAddress.objects.filter(email__iexact=email)
        template = (
            "account_already_exists"
            if known.filter(verified=True).exists()
            else ("email_confirmation_signup")
        )
        self.send_mail(f"account/email/{template}", email, {})

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        """Refuse to make a mail beside the outbox.

        :raises RuntimeError: always
        """
        del args, kwargs
        raise RuntimeError("mails are made by accounts.handlers")

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm the address; let the browser in that signed up with it, and no other.

        The person is made after the answer to the sign-up, so that allauth could put no sign-in aside
        in its session: the session's code of the person takes its place.
        """
        confirmed = bool(super().confirm_email(request, email_address))
        begun = request.session.get(SIGNING_UP) or {}
        if confirmed and begun.get("person") == str(email_address.user.code):
            login = Login(user=email_address.user, signup=True, redirect_url=begun.get("next"))
            LoginStageController(request, login).set_current(EmailVerificationStage.key)
            stash_login(request, login)
            del request.session[SIGNING_UP]
        return confirmed

    def send_account_already_exists_mail(self, email: str) -> None:
        self.send_mail("account/email/account_already_exists", email, {})

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        del request
        return sign_in.confirm_url(emailconfirmation.key)

    def get_reset_password_from_key_url(self, key: str) -> str:
        return sign_in.reset_url(key)

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.account.stages.EmailVerificationStage"}
        return [
            "accounts.login_stages.EmailVerificationStage" if path in ours else path
            for path in super().get_login_stages()
        ]

    def phone_form_field(self, **kwargs: Any) -> Any:
        # Forms of accounts import this module's class by allauth's setting.
        from accounts.phone_forms import MobileField  # noqa: PLC0415

        return MobileField(required=kwargs.get("required", True))

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        phones.set_number(user=user, number=phone, verified=verified)

    def set_phone_verified(self, user: User, phone: str) -> None:
        phones.set_number(user=user, number=phone, verified=True)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        row = PhoneNumber.objects.filter(user=user).first()
        return (row.number, row.verified_at is not None) if row else None

    def get_user_by_phone(self, phone: str) -> User | None:
        """Return whose the number is: who typed its code in, and nobody else."""
        row = PhoneNumber.objects.filter(number=phone, verified_at__isnull=False)
        found = row.select_related("user").first()
        return found.user if found else None

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        del user, kwargs
        self._send_text(phone, TextKind.CODE, code)

    def send_account_already_exists_sms(self, phone: str) -> None:
        self._send_text(phone, TextKind.KNOWN)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        del kwargs
        self._send_text(phone, TextKind.UNKNOWN)

    def _send_text(self, phone: str, kind: TextKind, code: str = "") -> None:
        language = get_language() or settings.LANGUAGE_CODE
        phones.send_text(number=phone, kind=kind, code=code, language=language)

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether ``url`` stays on this host."""
        if not url:
            return False
        host = urlsplit(url).netloc
        return bool(super().is_safe_url(url)) and host in {"", urlsplit(settings.SITE_URL).netloc}

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save the new person with the name given and the language of the page."""
        user.name = form.cleaned_data.get("name", "")
        user.language = get_language() or settings.LANGUAGE_CODE
        saved: User = super().save_user(request, user, form, commit)
        return saved


class MFAAdapter(DefaultMFAAdapter):
    """TOTP; officers cannot take it off."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("Officers must use two-step sign-in."),
        "incorrect_code": _("This code is wrong or was used before. Wait for the next one."),
        "unverified_email": _("Confirm your email address first; then set up the second step."),
        "add_email_blocked": _(
            "Two-step sign-in is on: confirm the addresses that you have first."
        ),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not settings.OFFICERS_NEED_TOTP or not rules.needs_totp(authenticator.user):
            return True
        return bool(authenticator.type != Authenticator.Type.TOTP)
