"""Emails of listings: about own posts and saved searches."""
