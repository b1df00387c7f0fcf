"""Autograding for the course *Convolutional networks, step by step*."""
