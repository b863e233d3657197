"""Comparing runs: pinned ones in the link, in a table, over each other and side by side."""
