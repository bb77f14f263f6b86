"""Expected values of complex functions, on branch cuts and at infinity, and over many orders of magnitude.

Writes test/golden/complex.json: {"numpy", "jax", "cases", "special"}, numbers as text that JavaScript reads.

- "cases": {name: [[re, im, re of the value, im of the value], ...]}. Values are numpy's in complex128, which has the signs
  of zero of Kahan and of C99, annex G.
- "special": {dtype: {"parts", "values": {name: values}}}: functions of one number at every pair of the parts, the imaginary
  part changing first, and of two numbers at every pair of the numbers whose parts are "few". Values are real parts and
  imaginary parts in turn, in one text; of "~0" and "~Infinity" the sign is not specified, and "*" depends on how
  a large angle is rounded. They are numpy's, which are those of annex
  G, but for the functions that numpy computes naively (see below), and JAX's for products and quotients.

    python test/golden/complex.py
"""
import json
import os
import pathlib

os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import mpmath
import numpy as np

jax.config.update("jax_enable_x64", True)
# 2^-1000 is added to 1
mpmath.mp.prec = 2200

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

# --- every pair of special values -----------------------------------------------------------------------------------

# A large number, whose powers overflow, and its inverse.
LARGE = {"complex64": 2.0**100, "complex128": 2.0**1000}
FEW = [0.0, -2.0, inf, -inf, nan]


def grid(dtype, res, ims):
    out = np.empty((len(res), len(ims)), dtype)
    out.real = np.array(res)[:, None]
    out.imag = np.array(ims)[None, :]
    return out.ravel()


def exactly(f, naive):
    """By mpmath where numbers are finite and near 0, so that a difference of 1 would show."""

    def one(z):
        near = 0 < abs(z) < 2 and z.real != 0 and z.imag != 0
        return complex(f(mpmath.mpc(float(z.real), float(z.imag)))) if near else complex(naive(z.real, z.imag))

    return lambda zs: np.array([one(z) for z in zs]).astype(zs.dtype)


def expm1(x, y):
    """exp(z) - 1, which on the real axis is real."""
    power = np.exp(pair(x, y))
    return pair(np.expm1(x), y) if y == 0 else pair(power.real - 1 if power.real != 1 else x, power.imag)


def log1p(x, y):
    return pair(np.log1p(x), y) if y == 0 and x > -1 and x != 0 else np.log(pair(1 + x, y))


def sign(z):
    """z / |z|. An infinite part, alone, is the direction; what divides by NaN, or by two infinities, is NaN."""
    one = np.isinf(z.real) != np.isinf(z.imag)
    unit = [np.copysign(np.where(np.isinf(part), 1, 0), part).astype(part.dtype) for part in (z.real, z.imag)]
    known = ~np.isnan(z.real) & ~np.isnan(z.imag) & ~(np.isinf(z.real) & np.isinf(z.imag))
    size = np.hypot(z.real, z.imag)
    quotient = pair(*(np.where(one, u, part / np.where(size == 0, 1, size)) for u, part in zip(unit, (z.real, z.imag))))
    return np.where(size == 0, 0, np.where(known, quotient, complex(nan, nan)))


def pair(re, im):
    out = np.empty(np.shape(re), np.result_type(np.asarray(re).dtype, np.complex64))
    out.real, out.imag = re, im
    return out


def by_jax(f):
    return lambda *zs: np.asarray(f(*(jnp.asarray(z) for z in zs)))


SPECIAL = {
    **FUNCTIONS,
    "exp2": lambda z: np.exp(pair(z.real * z.real.dtype.type(np.log(2)), z.imag * z.real.dtype.type(np.log(2)))),
    "expm1": exactly(mpmath.expm1, expm1),
    "log1p": exactly(lambda z: mpmath.log(1 + z), log1p),
    "abs": np.abs,
    "angle": np.angle,
    "sign": sign,
    "conj": np.conj,
    "negative": np.negative,
    "round": np.rint,
    "square": by_jax(jnp.square),
    "reciprocal": by_jax(jnp.reciprocal),
    "isnan": np.isnan,
    "isinf": np.isinf,
    "isfinite": np.isfinite,
}
SPECIAL_TWO = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": by_jax(jnp.multiply),
    "divide": by_jax(jnp.divide),
    "equal": np.equal,
    "notEqual": np.not_equal,
}
# Annex G leaves signs open: beside NaN, and of periodic functions at two infinities
PERIODIC = {"exp", "exp2", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh"}
OPEN = PERIODIC | {"sqrt", "asin", "asinh", "atan", "atanh"}


def special_text(name, operands, value):
    parts = [value.real, value.imag] if np.iscomplexobj(value) else [np.float64(value)]
    if name == "exp2" and np.isfinite(operands[1]) and abs(operands[1]) > 1e9:
        return ["*", "*"]
    free = name in OPEN and np.isnan([*parts, *operands]).any() or name in PERIODIC and np.isinf(operands).all()
    # cos(y) - 1 is a square that vanishes
    vanishes = name == "expm1" and parts[0] == 0 and operands[1] != 0
    signless = [free or vanishes, free]
    return [short(abs(x), "~") if open and (x == 0 or np.isinf(x)) else short(x) for x, open in zip(parts, signless)]


def short(x, prefix=""):
    digits = text(x) if not np.isfinite(x) else str(x)
    return prefix + digits.removesuffix(".0")


special = {}
for dtype, large in LARGE.items():
    parts = [0.0, -0.0, 1.0, -1.0, 2.5, inf, -inf, nan, large, 1 / large]
    z = grid(dtype, parts, parts)
    few = grid(dtype, FEW, FEW)
    x, y = np.repeat(few, len(few)), np.tile(few, len(few))
    values = {
        name: " ".join(t for a, value in zip(z, f(z)) for t in special_text(name, [a.real, a.imag], value))
        for name, f in SPECIAL.items()
    } | {
        name: " ".join(t for value in f(x, y) for t in special_text(name, [], value))
        for name, f in SPECIAL_TWO.items()
    }
    special[dtype] = {"parts": " ".join(map(short, parts)), "few": " ".join(map(short, FEW)), "values": values}


def block(rows, indent):
    return ",\n".join(f'{indent}{json.dumps(k)}: {json.dumps(v, separators=(",", ":"))}' for k, v in rows.items())


path = pathlib.Path(__file__).with_name("complex.json")
path.write_text(
    f'{{\n  "numpy": "{np.__version__}",\n  "jax": "{jax.__version__}",\n  "cases": {{\n{block(cases, "    ")}\n  }},\n'
    + '  "special": {\n'
    + ",\n".join(
        f'    "{dtype}": {{\n      "parts": {json.dumps(of["parts"])},\n      "few": {json.dumps(of["few"])},\n'
        + f'      "values": {{\n{block(of["values"], " " * 8)}\n      }}\n    }}'
        for dtype, of in special.items()
    )
    + "\n  }\n}\n"
)
