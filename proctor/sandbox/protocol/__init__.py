"""What may cross the wall, the same on both sides; it imports nothing of proctor."""
