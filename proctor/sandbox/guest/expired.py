"""Names that NumPy has removed: whoever used them saw their code work, and so does the grader.

They come back in the student's process alone, in its warm parent, where they cost a submission
nothing. What cannot come back, such as a method of a type written in C, NumPy's own message names,
or a hint here.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from typing import Any

import numpy as np

# NumPy's messages say themselves what takes the place of ``.ptp()`` or of ``copy=False``.
HINTS = (
    (
        re.compile(r"'numpy\.\w+' object has no attribute 'tostring'"),
        "NumPy 2.3 removed tostring: use tobytes.",
    ),
    (
        re.compile(r"could not convert string to float: '?np\.\w+\("),
        "Since NumPy 2.0, repr of a number is np.float64(1.5) where it was 1.5: use str or float.",
    ),
)

# Functions of the main namespace that numpy.lib had, too, until NumPy 2.0.
_LIB = """
    angle append apply_along_axis apply_over_axes array_split asarray_chkfinite average bartlett
    bincount blackman broadcast_arrays broadcast_shapes broadcast_to c_ column_stack common_type
    copy corrcoef cov delete diag diag_indices diag_indices_from diagflat diff digitize dsplit
    dstack ediff1d emath expand_dims extract eye fill_diagonal fix flip fliplr flipud fromregex
    genfromtxt get_include gradient hamming hanning histogram histogram2d histogram_bin_edges
    histogramdd hsplit i0 imag in1d index_exp info insert interp intersect1d iscomplex
    iscomplexobj isin isneginf isposinf isreal isrealobj issubdtype iterable ix_ kaiser kron load
    loadtxt mask_indices median meshgrid mgrid mintypecode nan_to_num nanargmax nanargmin
    nancumprod nancumsum nanmax nanmean nanmedian nanmin nanpercentile nanprod nanquantile nanstd
    nansum nanvar ndenumerate ndindex ogrid packbits pad percentile piecewise place poly poly1d
    polyadd polyder polydiv polyfit polyint polymul polysub polyval put_along_axis quantile r_
    ravel_multi_index real real_if_close roots rot90 row_stack s_ save savetxt savez
    savez_compressed select setdiff1d setxor1d show_runtime sinc sort_complex split
    take_along_axis tile trapz tri tril tril_indices tril_indices_from trim_zeros triu
    triu_indices triu_indices_from typename union1d unique unpackbits unravel_index unwrap vander
    vectorize vsplit
"""


class _Cast:
    """``np.cast[float](x)``, until NumPy 2.0."""

    def __getitem__(self, kind: Any) -> Any:
        return lambda values: np.asarray(values).astype(kind)


class _Bytes:
    """``np.nbytes[np.float64]``, until NumPy 2.0."""

    def __getitem__(self, kind: Any) -> int:
        return int(np.dtype(kind).itemsize)


def _as_float_array(values: Any, dtype: Any = np.float64) -> Any:
    """Do what ``np.asfarray`` did."""
    inexact = np.issubdtype(dtype, np.inexact)
    return np.asarray(values, dtype=dtype if inexact else np.float64)


def _is_scalar_type(kind: Any) -> bool:
    """Do what ``np.issctype`` did."""
    return isinstance(kind, type | np.dtype) and np.dtype(kind).type is not np.object_


def _scalar_type(kind: Any) -> Any:
    """Do what ``np.obj2sctype`` did: return the scalar type of a type, a dtype or an array."""
    return (kind.dtype if isinstance(kind, np.ndarray) else np.dtype(kind)).type


def _display(message: Any, device: Any = None, linefeed: bool = True) -> None:
    """Do what ``np.disp`` did."""
    print(message, file=device, end="\n" if linefeed else "")


_SCALAR_TYPES = {
    "int": [np.int8, np.int16, np.int32, np.int64],
    "uint": [np.uint8, np.uint16, np.uint32, np.uint64],
    "float": [np.float16, np.float32, np.float64, np.longdouble],
    "complex": [np.complex64, np.complex128, np.clongdouble],
    "others": [bool, object, bytes, str, np.void],
}

# By the version that removed them. Many had warned since 1.25.
EXPIRED: dict[str, dict[str, Any]] = {
    "2.0": {
        **dict.fromkeys(["Inf", "Infinity", "PINF", "infty"], np.inf),
        **dict.fromkeys(["NAN", "NaN"], np.nan),
        "NINF": -np.inf,
        "NZERO": -0.0,
        "PZERO": 0.0,
        **dict.fromkeys(["cfloat", "complex_"], np.complex128),
        **dict.fromkeys(["clongfloat", "longcomplex"], np.clongdouble),
        "float_": np.float64,
        "longfloat": np.longdouble,
        "singlecomplex": np.complex64,
        **dict.fromkeys(["bytes0", "string_"], np.bytes_),
        **dict.fromkeys(["str0", "unicode_"], np.str_),
        "bool8": np.bool_,
        "int0": np.intp,
        "object0": np.object_,
        "uint0": np.uintp,
        "void0": np.void,
        "alltrue": np.all,
        "asfarray": _as_float_array,
        "cast": _Cast(),
        "cumproduct": np.cumprod,
        "disp": _display,
        "fastCopyAndTranspose": lambda a: np.array(np.asarray(a).T, order="C"),
        "issctype": _is_scalar_type,
        "issubclass_": lambda one, two: isinstance(one, type) and issubclass(one, two),
        "issubsctype": lambda one, two: issubclass(_scalar_type(one), _scalar_type(two)),
        "mat": np.asmatrix,
        "math": math,
        "msort": lambda a: np.sort(np.array(a, subok=True), axis=0),
        "nbytes": _Bytes(),
        "obj2sctype": _scalar_type,
        "product": np.prod,
        "round_": np.round,
        "safe_eval": ast.literal_eval,
        "sctype2char": lambda kind: np.dtype(kind).char,
        "sctypes": _SCALAR_TYPES,
        "sometrue": np.any,
        "DataSource": np.lib.npyio.DataSource,
        "RankWarning": np.exceptions.RankWarning,
        "compare_chararrays": np.char.compare_chararrays,
        "format_parser": np.rec.format_parser,
        "byte_bounds": np.lib.array_utils.byte_bounds,
    }
}


def give_back() -> None:
    """Give NumPy the names back that it has not any more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are about to be removed
        for names in EXPIRED.values():
            for name, value in names.items():
                if not hasattr(np, name):
                    setattr(np, name, value)
        for name in _LIB.split():
            if hasattr(np, name) and not hasattr(np.lib, name):
                setattr(np.lib, name, getattr(np, name))


def with_hint(message: str) -> str:
    """Return an exception's message, with what to use in place of what cannot come back."""
    hints = [hint for pattern, hint in HINTS if pattern.search(message)]
    return " ".join([message, *hints])
