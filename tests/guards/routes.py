"""Every address of the site: what each role may read there of others, and who may write.

Written by hand. By default a role reads what its own company planted and nothing else, and
nobody writes. An address that is missing here fails ``make check`` (tests/guards/check.py).

Whose secrets a cell names: ``"brand"`` is everything that the brand's company planted,
``"brand:figures"`` the exact pairs and prices of its matched order alone, ``"*"`` all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ANYONE = "anonymous"
COMPANIES = ("brand", "rival", "factory", "plant", "pending", "suspended")
STAFF = ("staff", "officer", "superuser")
ROLES = (ANYONE, *COMPANIES, *STAFF)

Cells = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Route:
    """``objects`` names what stands in the address; ``sees`` the allowed cells by role.

    ``writes`` are the roles whose POST may change rows there, companies on their own objects
    alone. ``marks`` are tables that looking (GET) may write to.
    """

    objects: str = ""
    sees: Cells = field(default_factory=dict)
    writes: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()


def who(*roles: str, sees: str = "*") -> Cells:
    return {role: frozenset({sees}) for role in roles}


OFFICERS = ("officer", "superuser")
ALL_TO_OFFICERS = who(*OFFICERS)
OWNERS = frozenset(COMPANIES)
MEMBERS = frozenset({*COMPANIES, *STAFF})
EVERYBODY = frozenset(ROLES)
ACTIVE = frozenset({"brand", "rival", "factory", "plant"})
SEEN = frozenset({"notifications_notification"})
LOOKED = SEEN | {"matching_match"}  # when a side first saw a match
READ = LOOKED | {"matching_threadmark"}  # up to where a person has read
# The two pairs that stand: each side reads the other's figures, and no name.
PARTNERS: Cells = {
    "brand": frozenset({"factory:figures"}),
    "factory": frozenset({"brand:figures"}),
    "rival": frozenset({"plant:figures"}),
    "plant": frozenset({"rival:figures"}),
}
MATCHES: Cells = {**PARTNERS, **ALL_TO_OFFICERS}
# Rival and plant have both said yes: they know each other, and what each of them wrote.
TALKS: Cells = {
    **MATCHES,
    "rival": frozenset({"plant:figures", "plant:name", "plant:shown"}),
    "plant": frozenset({"rival:figures", "rival:name", "rival:shown"}),
}
# The page of a match shows the answers to questions on its order.
TALKS_AND_ANSWERS: Cells = {**TALKS, "factory": TALKS["factory"] | {"brand:answered"}}
CONTACTS: Cells = {
    **TALKS,
    "rival": TALKS["rival"] | {"plant:contact"},
    "plant": TALKS["plant"] | {"rival:contact"},
}
# A brand reads questions and not who asked; a factory reads its answer, and rivals neither.
ASKED: Cells = {"brand": frozenset({"factory:asked"}), "rival": frozenset({"plant:asked"})}
ANSWERED: Cells = {"factory": frozenset({"brand:answered"})}
QUESTIONS: Cells = {**ASKED, **ANSWERED}
# The change that would mend a near miss names the one figure that stands in the way.
NEARLY: Cells = {
    **TALKS,
    "brand": frozenset({"factory:figures", "plant:obstacle"}),
    "plant": TALKS["plant"] | {"brand:figures"},
}

PAGES = {
    # The first reader of a day may have the market counted.
    "home:front": Route(marks=frozenset({"listings_marketsnapshot"})),
    "home:how-it-works": Route(),
    "home:association": Route(),
    "home:privacy": Route(),
    "home:terms": Route(),
    "home:dashboard": Route(sees=TALKS, marks=frozenset({"core_visit"})),
    "home:theme": Route(),
    "home:gallery": Route(),
    "health": Route(),
    "no_view_on_site": Route("view_on_site"),
    "set_language": Route(writes=MEMBERS),
    "notifications:inbox": Route(sees=TALKS),
    "notifications:preferences": Route(writes=MEMBERS),
    "notifications:read-all": Route(writes=MEMBERS),
    "notifications:notification-open": Route("notification", marks=SEEN),
    # Whoever holds the signed link of a mail may use it.
    "notifications:unsubscribe": Route("unsubscribe", writes=EVERYBODY),
    "demonstration:progress": Route(),
    "notifications:dev-mails": Route(),
    "notifications:dev-mail": Route("nothing"),
    "notifications:dev-mail-html": Route("nothing"),
}
ACCOUNTS = {
    "accounts:profile": Route(writes=MEMBERS),
    "accounts:company": Route(),
    "accounts:company-register": Route(writes=MEMBERS),
    "accounts:company-edit": Route(writes=OWNERS),
    "accounts:company-submit": Route(writes=OWNERS),
    "accounts:company-switch": Route(),
    "accounts:certificates": Route(writes=OWNERS),
    "accounts:certificate-proof": Route("certificate", sees=ALL_TO_OFFICERS),
    "accounts:certificate-remove": Route("certificate", writes=OWNERS),
    "accounts:contacts": Route(writes=OWNERS),
    "accounts:contact-remove": Route("contact", writes=OWNERS),
    "accounts:blocks": Route(writes=OWNERS),
    "accounts:blocks-more": Route(writes=OWNERS),
    "accounts:block-remove": Route("block", writes=OWNERS),
    "accounts:tokens": Route(writes=OWNERS),
    "accounts:token-revoke": Route("token", writes=OWNERS),
    "accounts:members": Route(writes=OWNERS),
    "accounts:member-role": Route("member", writes=OWNERS),
    "accounts:member-remove": Route("member", writes=OWNERS),
    "accounts:leave": Route(writes=OWNERS),
    "accounts:invitation-resend": Route("invitation", writes=OWNERS),
    "accounts:invitation-withdraw": Route("invitation", writes=OWNERS),
    "accounts:confirm-resend": Route(),
    "accounts:phone-signup": Route(writes=EVERYBODY),
    "accounts:document": Route("document", sees=ALL_TO_OFFICERS),
    "accounts:claim-search": Route(),
    # A listed company, imported from a public list, has nobody yet whose secret its name is.
    "accounts:claim": Route(
        "listing", sees=who(*COMPANIES, *STAFF, sees="listed:name"), writes=MEMBERS
    ),
    # Whoever holds the signed link learns which company invites, and by whom.
    "accounts:invitation": Route("invitation_link", sees=who(*ROLES, sees="link"), writes=OWNERS),
}
LISTINGS = {
    "listings:order-list": Route(),
    "listings:order-new": Route(writes=OWNERS),
    "listings:order-read": Route(writes=OWNERS),
    "listings:order-detail": Route("order", sees=ALL_TO_OFFICERS),
    "listings:order-edit": Route("order", writes=OWNERS),
    "listings:order-fitting": Route(),
    "listings:order-step": Route("order", writes=OWNERS),
    "listings:order-close": Route("order", writes=OWNERS),
    "listings:order-copy": Route("order", writes=OWNERS),
    "listings:order-file": Route("file", sees=ALL_TO_OFFICERS),
    "listings:offer-list": Route(),
    "listings:offer-new": Route(writes=OWNERS),
    "listings:offer-read": Route(writes=OWNERS),
    "listings:offer-detail": Route("offer", sees=ALL_TO_OFFICERS),
    "listings:offer-edit": Route("offer", writes=OWNERS),
    "listings:offer-step": Route("offer", writes=OWNERS),
    "listings:offer-close": Route("offer", writes=OWNERS),
    # What somebody pasted holds names and phones: the writer's alone; officers read it in the workbench.
    "listings:text-detail": Route("text"),
    "listings:text-save": Route("text", writes=OWNERS),
    "listings:text-contact": Route("text_contact", writes=OWNERS),
    # A program answers a message with this link: who holds it reads the message.
    "listings:text-by-link": Route("text_link", sees=who(*COMPANIES, sees="link"), writes=OWNERS),
    # The first reader of a day may have it counted.
    "listings:market-figures": Route(marks=frozenset({"listings_marketsnapshot"})),
    "listings:market-orders": Route(),
    "listings:market-order": Route("order"),
    "listings:market-offers": Route(),
    "listings:market-offer": Route("offer"),
    # What somebody looks for is nobody else's business, officers included.
    "listings:search-list": Route(),
    "listings:search-new": Route(writes=MEMBERS),
    "listings:search-edit": Route("search", writes=OWNERS),
    "listings:search-switch": Route("search", writes=OWNERS),
    "listings:search-delete": Route("search", writes=OWNERS),
    # The link of a mail names the post to its holder and does one thing.
    "listings:renew-by-link": Route("renew_link", sees=who(*ROLES, sees="link"), writes=EVERYBODY),
    "listings:lower-by-link": Route("lower_link", sees=who(*ROLES, sees="link"), writes=EVERYBODY),
    "listings:pause-by-link": Route("pause_link", sees=who(*ROLES, sees="link"), writes=EVERYBODY),
    "listings:confirm-by-link": Route(
        "confirm_link", sees=who(*ROLES, sees="link"), writes=EVERYBODY
    ),
    "imports:import-list": Route(sees=ALL_TO_OFFICERS),
    "imports:import-new": Route("import_kind", writes=frozenset({*OWNERS, *OFFICERS})),
    "imports:import-template": Route("import_template"),
    "imports:import-detail": Route("batch", sees=ALL_TO_OFFICERS),
    "imports:import-answer": Route("batch", writes=OWNERS),
    "imports:import-undo": Route("batch", writes=OWNERS),
    "imports:import-mapping": Route("batch", writes=OWNERS),
    "imports:import-start": Route("batch", writes=OWNERS),
    "imports:import-cancel": Route("batch", writes=OWNERS),
    "imports:import-errors": Route("batch", sees=ALL_TO_OFFICERS),
}
MATCHING = {
    "matching:order-matches": Route("order", sees=NEARLY, marks=LOOKED),
    "matching:offer-matches": Route("offer", sees=NEARLY, marks=LOOKED),
    "matching:match-list": Route(sees=TALKS),
    "matching:match-detail": Route("match", sees=TALKS_AND_ANSWERS, marks=READ),
    "matching:match-answer": Route("match", sees=TALKS_AND_ANSWERS, writes=ACTIVE),
    "matching:match-withdraw": Route("match", sees=TALKS_AND_ANSWERS, writes=ACTIVE),
    "matching:match-undo": Route("match", sees=TALKS_AND_ANSWERS, writes=ACTIVE),
    "matching:match-compare": Route(),
    "matching:match-later": Route("match", writes=ACTIVE),
    "matching:match-end": Route("match", sees=TALKS, writes=ACTIVE),
    "matching:match-messages": Route("match", sees=TALKS, writes=ACTIVE, marks=READ),
    "matching:match-contacts": Route(
        "match", sees=CONTACTS, marks=frozenset({"accounts_contactdisclosure"})
    ),
    "matching:match-file": Route("message_file", sees=TALKS),
}
# Rival and plant have figures of a deal before them; the memorandum waits for both to confirm.
DEALS = {
    "deals:intention-list": Route(sees=TALKS),
    "deals:intention-detail": Route("intention", sees=TALKS),
    "deals:memorandum": Route("intention"),
    "deals:memorandum-pdf": Route("intention"),
    "deals:contract-file": Route("intention"),
    "deals:confirm": Route("intention", sees=TALKS, writes=ACTIVE),
    "deals:keep": Route("intention", sees=TALKS, writes=ACTIVE),
    "deals:revise": Route("intention", sees=TALKS, writes=ACTIVE),
    "deals:withdraw": Route("intention", sees=TALKS, writes=ACTIVE),
    "deals:contract": Route("intention", sees=TALKS, writes=ACTIVE),
    "deals:hold-longer": Route("intention", sees=TALKS, writes=ACTIVE),
    "deals:delivery": Route("intention", sees=TALKS, writes=ACTIVE),
    "deals:record": Route(sees=TALKS),
    "deals:record-formula": Route(),
    # Whether a case is a company's is the company's own business: 404 to all others.
    "deals:objection": Route("record_case", writes=ACTIVE),
    # The brand's plan names its factories; a factory sees its own part and no plan.
    "deals:plan-ask": Route("order", writes=frozenset({*ACTIVE, *OFFICERS})),
    "deals:plan-detail": Route("plan", sees=TALKS),
    "deals:plan-choose": Route("plan", sees=TALKS, writes=frozenset({*ACTIVE, *OFFICERS})),
    "deals:plan-again": Route("plan", sees=TALKS, writes=frozenset({*ACTIVE, *OFFICERS})),
    "deals:plan-drop": Route("plan", sees=TALKS, writes=frozenset({*ACTIVE, *OFFICERS})),
    "deals:part-detail": Route("part", sees=TALKS),
    "deals:part-accept": Route("part", sees=TALKS, writes=ACTIVE),
    "deals:part-refuse": Route("part", sees=TALKS, writes=ACTIVE),
    "deals:propose": Route("match", sees=TALKS, writes=ACTIVE),
    # Plant has quoted to rival; to each other they stand open, as their talk does.
    "deals:quote-list": Route(sees=TALKS),
    "deals:quote-detail": Route("quote", sees=TALKS, marks=SEEN),
    "deals:quote-accept": Route("quote", sees=TALKS, writes=ACTIVE),
    "deals:quote-decline": Route("quote", sees=TALKS, writes=ACTIVE),
    "deals:quote-wish": Route("quote", sees=TALKS, writes=ACTIVE),
    "deals:quote-withdraw": Route("quote", sees=TALKS, writes=ACTIVE),
    "deals:quote-confirm": Route("quote", sees=TALKS, writes=ACTIVE),
    "deals:quote-correct": Route("quote", sees=TALKS, writes=ACTIVE),
    "deals:quote-correction": Route("quote", sees=TALKS, writes=ACTIVE),
    "deals:quote-receipt": Route("quote"),
    "deals:quote-file": Route("quote_file", sees=TALKS),
    "deals:quote-edit": Route("match", sees=TALKS, writes=ACTIVE),
    "deals:quote-comparison": Route("order", sees=TALKS),
    "deals:quote-sheet": Route("order", sees=TALKS),
    "deals:round-edit": Route("order", writes=ACTIVE),
    # Public, for whoever holds a receipt: it names no firm, no order and no figure.
    "deals:round-detail": Route("round"),
    "deals:question-ask": Route("match", writes=frozenset({"factory", "plant"})),
    "deals:question-list": Route("order", sees=ASKED, marks=SEEN),
    "deals:question-answer": Route("question", sees=ASKED, writes=frozenset({"brand", "rival"})),
    # Sums alone; a board that is not published is the officers'.
    "deals:board-list": Route(sees=who(*OFFICERS, sees="officer:text")),
    "deals:board-detail": Route("board", sees=ALL_TO_OFFICERS),
    # Names the firms: officers alone, and a board that is published leads nobody else to it.
    "deals:board-report": Route("board", sees=ALL_TO_OFFICERS),
    "deals:dossier-pdf": Route("board"),
    "deals:dossier-xlsx": Route("board", sees=ALL_TO_OFFICERS),
    "deals:board-ocds": Route("board", sees=ALL_TO_OFFICERS),
    "deals:board-csv": Route("board"),
    "deals:board-xlsx": Route("board"),
    "deals:method": Route(),
}
PARTICIPANTS: Cells = {
    role: frozenset(f"{other}:name" for other in ("brand", "rival", "factory", "plant"))
    for role in ("brand", "rival", "factory", "plant")
}
# The catalogue is public, a draft the officers'; what a company told and applied for is its own.
POLICIES = {
    "policies:policy-list": Route(sees=who(*OFFICERS, sees="officer:text")),
    "policies:policy-detail": Route("policy", sees=ALL_TO_OFFICERS, writes=ACTIVE),
    "policies:apply": Route("policy", writes=ACTIVE),
    "policies:outcome": Route("application", writes=ACTIVE),
}
# Words and dates of docking days are public; a draft is the officers'.
DOCKING = {
    "docking:event-list": Route(sees=who(*OFFICERS, sees="officer:text")),
    "docking:event-detail": Route("event", sees=ALL_TO_OFFICERS),
    "docking:event-qr": Route("event"),
    "docking:register": Route("event", writes=ACTIVE),
    "docking:withdraw": Route("event", writes=OWNERS),
    # Who was let in reads the names of the others who were, and what they bring in bands.
    "docking:partner-list": Route("event", sees=PARTICIPANTS, writes=ACTIVE),
    "docking:partner-hours": Route("partner", sees=PARTICIPANTS, writes=ACTIVE),
    "docking:schedule": Route("event", sees=ALL_TO_OFFICERS, writes=frozenset(OFFICERS)),
    "docking:decide": Route("event", sees=ALL_TO_OFFICERS, writes=frozenset(OFFICERS)),
    "docking:meeting": Route("meeting", sees=ALL_TO_OFFICERS, writes=frozenset(OFFICERS)),
    # Whom one meets: the name, and who comes.
    "docking:agenda": Route("event", sees=TALKS),
    "docking:agenda-ics": Route("event", sees=TALKS),
    "docking:agenda-xlsx": Route("event", sees=TALKS),
    "docking:badges": Route("event", sees=ALL_TO_OFFICERS),
    "docking:guest-list": Route("event", sees=ALL_TO_OFFICERS),
    "docking:badge": Route("attendee", sees=ALL_TO_OFFICERS, writes=frozenset(OFFICERS)),
    "docking:hall": Route("event", sees=ALL_TO_OFFICERS, writes=frozenset(OFFICERS)),
    "docking:today": Route("event", sees=TALKS),
    "docking:results": Route("event", sees=ALL_TO_OFFICERS),
    "docking:outcome": Route("meeting", sees=TALKS, writes=ACTIVE),
    "docking:say-yes": Route("meeting", sees=TALKS, writes=ACTIVE),
    "docking:deal": Route("meeting", sees=TALKS, writes=ACTIVE),
    "docking:answer-table": Route("table", sees=TALKS, writes=ACTIVE),
}
HELP = {
    "help:index": Route(),
    "help:page": Route("help_topic"),
    "help:glossary": Route(),
    "help:handbook": Route(),
}
# Addresses and secrets are the owners' alone: not even officers see the pages of a company.
CONNECTIONS = {
    "connections:endpoint-list": Route(),
    "connections:endpoint-new": Route(writes=OWNERS),
    "connections:source-new": Route(writes=OWNERS),
    "connections:source-remove": Route("source", writes=OWNERS),
    **{
        f"connections:endpoint-{step}": Route("endpoint", writes=OWNERS)
        for step in ("detail", "test", "rotate", "switch", "resend", "remove")
    },
    "connections:attempt-detail": Route("attempt"),
    # Signed with a secret of the company, whoever calls.
    "api:push-weeks": Route("source"),
}
# Behind the sign-in of the workbench.
CASEWORK = {
    "casework:waiting-list": Route(sees=ALL_TO_OFFICERS),
    "casework:view-save": Route(writes=frozenset(OFFICERS)),
    "casework:view-remove": Route("view", writes=frozenset(OFFICERS)),
}
# A copy of one's own data needs the password again; what is asked of one's own account is done.
PRIVACY = {
    "privacy:my-data": Route(),
    "privacy:download": Route(),
    "privacy:erase": Route(writes=MEMBERS),
    "privacy:keep": Route(writes=MEMBERS),
}
# One's own files alone, and while the list may be seen.
EXPORTS = {
    "exports:export-list": Route(writes=frozenset(OFFICERS)),
    "exports:export-file": Route("export", sees=who("officer")),
    "exports:export-cancel": Route("export", writes=frozenset(OFFICERS)),
}
API = {
    "api:company": Route(),
    "api:taxonomy": Route(),
    "api:read-text": Route(writes=ACTIVE),
    "api:schema": Route(),
    "api:docs": Route(),
    "api:swagger": Route(),
    "api:order-list": Route(writes=ACTIVE),
    "api:order-detail": Route("order", writes=ACTIVE),
    **{
        f"api:order-{step}": Route("order", writes=ACTIVE)
        for step in ("close", "pause", "renew", "resume", "submit")
    },
    "api:offer-list": Route(writes=ACTIVE),
    "api:offer-detail": Route("offer", writes=ACTIVE),
    **{
        f"api:offer-{step}": Route("offer", writes=ACTIVE)
        for step in ("close", "confirm", "pause", "renew", "resume", "submit", "weeks")
    },
    "api:policy-list": Route(),
    "api:policy-detail": Route("policy"),
    "api:intention-list": Route(sees=TALKS, writes=ACTIVE),
    "api:intention-detail": Route("intention", sees=TALKS),
    **{
        f"api:intention-{step}": Route("intention", sees=TALKS, writes=ACTIVE)
        for step in ("confirm", "contract", "deliver", "keep", "revise", "withdraw")
    },
    "api:results-list": Route(),
    "api:results-detail": Route("board"),
    "api:quote-list": Route(sees=TALKS, writes=ACTIVE),
    "api:quote-detail": Route("quote", sees=TALKS),
    **{
        f"api:quote-{step}": Route("quote", sees=TALKS, writes=ACTIVE)
        for step in ("accept", "confirm", "decline", "wish", "withdraw")
    },
    "api:question-list": Route(sees=QUESTIONS, writes=ACTIVE),
    "api:question-detail": Route("question", sees=QUESTIONS),
    "api:question-answer": Route("question", sees=QUESTIONS, writes=ACTIVE),
    "api:match-list": Route(),
    "api:match-detail": Route("match", sees=TALKS),
    "api:match-answer": Route("match", sees=TALKS, writes=ACTIVE),
    "api:match-end": Route("match", sees=TALKS, writes=ACTIVE),
    "api:match-messages": Route("match", sees=TALKS, writes=ACTIVE),
    "api:match-file": Route("message_file", sees=TALKS),
    "api:match-contacts": Route(
        "match", sees=CONTACTS, marks=frozenset({"accounts_contactdisclosure"})
    ),
}
# Sign-in, by allauth: one's own account, whatever the company.
SIGN_IN = {
    name: Route(writes=EVERYBODY)
    for name in (
        "account_login",
        "account_logout",
        "account_signup",
        "account_reauthenticate",
        "account_email",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_request_login_code",
        "account_confirm_login_code",
        "account_verify_phone",
        "account_change_phone",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "usersessions_list",
    )
} | {
    "account_inactive": Route(),
    "account_email_verification_sent": Route(),
    "account_confirm_email": Route("email_key"),
    "account_reset_password_done": Route(),
    "account_reset_password_from_key": Route("reset_key"),
    "account_reset_password_from_key_done": Route(),
    "mfa_index": Route(),
    "mfa_view_recovery_codes": Route(),
    "mfa_download_recovery_codes": Route(),
}

# The workbench is for officers alone; what each may do there, its own tests say.
ADMIN_MODELS = (
    "accounts_blockrequest",
    "accounts_certificate",
    "accounts_certification",
    "accounts_cluster",
    "accounts_company",
    "accounts_companyclaim",
    "accounts_companygroup",
    "accounts_invitation",
    "accounts_user",
    "accounts_usccdispute",
    "connections_endpoint",
    "core_job",
    "deals_intention",
    "policies_application",
    "policies_policy",
    "deals_presstemplate",
    "deals_recordobjection",
    "deals_orderquestion",
    "deals_quote",
    "deals_resultsboard",
    "deals_splitplan",
    "docking_dockingevent",
    "docking_registration",
    "imports_importbatch",
    "listings_capacityoffer",
    "listings_category",
    "listings_categoryfamily",
    "listings_categorylikeness",
    "listings_construction",
    "listings_exchangerate",
    "listings_material",
    "listings_pastedtext",
    "listings_postedit",
    "listings_processingorder",
    "listings_tradeword",
    "matching_match",
    "matching_scoringprofile",
    "notifications_outboxmessage",
    "notifications_sentmail",
    "privacy_erasurerequest",
)
ADMIN_STEPS = ("export", "step", "changelist", "add", "history", "delete", "change", "redirect")
ADMIN_PAGES = (
    "search",
    "index",
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "autocomplete",
    "jsi18n",
    "view_on_site",
    "app_list",
    "catch_all",
)
ADMIN = {
    f"admin:{page}": Route(
        page if page in {"view_on_site", "app_list", "catch_all"} else "",
        sees=ALL_TO_OFFICERS,
        writes=frozenset(OFFICERS),
        # The overview shows the market as everybody sees it, which its first reader has counted.
        marks=frozenset({"listings_marketsnapshot"}) if page == "index" else frozenset(),
    )
    for page in ADMIN_PAGES
} | {
    f"admin:{model}_{step}": Route(
        f"{'row' if step in {'history', 'delete', 'change', 'redirect', 'step'} else ''}",
        sees=ALL_TO_OFFICERS,
        writes=frozenset(OFFICERS),
    )
    for model in ADMIN_MODELS
    for step in ADMIN_STEPS
}
STATISTICS = {
    f"admin:matching_match_{page}": Route(sees=ALL_TO_OFFICERS)
    for page in ("statistics", "statistics_export", "calibration")
} | {"admin:policies_policy_load": Route(sees=ALL_TO_OFFICERS, writes=frozenset(OFFICERS))}

ROUTES: dict[str, Route] = {
    **PAGES,
    **ACCOUNTS,
    **LISTINGS,
    **MATCHING,
    **DEALS,
    **DOCKING,
    **POLICIES,
    **HELP,
    **CONNECTIONS,
    **CASEWORK,
    **PRIVACY,
    **EXPORTS,
    **API,
    **SIGN_IN,
    **ADMIN,
    **STATISTICS,
}
