"""What failed behind the counter: letters that could not be sent, processes that broke off."""
