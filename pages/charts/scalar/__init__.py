"""Pictures that scalar functions share."""
