"""An action hands a service what it takes, and is refused when it cannot."""

import datetime as dt

import pytest
from django import forms

from matchmaking.core.workbench.actions import Action, ActionForm, ReasonForm

NOW = dt.datetime(2026, 9, 7, 4, tzinfo=dt.UTC)


def send_back(*, post, reason, by, at, version=None):
    return post, reason, by, at, version


def score_again(*, by, at):
    return by, at


def decide(*, claim, accept, by, at, note=""):
    return claim, accept, by, at, note


class NoteForm(ActionForm):
    note = forms.CharField()


def action(service, **facts):
    return Action(name="act", label="Act", service=service, allowed=bool, **facts)


def call(made, **data):
    return made.call("row", by="officer", at=NOW, version=3, data=data)


def test_a_service_gets_the_row_the_form_and_who_when_and_which_version():
    made = action(send_back, subject="post", form=ReasonForm)

    assert call(made, reason="Wrong") == ("row", "Wrong", "officer", NOW, 3)


def test_a_service_gets_only_what_it_names():
    assert call(action(score_again, subject="")) == ("officer", NOW)


def test_what_is_fixed_needs_no_field():
    made = action(decide, subject="claim", fixed={"accept": False}, form=NoteForm)

    assert call(made, note="No") == ("row", False, "officer", NOW, "No")


@pytest.mark.parametrize(
    "facts",
    [
        {"service": send_back, "subject": "post"},
        {"service": send_back, "subject": "offer", "form": ReasonForm},
        {"service": score_again, "subject": "", "form": ReasonForm},
        {"service": score_again, "subject": "", "fixed": {"accept": True}},
    ],
    ids=["a-field-is-missing", "another-subject", "a-field-too-many", "nothing-to-fix"],
)
def test_an_action_that_does_not_fit_its_service_is_refused(facts):
    with pytest.raises(TypeError):
        action(**facts)
