"""All writes of the demonstration, each through the services of the area that it shows."""

from matchmaking.demonstration.services.demo import AlreadyFilled, Made, make_demonstration
from matchmaking.demonstration.services.people import (
    SIGN_INS,
    SignIn,
    appoint_officer,
    make_person,
)

__all__ = [
    "SIGN_INS",
    "AlreadyFilled",
    "Made",
    "SignIn",
    "appoint_officer",
    "make_demonstration",
    "make_person",
]
