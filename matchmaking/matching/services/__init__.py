"""Writes of matching: answers, endings, messages, announcements and profiles."""
