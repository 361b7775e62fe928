"""The email that invites somebody into a company."""

from django.utils.translation import gettext as _

from accounts import invitation_links
from accounts.models import Invitation
from matchmaking.notifications.email.content import Action, Email, Paragraph, SmallPrint


def invitation(row: Invitation) -> Email:
    """Return the email with the invitation's signed link, which is made now."""
    company, inviter = row.company.name, row.invited_by.name
    return Email(
        _("%(inviter)s invites you to join %(company)s")
        % {"inviter": inviter or company, "company": company},
        [
            Paragraph(
                _("You can then see and handle the orders, capacity and matches of %(company)s.")
                % {"company": company}
            ),
            Paragraph(_("The link is valid for seven days, for this email address alone.")),
            Action(_("Look at the invitation"), invitation_links.absolute_link(row)),
            SmallPrint(_("If you do not know the sender, you can ignore this mail.")),
        ],
    )
