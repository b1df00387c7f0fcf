"""Measure lesson 3's convolution against the loops of lessons 1 and 2, and against PyTorch.

Everything runs on one thread, in float32, on one layer. Exits with status 1 if the forward pass
misses what the course promises. PyTorch is no requirement of the course: without it, its lines
are left out. With its folder on the PYTHONPATH, it is compared with.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import nbformat
import numpy as np
from nbgrader.utils import is_solution
from rich.console import Console
from rich.table import Table

SOURCE = Path(__file__).parent.parent / "source"
EXAMPLES, F, N_C = 32, 3, 32
SHAPE = (EXAMPLES, 28, 28, 16)
HPARAMETERS = {"stride": 1, "pad": 1}
LEAST_SPEEDUP, MOST_SLOWDOWN = 100, 4
TITLE = f"A_prev {SHAPE}, {N_C} filters {F} x {F}, pad 1, float32, one thread"
THREADS = "Run it by `make bench`, which allows NumPy one thread (OPENBLAS_NUM_THREADS=1)."
NO_TORCH = "PyTorch cannot be imported here, so nothing is compared with it."


def main() -> None:
    """Measure, print a table, and exit with 1 if a promise is broken."""
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        sys.exit(THREADS)
    functions = solutions()
    rng = np.random.default_rng(0)
    A_prev = rng.normal(size=SHAPE).astype(np.float32)
    W = rng.normal(size=(F, F, SHAPE[3], N_C)).astype(np.float32)
    b = rng.normal(size=(1, 1, 1, N_C)).astype(np.float32)
    dZ = rng.normal(size=(*SHAPE[:3], N_C)).astype(np.float32)
    layer, one = (A_prev, W, b, HPARAMETERS), (A_prev[:1], W, b, HPARAMETERS)

    def forward(name: str, arguments: tuple[Any, ...]) -> Callable[[], Any]:
        return lambda: functions[name](*arguments)

    # The loops are measured on one example: their time grows with the number of examples.
    passes = {
        "forward": {
            "loops": EXAMPLES * best(forward("conv_forward", one), 3),
            "fast": best(forward("conv_forward_fast", layer), 50),
        },
        "backward": {"fast": best(lambda: functions["conv_backward_fast"](dZ, layer), 50)},
    }
    if "conv_backward" in functions:
        one_dZ = dZ[:1]
        loops = best(lambda: functions["conv_backward"](one_dZ, one), 3)
        passes["backward"] = {"loops": EXAMPLES * loops} | passes["backward"]
    if importlib.util.find_spec("torch"):
        for name, call in torch_calls(A_prev, W, b, dZ).items():
            passes[name]["PyTorch"] = best(call, 50)
    else:
        print(NO_TORCH)
    Console(width=100).print(table(passes))
    sys.exit(broken(passes["forward"]))


def solutions() -> dict[str, Callable[..., Any]]:
    """Return the worked solutions of the first three lessons, by name."""
    namespace: dict[str, Any] = {"np": np}
    for master in sorted(SOURCE.glob("0[123]_*/*.ipynb")):
        for cell in nbformat.read(master, as_version=4).cells:
            if is_solution(cell):
                exec(cell.source, namespace)
    return namespace


def best(call: Callable[[], Any], tries: int) -> float:
    """Return the shortest time of some tries, in seconds."""
    times = []
    for _ in range(tries):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return min(times)


def torch_calls(A_prev: Any, W: Any, b: Any, dZ: Any) -> dict[str, Callable[[], Any]]:
    """Return what PyTorch does in a forward and in a backward pass, on one thread."""
    import torch

    torch.set_num_threads(1)
    volumes, gradient = (torch.from_numpy(x).permute(0, 3, 1, 2) for x in (A_prev, dZ))
    filters = torch.from_numpy(W).permute(3, 2, 0, 1).contiguous()
    inputs = [x.requires_grad_() for x in (volumes, filters, torch.from_numpy(b.reshape(-1)))]
    conv2d = torch.nn.functional.conv2d
    Z = conv2d(*inputs, padding=1)

    def forward() -> Any:
        with torch.inference_mode():
            return conv2d(*inputs, padding=1)

    return {
        "forward": forward,
        "backward": lambda: torch.autograd.grad(Z, inputs, gradient, retain_graph=True),
    }


def table(passes: dict[str, dict[str, float]]) -> Table:
    """Return the times, and how they compare with the fast function's."""
    result = Table(title=TITLE, title_justify="left")
    for column in ("pass", "way", "ms", "time / time of fast"):
        result.add_column(column, justify="left" if column in ("pass", "way") else "right")
    for name, times in passes.items():
        for way, seconds in times.items():
            ratio = seconds / times["fast"]
            result.add_row(name, way, f"{1000 * seconds:.2f}", f"{ratio:.2f}")
    return result


def broken(times: dict[str, float]) -> str | None:
    """Return which promise the forward pass breaks, if any."""
    if times["loops"] < LEAST_SPEEDUP * times["fast"]:
        return f"conv_forward_fast is less than {LEAST_SPEEDUP} times as fast as the loops."
    if "PyTorch" in times and times["fast"] > MOST_SLOWDOWN * times["PyTorch"]:
        return f"conv_forward_fast takes more than {MOST_SLOWDOWN} times as long as PyTorch."
    return None


if __name__ == "__main__":
    main()
