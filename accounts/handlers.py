"""Outbox handlers of accounts: mails, whose reason is checked again before they leave."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import invitation_links
from accounts.account_emails import ACCOUNT_EMAILS, NOTE
from accounts.adapter import ACCOUNT_MAIL
from accounts.models import Invitation
from accounts.services.invitations import INVITATION_MAIL
from accounts.states import CompanyStatus, InvitationStatus
from matchmaking.notifications import mailer
from matchmaking.notifications.mailer import MailContent
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.outbox import Discard, handles


@handles(ACCOUNT_MAIL)
def send_account_mail(messages: Sequence[OutboxMessage]) -> None:
    """Send a mail of sign-up, sign-in or security; its link is made now."""
    for message in messages:
        letter = ACCOUNT_EMAILS[message.subject["template"]]
        address = (
            EmailAddress.objects.filter(pk=message.subject["email_address"])
            .select_related("user")
            .first()
        )
        if address is None or not address.user.is_active:
            raise Discard("the address or its person is gone")
        if letter.only_unverified and address.verified:
            raise Discard("the address is verified by now")
        user = address.user
        with mailer.reading(user.language, user.time_zone):
            content = letter.content(address)
        mailer.deliver(
            message,
            to=address.email,
            content=content,
            language=user.language,
            time_zone=user.time_zone,
            recipient_id=user.pk,
        )


@handles(INVITATION_MAIL)
def send_invitation(messages: Sequence[OutboxMessage]) -> None:
    """Send an invitation that still stands, with its signed link."""
    for message in messages:
        invitation = Invitation.objects.select_related("company", "invited_by").get(
            pk=message.subject["invitation"]
        )
        open_company = {CompanyStatus.PENDING, CompanyStatus.ACTIVE}
        if (
            invitation.status != InvitationStatus.OPEN
            or invitation.expires_at <= timezone.now()
            or invitation.company.status not in open_company
        ):
            raise Discard("the invitation no longer stands")
        with mailer.reading(invitation.language):
            content = _invitation(invitation)
        mailer.deliver(message, to=invitation.email, content=content, language=invitation.language)


def _invitation(invitation: Invitation) -> MailContent:
    company, inviter = invitation.company.name, invitation.invited_by.name
    subject = _("%(inviter)s invites you to join %(company)s") % {
        "inviter": inviter or company,
        "company": company,
    }
    return MailContent(
        subject,
        NOTE,
        {
            "title": subject,
            "paragraphs": [
                _("You can then see and handle the orders, capacity and matches of %(company)s.")
                % {"company": company},
                _("The link is valid for seven days, for this email address alone."),
            ],
            "url": invitation_links.absolute_link(invitation),
            "label": _("Look at the invitation"),
            "small_print": _("If you do not know the sender, you can ignore this mail."),
        },
    )
