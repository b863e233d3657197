"""Pictures and data as files."""
