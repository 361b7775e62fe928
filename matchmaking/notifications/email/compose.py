"""An email's content rendered as a message of text and HTML."""

from django.conf import settings
from django.template.loader import render_to_string

from matchmaking.notifications.email.content import Email
from matchmaking.notifications.smtp import OutgoingEmail


def compose(email: Email, *, to: str, message_id: str, unsubscribe_url: str = "") -> OutgoingEmail:
    """Return the message in the language that is active.

    With ``unsubscribe_url`` mail programs offer to unsubscribe by one click (RFC 8058).
    """
    # A subject is one line: a title that people typed may hold others.
    subject = " ".join(str(email.subject).split())
    context = {
        "subject": subject,
        "email": email,
        "plain": "\n\n".join(block.plain for block in email.blocks),
        "site_url": settings.SITE_URL,
        "unsubscribe_url": unsubscribe_url,
    }
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    if unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = OutgoingEmail(
        subject=subject,
        body=render_to_string("mail/email.txt", context).strip() + "\n",
        to=[to],
        headers=headers,
    )
    message.attach_alternative(render_to_string("mail/email.html", context), "text/html")
    return message
