"""What runs inside the wall, beside student code; it imports the protocol and nothing else."""
