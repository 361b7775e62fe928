"""Emails: their content as values, rendered and sent in one way for every area."""
