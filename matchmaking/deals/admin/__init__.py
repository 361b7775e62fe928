"""Deals, questions and results in the workbench."""

from matchmaking.deals.admin import intentions, questions, quotes

__all__ = ["intentions", "questions", "quotes"]
