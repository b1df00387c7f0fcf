# Has not written anything yet.
#
# moving_average  0/4  loses size, values, reference
#
# The rest unsolved.
