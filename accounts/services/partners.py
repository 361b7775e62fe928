"""Partners that a company does not want to be matched with."""

import uuid

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import queries, uscc
from accounts.models import Block, Company, User
from accounts.services.base import lock_open_company, save_for_market
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.protections import Protection, is_on

MOST = 200


@transaction.atomic
def block_partner(*, company: Company, partner: str, by: User) -> Block:
    """Never match the company with the one of this USCC or company code.

    The answer is the same whether or not such a company takes part.

    :raises InvalidInput: when it is neither a USCC nor a code, or the company's own
    :raises Conflict: when it is blocked already, or there are too many
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
    if company.blocks.count() >= MOST:
        raise Conflict(_("The list is full: remove an entry first."), field="partner")
    block, is_new = Block.objects.get_or_create(
        company=company, uscc=number, partner_code=code, defaults={"created_by": by}
    )
    if not is_new:
        raise Conflict(_("This partner is in the list already."), field="partner")
    save_for_market(company)
    return block


@transaction.atomic
def unblock_partner(*, block: Block) -> None:
    company = lock_open_company(block.company)
    block.delete()
    save_for_market(company)


def _read_code(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None
