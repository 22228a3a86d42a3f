"""What the park does, one file per subject; every verb takes the caller's open transaction."""
