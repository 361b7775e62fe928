"""Matches with their reasons, and near misses."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Block
from matchmaking.core.protections import Protection, is_on
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching.end_causes import EndCause
from matchmaking.matching.models.fields import AssessmentField, ChangeField
from matchmaking.matching.models.profiles import ScoringProfile
from matchmaking.matching.states import MatchSide, MatchState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

NEAR_MISSES_PER_POST = 5
ENDED_STATES = (MatchState.DECLINED, MatchState.EXPIRED, MatchState.ENDED)


class MatchQuerySet(models.QuerySet["Match"]):
    """Matches, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> MatchQuerySet:
        """Own companies' matches, standing or past, and no conversation with a blocked partner.

        What the market took back is nobody's any more, and an answer that reaches nobody is its
        giver's alone. Officers see all.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("matching.view_match"):
            return self
        # Not by joins: beside those of a card, PostgreSQL plans fifty times longer than it reads.
        mine = user.memberships.values("company")
        own = Q(order__company__in=mine) & ~Q(hidden_from=MatchSide.ORDER)
        own |= Q(offer__company__in=mine) & ~Q(hidden_from=MatchSide.OFFER)
        return self.filter(own).unblocked().exclude(state=MatchState.WITHDRAWN)

    def unblocked(self) -> MatchQuerySet:
        """Leave out conversations of two companies one of which blocks the other, or ended it so.

        What came back after the block would tell that there was one. An anonymous match stays as
        it is: one that disappeared with a block would name its other side.
        """
        rows = self.exclude(end_cause=EndCause.BLOCKED)
        apart = ~Exists(_block("order", "offer")) & ~Exists(_block("offer", "order"))
        if is_on(Protection.EXCLUSIONS_WITH_THE_DAY):
            apart |= Q(mutual_at=None)
        return rows.filter(apart)

    def with_block(self) -> MatchQuerySet:
        return self.filter(Exists(_block("order", "offer")) | Exists(_block("offer", "order")))

    def proposed(self) -> MatchQuerySet:
        return self.filter(state=MatchState.PROPOSED)


def _block(one: str, other: str) -> models.QuerySet[Block]:
    """Blocks by the company of one post of the company of the other."""
    partner = Q(partner_code=OuterRef(f"{other}__company__code")) | Q(
        ~Q(uscc=""), uscc=OuterRef(f"{other}__company__uscc")
    )
    return Block.objects.standing().filter(partner, company=OuterRef(f"{one}__company"))


class Match(models.Model):
    """An order and an offer that fit, as of the versions that were scored.

    Proposed, it stands while it is among the best of its order or of its offer
    (``order_rank``, ``offer_rank``, 1 is best, NULL is outside). From the first answer on
    it is no longer scored: the pair has left the lists, and the row keeps what was
    answered; the end of a conversation sets the versions to those of that day. A pair has one live row; ended ones stay as its past. ``answer_by`` is when
    the wait for an answer ends. ``order_seen_at`` and ``offer_seen_at`` are when somebody
    of that side first looked. ``assessment`` holds the gates and factors with their
    numbers, as ``matchmaking.engine.records.assessment_of`` gives them. Written by
    :mod:`matchmaking.matching.services` only.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    # Triggers check the keys of a scoring once a statement, where a constraint checks each row
    # (migration 0010), and one index each serves both the key and the list.
    order = models.ForeignKey(
        ProcessingOrder,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="matches",
        verbose_name=_("order"),
    )
    offer = models.ForeignKey(
        CapacityOffer,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="matches",
        verbose_name=_("offer"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=MatchState.choices, default=MatchState.PROPOSED
    )
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2)
    order_rank = models.PositiveSmallIntegerField(
        _("place among the offers of the order"), null=True
    )
    offer_rank = models.PositiveSmallIntegerField(
        _("place among the orders of the offer"), null=True
    )
    assessment = AssessmentField()
    order_version = models.PositiveIntegerField(_("version of the order"))
    offer_version = models.PositiveIntegerField(_("version of the offer"))
    profile = models.ForeignKey(
        ScoringProfile,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("scoring profile"),
    )
    proposed_at = models.DateTimeField(_("proposed"))
    scored_at = models.DateTimeField(_("scored"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    order_seen_at = models.DateTimeField(_("seen by the brand"), null=True)
    offer_seen_at = models.DateTimeField(_("seen by the factory"), null=True)
    answer_by = models.DateTimeField(_("answer by"), null=True)
    # The side that does not hear of the other's interest, since one blocks the other.
    hidden_from = models.CharField(
        max_length=5,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    reminded_at = models.DateTimeField(_("reminded"), null=True)
    mutual_at = models.DateTimeField(_("mutual since"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_cause = models.CharField(
        _("why it ended"), max_length=12, choices=EndCause.choices, blank=True
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("ended by"),
    )
    end_note = models.TextField(_("note on the end"), blank=True)
    # Of a decline, what it was about: :mod:`matchmaking.matching.decline_bands`.
    declined_bands = models.JSONField(null=True, editable=False)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        permissions = [("act_on_match", "Can answer for a company, remind and withdraw")]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "offer"],
                name="match_lives_once_per_pair",
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="match_score_between_0_and_100",
                condition=Q(score__gte=0, score__lte=100),
            ),
            models.CheckConstraint(
                name="match_hidden_from_a_side",
                condition=Q(hidden_from__in=["", *MatchSide.values]),
            ),
            models.CheckConstraint(
                name="match_withdrawn_is_dated",
                condition=Q(state=MatchState.WITHDRAWN) ^ Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="match_has_a_rank_while_proposed",
                condition=Q(state=MatchState.PROPOSED)
                ^ Q(order_rank__isnull=True, offer_rank__isnull=True),
            ),
            models.CheckConstraint(
                name="match_mutual_is_dated",
                condition=~Q(state=MatchState.MUTUAL) | Q(mutual_at__isnull=False),
            ),
            models.CheckConstraint(
                name="match_ended_is_dated_with_its_cause",
                condition=Q(state__in=ENDED_STATES, ended_at__isnull=False) & ~Q(end_cause="")
                | ~Q(state__in=ENDED_STATES) & Q(ended_at=None, end_cause=""),
            ),
            models.CheckConstraint(
                name="match_waits_until_a_day_while_one_side_is_interested",
                condition=~Q(state=MatchState.INTERESTED) | Q(answer_by__isnull=False),
            ),
        ]
        indexes = [
            # The list of a post, its past, its company's matches, and its deletion.
            models.Index(fields=["order", "order_rank"], name="match_of_order"),
            models.Index(fields=["offer", "offer_rank"], name="match_of_offer"),
            # What a scoring leaves out: few rows among very many proposals.
            models.Index(
                fields=["order", "offer"],
                name="match_answered",
                condition=~Q(state__in=(MatchState.PROPOSED, MatchState.WITHDRAWN)),
            ),
            # The deletion of a person.
            models.Index(
                fields=["ended_by"],
                name="match_by_who_ended_it",
                condition=Q(ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"match {self.code}"

    def post(self, side: str) -> ProcessingOrder | CapacityOffer:
        return self.order if side == MatchSide.ORDER else self.offer

    @property
    def due_at(self) -> dt.datetime:
        return self.answer_by or self.proposed_at + dt.timedelta(days=settings.PROPOSAL_DAYS)


class NearMiss(models.Model):
    """A pair that fails by one cause, the smallest change that would mend it, its score then.

    Kept, like a match, while it is among the best of its order or of its offer by
    ``score_now``, the score that it has as it is. ``change`` holds what
    ``matchmaking.engine.records.change_of`` gives, and ``score`` the score after
    it; both are empty where no single change suffices, so that such a pair is tried once.
    """

    # Keys as those of Match.
    order = models.ForeignKey(
        ProcessingOrder,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="near_misses",
    )
    offer = models.ForeignKey(
        CapacityOffer,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="near_misses",
    )
    score_now = models.DecimalField(max_digits=5, decimal_places=2)
    order_rank = models.PositiveSmallIntegerField(null=True)
    offer_rank = models.PositiveSmallIntegerField(null=True)
    gate = models.CharField(max_length=20, blank=True)
    change = ChangeField(default=dict)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    order_version = models.PositiveIntegerField()
    offer_version = models.PositiveIntegerField()
    profile = models.ForeignKey(
        ScoringProfile,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    scored_at = models.DateTimeField()

    class Meta:
        verbose_name = _("near miss")
        verbose_name_plural = _("near misses")
        constraints = [
            models.UniqueConstraint(fields=["order", "offer"], name="near_miss_once_per_pair"),
            models.CheckConstraint(
                name="near_miss_stands_by_a_rank",
                condition=Q(order_rank__isnull=False) | Q(offer_rank__isnull=False),
            ),
            models.CheckConstraint(
                name="near_miss_change_has_gate_and_score",
                condition=Q(gate="", score=None) | (~Q(gate="") & Q(score__isnull=False)),
            ),
        ]
        indexes = [
            # The unique pair serves the list of an order.
            models.Index(fields=["offer", "offer_rank"], name="near_miss_of_offer"),
        ]

    def __str__(self) -> str:
        return f"near miss {self.order_id} {self.offer_id}"
