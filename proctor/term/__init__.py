"""What a term needs around grading: the commands for it, students who leave, a backup."""
