# Adds up each window in a loop.
#
# moving_average  4/4

# %% moving_average
def moving_average(x, f):
    averages = []
    for start in range(len(x) - f + 1):
        total = 0
        for number in x[start : start + f]:
            total += number
        averages.append(total / f)
    return np.array(averages)
