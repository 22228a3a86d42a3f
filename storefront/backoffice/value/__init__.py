"""Gift cards and store credit at the desk: what is owed, every card, and what was done with it."""
