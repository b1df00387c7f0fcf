"""What tests of several rooms share; imports nothing of the rooms."""
