"""The running API against its committed schema: every operation, by what the schema allows and forbids."""
