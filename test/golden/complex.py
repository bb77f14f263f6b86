"""Expected values of complex elementary functions, on branch cuts and at infinity, and over many orders of magnitude.

Writes test/golden/complex.json: {"numpy", "cases": {name: [[re, im, re of the value, im of the value], ...]}}, numbers as
text that JavaScript reads. Values are numpy's in complex128, which has the signs of zero of Kahan and of C99, annex G:

    python test/golden/complex.py
"""
import json
import pathlib

import numpy as np

np.seterr(all="ignore")
inf, nan = float("inf"), float("nan")

# Both sides of every cut, the singularities, and infinity from several directions.
POINTS = [
    (0.0, 0.0), (-0.0, 0.0), (0.0, -0.0), (1.0, 0.0), (-1.0, 0.0), (-1.0, -0.0), (2.0, 0.0), (2.0, -0.0), (-3.0, 0.0),
    (-3.0, -0.0), (0.0, 2.5), (-0.0, 2.5), (0.0, -2.5), (0.0, 1.0), (-0.0, -1.0), (inf, 1.0), (-inf, 1.0), (1.0, inf),
    (-1.0, -inf), (nan, 1.0), (1.0, nan), (1e-20, 1e-20), (2.0**61, -2.0**60), (3.0, 4.0), (-0.25, 0.125), (0.5, -1e-3),
    (-40.0, 0.5), (30.0, -2.0), (1.0, 1e-6), (0.625, 0.78125), (-2.0, 1e-6),
]
FUNCTIONS = {
    "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos,
    "tan": np.tan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "asin": np.arcsin, "acos": np.arccos,
    "atan": np.arctan, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
}
# numpy computes exp(z) - 1 and log(1 + z), which loses all digits here
LEFT_OUT = {("log1p", (1e-20, 1e-20)), ("expm1", (1e-20, 1e-20)), ("log1p", (-2.0, 1e-6))}


def text(x):
    x = float(x)
    if np.isnan(x):
        return "NaN"
    if np.isinf(x):
        return "Infinity" if x > 0 else "-Infinity"
    return repr(x)


cases = {
    name: [
        [text(v) for v in (*point, f(np.complex128(complex(*point))).real, f(np.complex128(complex(*point))).imag)]
        for point in POINTS
        if (name, point) not in LEFT_OUT
    ]
    for name, f in FUNCTIONS.items()
}
lines = ",\n".join(f'    {json.dumps(name)}: {json.dumps(rows, separators=(",", ":"))}' for name, rows in cases.items())
path = pathlib.Path(__file__).with_name("complex.json")
path.write_text(f'{{\n  "numpy": "{np.__version__}",\n  "cases": {{\n{lines}\n  }}\n}}\n')
