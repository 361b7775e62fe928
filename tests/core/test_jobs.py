import pytest

from matchmaking.core import jobs
from matchmaking.core.models import Job
from matchmaking.core.states import JobState
from matchmaking.core.transitions import IllegalTransition


@pytest.fixture
def job(officer):
    return jobs.start_job(kind="test", by=officer, total=10)


def state(job):
    return Job.objects.values_list("state", "done", "note", "cancel_requested").get(pk=job.pk)


def test_job_runs_to_its_end(job):
    jobs.begin(job)
    jobs.advance(job, 4, "four")
    jobs.begin(job)  # a second delivery of the same message goes on
    jobs.finish(job, {"created": 4})

    assert state(job) == ("done", 4, "four", False)
    assert Job.objects.get(pk=job.pk).result == {"created": 4}


def test_cancel_stops_a_waiting_job_at_once(job):
    jobs.request_cancel(job=job)

    assert state(job) == ("cancelled", 0, "", True)
    with pytest.raises(IllegalTransition):
        jobs.begin(job)


def test_cancel_asks_a_running_job_to_stop(job):
    jobs.begin(job)
    jobs.request_cancel(job=job)

    assert jobs.is_cancelled(job)
    assert state(job)[0] == JobState.RUNNING
    jobs.stop(job)
    assert state(job)[0] == JobState.CANCELLED


def test_cancel_leaves_an_ended_job_alone(job):
    jobs.begin(job)
    jobs.fail(job, "broken")
    jobs.request_cancel(job=job)

    assert state(job) == ("failed", 0, "broken", False)


def test_advance_of_an_ended_job_changes_nothing(job):
    jobs.begin(job)
    jobs.finish(job)
    jobs.advance(job, 9)

    assert state(job)[1] == 0
