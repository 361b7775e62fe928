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
from accounts.models import Block, Company, User
from accounts.services.base import lock_open_company, save_for_market
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.protections import Protection, is_on

COUNTED = dt.timedelta(days=365)


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
    tried = company.blocks.filter(created_at__gt=timezone.now() - COUNTED).count()
    if tried >= company.most_blocks:
        raise Conflict(
            _(
                "A company keeps out %(count)s firms within a year by itself, removed ones "
                "included. For more, ask the association."
            )
            % {"count": company.most_blocks},
            code="ask_the_association",
            field="partner",
        )


def _read_code(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None
