"""Stories: what a shop tells on its home page, about itself and about its places."""
