"""What plugins of our own simulators share: an account, the wire, the proof of a webhook."""
