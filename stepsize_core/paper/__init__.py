"""The paper, a package for each phenomenon; `catalogue` lists them."""
