"""What pictures of networks share."""
