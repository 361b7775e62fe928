"""Mails about matches and conversations."""
