"""Partners that a company does not want to be matched with.

Conversations with a partner end at once: both know each other. What is anonymous shows nothing of a
block, neither at once nor later: the market heeds it from the next day on, proposals that stand run
out by themselves, and a yes to one of them reaches nobody (matching/services/answers.py).
"""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import queries, uscc
from accounts.models import Block, BlockRequest, Company, User
from accounts.services.base import lock_company, lock_open_company, save_for_market
from accounts.services.decisions import decide
from accounts.states import DecisionStatus
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.protections import Protection, is_on
from matchmaking.notifications.services import notify

COUNTED = dt.timedelta(days=365)
MOST_MORE = 50  # at one request


@transaction.atomic
def block_partner(*, company: Company, partner: str, by: User) -> Block:
    """Never match the company with the one of this USCC or company code.

    The answer is the same whether or not such a company takes part.

    :raises InvalidInput: when it is neither a USCC nor a code, or the company's own
    :raises Conflict: when it is blocked already, or the company must ask for more
    """
    company = lock_open_company(company)
    code = _read_code(partner)
    number = "" if code else uscc.normalise(partner)
    if not code and not uscc.is_shaped(number):
        raise InvalidInput(
            _("Enter the partner's USCC (18 digits and letters) or its company code."),
            field="partner",
        )
    # With the number stated: whether another company holds it must not show here.
    own = queries.stated_uscc(company) if is_on(Protection.BLOCKS_ANSWER_ALIKE) else company.uscc
    if code == company.code or (number and number == own):
        raise InvalidInput(_("This is your own company."), field="partner")
    same = {"uscc": number, "partner_code": code}
    if company.blocks.standing().filter(**same).exists():
        raise Conflict(_("This partner is in the list already."), field="partner")
    _check_number(company)
    block = company.blocks.create(**same, created_by=by)
    save_for_market(company)
    return block


@transaction.atomic
def unblock_partner(*, block: Block) -> None:
    company = lock_open_company(block.company)
    Block.objects.standing().filter(pk=block.pk).update(ended_at=timezone.now())
    save_for_market(company)


def _check_number(company: Company) -> None:
    # Ended ones count too: who takes one out to try the next asks the market one by one.
    if not is_on(Protection.EXCLUSION_LIMIT):
        return
    if tried(company) >= company.most_blocks:
        raise Conflict(
            _(
                "A company keeps out %(count)s firms within a year by itself, removed ones "
                "included. For more, ask the association."
            )
            % {"count": company.most_blocks},
            code="ask_the_association",
            field="partner",
        )


def tried(company: Company) -> int:
    """Return how many firms the company has kept out within a year, removed ones included."""
    return company.blocks.filter(created_at__gt=timezone.now() - COUNTED).count()


@transaction.atomic
def ask_for_blocks(*, company: Company, more: int, note: str, by: User) -> BlockRequest:
    """Ask the association to let the company keep out more firms.

    :raises InvalidInput: for too many at once, or without a reason
    :raises Conflict: while an earlier request waits
    """
    company = lock_open_company(company)
    if not 1 <= more <= MOST_MORE:
        raise InvalidInput(_("Ask for 1 to %(most)s firms.") % {"most": MOST_MORE}, field="more")
    if not note.strip():
        raise InvalidInput(_("Say why: an officer decides by it."), field="note")
    if company.block_requests.filter(status=DecisionStatus.OPEN).exists():
        raise Conflict(_("Wait for the decision about your earlier request."))
    return company.block_requests.create(more=more, note=note.strip(), asked_by=by)


@transaction.atomic
def decide_block_request(
    *, request: BlockRequest, accept: bool, by: User, at: dt.datetime, note: str = ""
) -> BlockRequest:
    """Let the company keep out as many more firms as it asked for, or not; notify its people.

    :raises IllegalTransition: when it is decided already
    :raises InvalidInput: when a refusal has no reason
    """
    company = lock_company(request.company)
    request = BlockRequest.objects.select_for_update().get(pk=request.pk)
    decide(request, accept=accept, note=note, by=by, at=at)
    if accept:
        company.most_blocks += request.more
        company.save(update_fields=["most_blocks", "updated_at"])
    notify(
        kind="blocks_decided",
        recipients=queries.members_of(company).values_list("pk", flat=True),
        fact=str(request.code),
        subject={"block_request": request.pk, "company": company.pk},
        company_id=company.pk,
    )
    return request


def _read_code(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None
