"""Everything that changes people and companies."""
