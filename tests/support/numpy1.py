"""What NumPy's expired names did, and what they do where the grader has given them back.

Run by a Python with NumPy 1.26; or by ours, with the word "ours". Prints as JSON what each sample
gives, and all public names.
"""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any

import numpy as np

SAMPLES = {
    "Inf": "np.Inf",
    "Infinity": "np.Infinity",
    "PINF": "np.PINF",
    "infty": "np.infty",
    "NAN": "np.NAN",
    "NaN": "np.NaN",
    "NINF": "np.NINF",
    "NZERO": "np.NZERO",
    "PZERO": "np.PZERO",
    "cfloat": "np.cfloat(1)",
    "complex_": "np.zeros(2, np.complex_)",
    "clongfloat": "complex(np.clongfloat(1))",
    "longcomplex": "complex(np.longcomplex(1))",
    "float_": "np.ones(2).astype(np.float_)",
    "longfloat": "float(np.longfloat(1.5))",
    "singlecomplex": "np.singlecomplex(1)",
    "bytes0": "np.bytes0(b'a')",
    "string_": "np.array(['a']).astype(np.string_)",
    "str0": "np.str0('a')",
    "unicode_": "np.array([b'a']).astype(np.unicode_)",
    "bool8": "np.zeros(2, np.bool8)",
    "int0": "np.int0(3)",
    "object0": "np.zeros(2, np.object0)",
    "uint0": "np.uint0(3)",
    "void0": "np.void0(b'a').item()",
    "alltrue": "np.alltrue([[1, 0], [1, 1]], axis=1)",
    "asfarray": "[np.asfarray([1, 2]), np.asfarray([1, 2], 'f4'), np.asfarray([1, 2], int)]",
    "cast": "[np.cast[float]([1, 2]), np.cast['i2'](2.7)]",
    "cumproduct": "np.cumproduct([[1, 2], [3, 4]], axis=0)",
    "disp": "np.disp('', open('/dev/null', 'w'))",
    "fastCopyAndTranspose": "np.fastCopyAndTranspose(np.arange(6).reshape(2, 3))",
    "issctype": "[np.issctype(np.int32), np.issctype(list), np.issctype(1.1), np.issctype(float)]",
    "issubclass_": "[np.issubclass_(np.int32, int), np.issubclass_(bool, int)]",
    "issubsctype": "[np.issubsctype('S8', str), np.issubsctype(np.array([1]), int)]",
    "mat": "np.mat([[1, 2]]) * np.mat([[1], [2]])",
    "math": "np.math.floor(1.5)",
    "msort": "np.msort([[3, 1], [1, 2]])",
    "nbytes": "[np.nbytes[np.float64], np.nbytes['i2']]",
    "obj2sctype": "[np.obj2sctype('f4').__name__, np.obj2sctype(np.array([1.0])).__name__]",
    "product": "[np.product([2, 3]), np.product([[1, 2], [3, 4]], axis=1)]",
    "round_": "np.round_([1.256, 2.5], 2)",
    "safe_eval": "np.safe_eval('[1, (2, 3)]')",
    "sctype2char": "[np.sctype2char(np.float32), np.sctype2char(int)]",
    "sctypes": "[len(np.sctypes[kind]) for kind in sorted(np.sctypes)]",
    "sometrue": "np.sometrue([[0, 0], [0, 1]], axis=1)",
    "DataSource": "np.DataSource.__name__",
    "RankWarning": "np.RankWarning.__name__",
    "compare_chararrays": "np.compare_chararrays(np.array(['a']), np.array(['b']), '<', True)",
    "format_parser": "np.format_parser(['f8'], ['x'], []).dtype.names",
    "byte_bounds": "len(np.byte_bounds(np.zeros(3)))",
    "lib": "[np.lib.pad([1], 1, 'constant'), np.lib.c_[[1], [2]], np.lib.trapz([1, 2])]",
}


def plain(value: Any) -> Any:
    """Return a value as JSON has it, with NumPy's dtypes."""
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return [value.dtype.str, repr(value.tolist())]
    return repr(value)


def answers() -> dict[str, Any]:
    """Return what each sample gives."""
    return {name: plain(eval(sample, {"np": np})) for name, sample in SAMPLES.items()}


def public_names() -> list[str]:
    """Return the names of NumPy and of numpy.lib."""
    spaces = (("", np), ("lib.", np.lib))
    found = [f"{prefix}{name}" for prefix, space in spaces for name in dir(space)]
    # NumPy 1.26 has them, and does not list them.
    found += ["bool8", "bytes0", "int0", "math", "object0", "str0", "uint0", "void0"]
    return sorted(name for name in found if not name.rpartition(".")[2].startswith("_"))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if "ours" in sys.argv:
        from proctor.sandbox.guest.expired import give_back

        give_back()
    print(json.dumps({"version": np.__version__, "answers": answers(), "names": public_names()}))
