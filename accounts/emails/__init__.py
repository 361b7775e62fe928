"""Emails of accounts: about sign-in, invitations and companies."""
