"""What the server keeps and promises."""
