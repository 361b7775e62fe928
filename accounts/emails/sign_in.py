"""The words of each mail that allauth asks for; links are made when the mail is sent."""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.account import app_settings
from allauth.account.models import EmailAddress, EmailConfirmation
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matchmaking.core.links import absolute
from matchmaking.notifications.email.content import Action, Block, Email, Paragraph, SmallPrint

CONFIRM = "account/email/email_confirmation_signup"
KNOWN = "account/email/account_already_exists"
PASSWORD_RESET = "account/email/password_reset_key"  # noqa: S105 - the name of a mail
GUESSES = "account/email/guesses_refused"
NOT_YOU = _("If you did not ask for this, you can ignore this mail.")
WAS_IT_YOU = _("If this was not you, choose a new password at once and tell the association.")


@dataclass(frozen=True, slots=True)
class AccountEmail:
    """What a mail says. ``link`` makes the address behind its button; a notice needs none."""

    subject: Promise
    text: Promise
    label: Promise
    link: Callable[[EmailAddress], str]
    small_print: Promise
    has_link: bool = True
    only_unverified: bool = False

    def email(self, address: EmailAddress) -> Email:
        """Return the email for this address, its link made now."""
        blocks: list[Block] = [Paragraph(self.text)]
        if address.user.name:
            name = {"greeting_name": address.user.name}
            blocks.insert(0, Paragraph(gettext("Hello %(greeting_name)s,") % name))
        action = Action(self.label, self.link(address))
        if self.has_link:
            blocks += [action, SmallPrint(self.small_print)]
        else:
            blocks += [Paragraph(self.small_print), action]
        return Email(self.subject, blocks)


def confirm_url(key: str) -> str:
    return absolute(reverse("account_confirm_email", args=[key]))


def reset_url(key: str) -> str:
    """Return the link to choose a new password; ``key`` is a person's code and a token."""
    uid, _dash, token = key.partition("-")
    return absolute(
        reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    )


def _confirm(address: EmailAddress) -> str:
    """Return the link with the address's newest random key, whose days begin now."""
    # allauth stored a key when the person asked; a notice that failed is tried again with the same.
    known = EmailConfirmation.objects.filter(email_address=address).order_by("-pk").first()
    confirmation = known or EmailConfirmation.create(address)
    confirmation.sent = timezone.now()
    confirmation.save(update_fields=["sent"])
    return confirm_url(confirmation.key)


def _reset(address: EmailAddress) -> str:
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(address.user)
    return reset_url(f"{address.user.code.hex}-{token}")


def _sign_in(_address: EmailAddress) -> str:
    return absolute(reverse("account_login"))


def _security(_address: EmailAddress) -> str:
    return absolute(reverse("account_reset_password"))


def _notice(subject: Promise, text: Promise) -> AccountEmail:
    return AccountEmail(
        subject, text, _("Choose a new password"), _security, WAS_IT_YOU, has_link=False
    )


ACCOUNT_EMAILS: dict[str, AccountEmail] = {
    "account/email/email_confirmation_signup": AccountEmail(
        _("Confirm your email address"),
        _("Welcome. One step is left: confirm that this address is yours."),
        _("Confirm address"),
        _confirm,
        NOT_YOU,
        only_unverified=True,
    ),
    "account/email/email_confirmation": AccountEmail(
        _("Confirm your email address"),
        _("Confirm that this address is yours, so that mail reaches you."),
        _("Confirm address"),
        _confirm,
        NOT_YOU,
        only_unverified=True,
    ),
    PASSWORD_RESET: AccountEmail(
        _("Choose a new password"),
        _(
            "Someone, hopefully you, asked for a new password. The link works once, within three days."
        ),
        _("Choose a new password"),
        _reset,
        NOT_YOU,
    ),
    "account/email/account_already_exists": AccountEmail(
        _("You already have an account"),
        _("Someone, hopefully you, tried to sign up with this address. Please sign in instead."),
        _("Sign in"),
        _sign_in,
        _("Forgotten your password? You can set a new one from the sign-in page."),
    ),
    GUESSES: AccountEmail(
        _("Somebody tries to sign in as you"),
        _(
            "There were too many wrong passwords for your address today, so we let nobody guess on from where they came. "
            "You can sign in as always on a device that you have used before."
        ),
        _("Choose a new password"),
        _security,
        _("If you mistyped it yourself, there is nothing to do."),
        has_link=False,
    ),
    "account/email/password_changed": _notice(
        _("Your password was changed"),
        _("Your password was changed. All other devices were signed out."),
    ),
    "account/email/password_set": _notice(
        _("A password was set"), _("A password was set for your account.")
    ),
    "account/email/password_reset": _notice(
        _("Your password was changed"),
        _("A new password was chosen by the link that we sent you."),
    ),
    "account/email/email_changed": _notice(
        _("Your email address was changed"),
        _("Your account has a new main address; mail goes there from now on."),
    ),
    "account/email/email_deleted": _notice(
        _("An email address was removed"), _("An address was removed from your account.")
    ),
    "mfa/email/totp_activated": _notice(
        _("Two-step sign-in switched on"),
        _("From now on an authenticator app is needed to sign in."),
    ),
    "mfa/email/totp_deactivated": _notice(
        _("Two-step sign-in switched off"),
        _("From now on the password alone is enough to sign in."),
    ),
    "mfa/email/recovery_codes_generated": _notice(
        _("New recovery codes"), _("New recovery codes were made; the old ones no longer work.")
    ),
}
