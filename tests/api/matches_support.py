"""Matches through the API: addresses, an answer, and what a refusal says."""

URL = "/api/v1/matches/"
YES = {"kind": "interested"}


def url(match, tail=""):
    return f"{URL}{match.code}/{tail}"


def problem(answer):
    """Return status and code of a refusal."""
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].rpartition(":")[2]
