"""What shoppers and merchants see."""
