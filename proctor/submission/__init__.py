"""What was handed in: read, checked, repaired, made safe to look at."""
