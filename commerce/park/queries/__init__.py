"""What the park tells, one file per subject."""
