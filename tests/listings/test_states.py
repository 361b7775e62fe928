"""The steps of a post follow one table."""

from itertools import product

import pytest

from matchmaking.core.transitions import IllegalTransition
from matchmaking.listings.models import ProcessingOrder
from matchmaking.listings.services import scheduled, transitions
from matchmaking.listings.states import POST_TRANSITIONS, PostState

pytestmark = pytest.mark.django_db

# The service that leads to each target, and the states from which it leaves by itself.
STEP_TO = {
    PostState.DRAFT: lambda order, by, at: transitions.withdraw_submission(
        post=order, by=by, at=at
    ),
    PostState.PENDING: lambda order, by, at: transitions.submit_post(post=order, by=by, at=at),
    PostState.PAUSED: lambda order, by, at: transitions.pause_post(post=order, by=by, at=at),
    PostState.CLOSED: lambda order, by, at: transitions.close_post(post=order, by=by, at=at),
    PostState.EXPIRED: lambda order, _by, _at: transitions.leave_market(order, PostState.EXPIRED),
    PostState.REJECTED: lambda order, by, at: transitions.reject_post(
        post=order, reason="No pictures", by=by, at=at
    ),
}
PUBLISH = {
    PostState.PENDING: transitions.approve_post,
    PostState.PAUSED: transitions.resume_post,
    PostState.EXPIRED: transitions.renew_post,
}


def publish(order, by, at):
    service = PUBLISH.get(PostState(order.state), transitions.approve_post)
    return service(post=order, by=by, at=at)


def test_transitions_cover_every_state():
    assert set(POST_TRANSITIONS) == set(PostState)


@pytest.mark.parametrize(("current", "target"), list(product(PostState, repeat=2)), ids=str)
def test_steps_follow_the_table(order, officer, at, current, target):
    ProcessingOrder.objects.filter(pk=order.pk).update(state=current, reject_reason="why")
    order.refresh_from_db()
    step = publish if target == PostState.PUBLISHED else STEP_TO[target]

    if target in POST_TRANSITIONS[current]:
        assert step(order, officer, at).state == target
    else:
        with pytest.raises(IllegalTransition):
            step(order, officer, at)
        assert ProcessingOrder.objects.get(pk=order.pk).state == current


def test_live_states_are_those_that_can_expire():
    assert set(scheduled.LIVE) == {
        state for state, targets in POST_TRANSITIONS.items() if PostState.EXPIRED in targets
    }
