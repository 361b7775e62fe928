"""Everything that changes people and companies."""

from accounts.services.certificates import (
    add_certificate,
    check_unexpired,
    remove_certificate,
    review_certificate,
)
from accounts.services.claims import claim_company, decide_claim, settle_uscc_dispute
from accounts.services.companies import (
    AlreadyListed,
    change_company,
    import_company,
    register_company,
    submit_company,
)
from accounts.services.consents import end_consents, give_consents
from accounts.services.contact_book import add_contact, check_reachable, remove_contact
from accounts.services.invitations import (
    accept_invitation,
    invite_member,
    resend_invitation,
    withdraw_invitation,
)
from accounts.services.members import (
    LastOwner,
    change_role,
    leave_company,
    remove_member,
)
from accounts.services.partners import block_partner, unblock_partner
from accounts.services.people import (
    appoint_officer,
    change_profile,
    create_verified_person,
    dismiss_officer,
    end_sessions,
    reinstate_person,
    set_language,
    suspend_person,
)
from accounts.services.review import (
    approve_company,
    change_group,
    close_company,
    record_verification,
    reinstate_company,
    return_company,
    suspend_company,
)
from accounts.services.tokens import issue_token, revoke_token

__all__ = [
    "AlreadyListed",
    "LastOwner",
    "accept_invitation",
    "add_certificate",
    "add_contact",
    "appoint_officer",
    "approve_company",
    "block_partner",
    "change_company",
    "change_group",
    "change_profile",
    "change_role",
    "check_reachable",
    "check_unexpired",
    "claim_company",
    "close_company",
    "create_verified_person",
    "decide_claim",
    "dismiss_officer",
    "end_consents",
    "end_sessions",
    "give_consents",
    "import_company",
    "invite_member",
    "issue_token",
    "leave_company",
    "record_verification",
    "register_company",
    "reinstate_company",
    "reinstate_person",
    "remove_certificate",
    "remove_contact",
    "remove_member",
    "resend_invitation",
    "return_company",
    "review_certificate",
    "revoke_token",
    "set_language",
    "settle_uscc_dispute",
    "submit_company",
    "suspend_company",
    "suspend_person",
    "unblock_partner",
    "withdraw_invitation",
]
