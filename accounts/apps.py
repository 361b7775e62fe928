"""The accounts app."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib import admin
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from accounts.choices import LAPSED, VerificationTier
from accounts.states import CompanyStatus, DecisionStatus, InvitationStatus
from matchmaking.core import dashboard_registry as frame
from matchmaking.core.menus import MenuItem, account_menu
from matchmaking.core.officer_rights import grant
from matchmaking.core.state_styles import StateStyle, state_styles
from matchmaking.notifications.labels import SubjectField, message_labels, subject_fields

STATES = (
    StateStyle(CompanyStatus.PENDING, _("Waiting for approval"), "warn"),
    StateStyle(CompanyStatus.ACTIVE, _("Active"), "ok"),
    StateStyle(CompanyStatus.SUSPENDED, _("Suspended"), "bad"),
    StateStyle(CompanyStatus.CLOSED, _("Closed"), "neutral"),
    StateStyle(DecisionStatus.OPEN, _("Open"), "ok"),
    StateStyle(DecisionStatus.ACCEPTED, _("Accepted"), "ok"),
    StateStyle(DecisionStatus.REFUSED, _("Refused"), "bad"),
    StateStyle(InvitationStatus.HELD, _("Waits for the association"), "warn"),
    StateStyle(InvitationStatus.WITHDRAWN, _("Withdrawn"), "neutral"),
    StateStyle("expired", _("Expired"), "neutral"),  # invitations, certificates and tokens
    StateStyle(VerificationTier.NONE, _("Not verified"), "neutral"),
    StateStyle(VerificationTier.LISTED, _("Listed"), "neutral"),
    StateStyle(VerificationTier.DOCUMENTS, _("Documents reviewed"), "info"),
    StateStyle(LAPSED, _("Verification expired"), "warn"),
    StateStyle(VerificationTier.SITE, _("Site visited"), "ok"),
)
# What officers call the messages of this area.
MESSAGES = {
    "accounts.mail": _("Mail about an account"),
    "accounts.invitation_mail": _("Invitation"),
    "accounts.code_text": _("Text message with a code"),
    "accounts.guesses_refused": _("Too many wrong passwords for an address"),
    "accounts.password_reset_asked": _("Request for a new password"),
    "accounts.sign_up_asked": _("Sign-up"),
    "accounts.company_changed": _("A company has changed"),
}
SUBJECT_FIELDS = (
    SubjectField("block_request", _("request"), "accounts_blockrequest"),
    SubjectField("claim", _("claim"), "accounts_companyclaim"),
    SubjectField("company", _("company"), "accounts_company"),
    SubjectField("dispute", _("dispute"), "accounts_usccdispute"),
    SubjectField("email_address", _("email address")),
    SubjectField("invitation", _("invitation"), "accounts_invitation"),
    SubjectField("request", _("request")),
    SubjectField("template", _("template")),
    SubjectField("text", _("text message")),
    SubjectField("token", _("API token")),
    SubjectField("user", _("person"), "accounts_user"),
)
ICONS = {"company": "company", "member": "people", "officer": "shield"}
ACCOUNT_MENU = (
    MenuItem(label=_("My company"), url_name="accounts:company", place=10, icon="company"),
    MenuItem(
        label=_("Members"),
        url_name="accounts:members",
        place=20,
        icon="people",
        shown=lambda shell: shell.company is not None,
    ),
    MenuItem(label=_("My profile"), url_name="accounts:profile", place=40, icon="user"),
    MenuItem(label=_("Sign-in and security"), url_name="account_email", place=60, icon="gear"),
)
OFFICER_RIGHTS = (
    "view_user",
    "view_company",
    "moderate_company",
    "view_contacts",
    "view_companygroup",
    "add_companygroup",
    "change_companygroup",
    "view_membership",
    "view_certificate",
    "view_verification",
    "view_companyclaim",
    "view_usccdispute",
    "view_blockrequest",
    "view_invitation",
    "view_cluster",
    "add_cluster",
    "change_cluster",
    "view_certification",
    "add_certification",
    "change_certification",
    "view_companyevent",
    "view_membershipevent",
    "view_certificateevent",
)


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Companies and people")

    def ready(self) -> None:
        """Register what accounts adds to the frame, to mail and to the rights of officers."""
        # Models must be loaded before these.
        import_module("accounts.handlers")
        import_module("accounts.emails.companies").register()
        import_module("accounts.signals").connect()
        home = import_module("accounts.home")
        frame.todo_providers.register(home.todos)
        frame.step_providers.register(home.steps)
        frame.company_providers.register(home.companies)
        frame.kind_icons.update(ICONS)
        state_styles.update(STATES)
        message_labels.update(MESSAGES)
        subject_fields.update(SUBJECT_FIELDS)
        account_menu.update(ACCOUNT_MENU)
        grant("accounts", OFFICER_RIGHTS)
        secure = import_module("allauth.account.decorators").secure_admin_login
        admin.site.login = secure(admin.site.login)  # type: ignore[method-assign]
        officers = import_module("accounts.officer_rights")
        post_migrate.connect(officers.sync_officer_rights, dispatch_uid="accounts.officer_rights")
