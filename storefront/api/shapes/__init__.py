"""The shapes of the interface's requests and answers: the contract, in parts by subject."""
