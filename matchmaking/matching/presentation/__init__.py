"""Matches in words, as pages, mails and the API show them."""
