"""Deals, splits, questions and results in the workbench."""

from matchmaking.deals.admin import intentions, plans, questions, quotes

__all__ = ["intentions", "plans", "questions", "quotes"]
