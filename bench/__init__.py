"""How fast a class is graded; ``python -m bench`` measures it and writes docs/bench.md."""
