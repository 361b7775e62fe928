"""Pages of docking days."""
