"""Addresses of accounts; allauth's own stand under /account/."""

from django.urls import path

from accounts.views import companies, members, people, records, sign_up

app_name = "accounts"

urlpatterns = [
    path("profile/", people.profile, name="profile"),
    path("confirm-email/again/", people.confirm_resend, name="confirm-resend"),
    path("account/signup/phone/", sign_up.phone_signup, name="phone-signup"),
    path("company/", companies.company, name="company"),
    path("company/register/", companies.company_register, name="company-register"),
    path("company/documents/<uuid:code>/", records.document, name="document"),
    path("company/edit/", companies.company_edit, name="company-edit"),
    path("company/submit/", companies.company_submit, name="company-submit"),
    path("company/switch/", companies.company_switch, name="company-switch"),
    path("company/certificates/", records.certificates, name="certificates"),
    path(
        "company/certificates/<uuid:code>/proof/",
        records.certificate_proof,
        name="certificate-proof",
    ),
    path(
        "company/certificates/<uuid:code>/remove/",
        records.certificate_remove,
        name="certificate-remove",
    ),
    path("company/contacts/", records.contacts, name="contacts"),
    path("company/contacts/<uuid:code>/remove/", records.contact_remove, name="contact-remove"),
    path("company/blocks/", records.blocks, name="blocks"),
    path("company/blocks/more/", records.blocks_more, name="blocks-more"),
    path("company/blocks/<uuid:code>/remove/", records.block_remove, name="block-remove"),
    path("company/tokens/", records.tokens, name="tokens"),
    path("company/tokens/<uuid:code>/revoke/", records.token_revoke, name="token-revoke"),
    path("company/members/", members.members, name="members"),
    path("company/members/<uuid:code>/role/", members.member_role, name="member-role"),
    path("company/members/<uuid:code>/remove/", members.member_remove, name="member-remove"),
    path("company/leave/", members.leave, name="leave"),
    path(
        "company/invitations/<uuid:code>/resend/",
        members.invitation_resend,
        name="invitation-resend",
    ),
    path(
        "company/invitations/<uuid:code>/withdraw/",
        members.invitation_withdraw,
        name="invitation-withdraw",
    ),
    path("company/claim/", people.claim_search, name="claim-search"),
    path("company/claim/<uuid:code>/", people.claim, name="claim"),
    path("invitations/<str:token>/", members.invitation, name="invitation"),
]
