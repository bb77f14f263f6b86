"""Expected values of single primitives, from JAX on the CPU.

Writes test/oracle/values/reference_cases.json.gz: a list of cases, each with the name of a primitive, its parameters as
effax spells them, its inputs and JAX's outputs, as base64 of their bytes. Made with jax 0.10.2, numpy 2.4.6:

    python test/oracle/reference_cases.py
"""
import base64
import gzip
import json
import pathlib

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.extend.random import threefry2x32_p

rng = np.random.default_rng(20260809)
cases = []

FLOATS = ["float64", "float32", "float16", "bfloat16"]
SIGNED = ["int8", "int16", "int32", "int64"]
UNSIGNED = ["uint8", "uint16", "uint32", "uint64"]
INTS = SIGNED + UNSIGNED
ALL = ["bool"] + INTS + FLOATS


def encode(x):
    x = np.asarray(x)
    return {
        "dtype": str(x.dtype),
        "shape": list(x.shape),
        "data": base64.b64encode(np.ascontiguousarray(x).tobytes()).decode(),
    }


def case(name, f, inputs, params=None, **options):
    inputs = [jnp.asarray(x) for x in inputs]
    outputs = f(*inputs)
    if not isinstance(outputs, (tuple, list)):
        outputs = [outputs]
    cases.append({
        "primitive": name,
        "params": params or {},
        "inputs": [encode(x) for x in inputs],
        "outputs": [encode(x) for x in outputs],
        **options,
    })


def array(values, dtype):
    return jnp.asarray(np.asarray(values, np.float64), dtype)


def normal(shape, dtype, scale=1.0):
    return array(rng.standard_normal(shape) * scale, dtype)


def integers(shape, dtype, low=None, high=None):
    if dtype == "bool":
        return jnp.asarray(rng.integers(0, 2, shape).astype(bool))
    limits = np.iinfo(dtype)
    return jnp.asarray(
        rng.integers(limits.min if low is None else low, limits.max if high is None else high, shape, dtype, endpoint=True)
    )


def anything(shape, dtype):
    return normal(shape, dtype, 3) if dtype in FLOATS else integers(shape, dtype)


def edges(dtype):
    limits = np.iinfo(dtype)
    values = {limits.min, limits.min + 1, limits.max, limits.max - 1, 0, 1, 2, 3, 7, limits.max // 2}
    if limits.min < 0:
        values |= {-1, -2, -7}
    return np.array(sorted(values), dtype)


def pairs(values):
    x, y = np.meshgrid(values, values, indexing="ij")
    return jnp.asarray(x.ravel()), jnp.asarray(y.ravel())


SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 2.0, -3.0, np.inf, -np.inf, np.nan, 100.0, -100.0, 1e-3]

# --- elementwise, one operand ---------------------------------------------------------------------------------------

anywhere = np.concatenate([SPECIAL, rng.uniform(-6, 6, 40), np.exp(rng.uniform(-8, 4, 20))])
positive = np.concatenate([SPECIAL, np.exp(rng.uniform(-6, 6, 50))])
unit = np.concatenate([[0.0, -0.0, 1.0, -1.0, 2.0, -2.0, np.nan, np.inf, 0.5, -0.5], rng.uniform(-1, 1, 50)])
gammas = np.concatenate([
    [0.0, -0.0, 1.0, 2.0, -1.0, -2.0, 0.5, -0.5, np.inf, np.nan, 3.5, -3.5, 10.25, 30.0],
    rng.uniform(0.05, 12, 40),
    rng.uniform(-5.9, -0.1, 20),
])

unary = {
    "exp": (lax.exp, anywhere), "exp2": (lax.exp2, anywhere), "expm1": (lax.expm1, anywhere),
    "log": (lax.log, positive), "log1p": (lax.log1p, np.concatenate([positive, unit])),
    "logistic": (lax.logistic, anywhere), "sqrt": (lax.sqrt, positive), "rsqrt": (lax.rsqrt, positive),
    "cbrt": (lax.cbrt, anywhere), "sin": (lax.sin, anywhere), "cos": (lax.cos, anywhere), "tan": (lax.tan, anywhere),
    "asin": (lax.asin, unit), "acos": (lax.acos, unit), "atan": (lax.atan, anywhere),
    "sinh": (lax.sinh, anywhere), "cosh": (lax.cosh, anywhere), "tanh": (lax.tanh, anywhere),
    "asinh": (lax.asinh, anywhere), "acosh": (lax.acosh, positive), "atanh": (lax.atanh, unit),
    "erf": (lax.erf, anywhere), "erfc": (lax.erfc, anywhere), "erf_inv": (lax.erf_inv, unit),
    "lgamma": (lax.lgamma, gammas), "digamma": (lax.digamma, gammas),
    "neg": (lax.neg, anywhere), "abs": (lax.abs, anywhere), "sign": (lax.sign, anywhere),
    "floor": (lax.floor, anywhere), "ceil": (lax.ceil, anywhere), "is_finite": (lax.is_finite, anywhere),
}
for name, (f, values) in unary.items():
    for dtype in FLOATS:
        # XLA computes exp2 of half precision as exp(x log 2), rounded in between
        if name == "exp2" and dtype in ("float16", "bfloat16"):
            continue
        case(name, f, [array(values, dtype)])
for method, key in [(lax.RoundingMethod.AWAY_FROM_ZERO, "awayFromZero"), (lax.RoundingMethod.TO_NEAREST_EVEN, "toNearestEven")]:
    for dtype in FLOATS:
        x = np.concatenate([anywhere, [0.49999999999999994, -0.49999997, 3.5, 4.5, -3.5]])
        case("round", lambda x: lax.round(x, method), [array(x, dtype)], {"roundingMethod": key})
for y in [0, 1, 2, 3, 7, -1, -2, -3]:
    for dtype in FLOATS:
        case("integer_pow", lambda x: lax.integer_pow(x, y), [array(SPECIAL, dtype)], {"y": y})
    if y >= 0:
        for dtype in INTS:
            case("integer_pow", lambda x: lax.integer_pow(x, y), [edges(dtype)], {"y": y})
for dtype in INTS:
    x = np.concatenate([edges(dtype), np.asarray(integers((10,), dtype))])
    for name, f in [("neg", lax.neg), ("abs", lax.abs), ("sign", lax.sign), ("not", lax.bitwise_not),
                    ("population_count", lax.population_count), ("clz", lax.clz)]:
        if name == "abs" and dtype in UNSIGNED:
            continue
        case(name, f, [x])
case("not", lax.bitwise_not, [jnp.array([True, False])])

# --- elementwise, two operands --------------------------------------------------------------------------------------

arithmetic = {
    "add": lax.add, "sub": lax.sub, "mul": lax.mul, "div": lax.div, "rem": lax.rem, "max": lax.max, "min": lax.min
}
comparisons = {"eq": lax.eq, "ne": lax.ne, "lt": lax.lt, "le": lax.le, "gt": lax.gt, "ge": lax.ge}
bitwise = {"and": lax.bitwise_and, "or": lax.bitwise_or, "xor": lax.bitwise_xor}
shifts = {
    "shift_left": lax.shift_left, "shift_right_logical": lax.shift_right_logical,
    "shift_right_arithmetic": lax.shift_right_arithmetic,
}
for dtype in FLOATS:
    x, y = pairs(np.array(SPECIAL))
    u, v = rng.standard_normal((2, 40)) * 4
    x, y = array(np.concatenate([x, u]), dtype), array(np.concatenate([y, v]), dtype)
    for name, f in {**arithmetic, **comparisons, "atan2": lax.atan2, "nextafter": lax.nextafter}.items():
        # The sign of the zero that max and min give for 0 and -0 is not said anywhere
        if dtype in ("float16", "bfloat16") and name == "nextafter":
            continue
        case(name, f, [x, y], signedZero=name not in ("max", "min"))
    base = np.concatenate([np.abs(u), [-2.0, -2.0, -1.5, -3.0]])
    power = np.concatenate([v, [3.0, 2.0, -2.0, 0.5]])
    sx, sy = pairs(np.array([0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 3.0, -3.0, np.inf, -np.inf, np.nan]))
    case("pow", lax.pow, [array(np.concatenate([sx, base]), dtype), array(np.concatenate([sy, power]), dtype)])
for dtype in INTS:
    x, y = pairs(edges(dtype))
    for name, f in {**arithmetic, **comparisons, **bitwise}.items():
        case(name, f, [x, y])
    counts = np.array([0, 1, 5, 7, 8, 15, 16, 31, 32, 63, 64, 100] + ([-1, -8] if dtype in SIGNED else []), dtype)
    sx, sy = np.meshgrid(edges(dtype), counts, indexing="ij")
    for name, f in shifts.items():
        case(name, f, [jnp.asarray(sx.ravel()), jnp.asarray(sy.ravel())])
x, y = pairs(np.array([True, False]))
for name, f in {**comparisons, **bitwise, "max": lax.max, "min": lax.min}.items():
    case(name, f, [x, y])
case("add", lambda x, y: lax.add(x, jnp.broadcast_to(y, x.shape)), [normal((2, 3), "float32"), np.float32(2)])
for dtype in ["float32", "int32"]:
    x = array([-5, 0, 5, 2, 1], dtype)
    case("clamp", lax.clamp, [array(-1, dtype), x, array(3, dtype)])
    case("clamp", lax.clamp, [array([0, 0, 9, 9, 3], dtype), x, array([1, 1, 7, 7, 2], dtype)])
case("clamp", lax.clamp, [array([np.nan, 0, 0], "float32"), array([1, 2, np.nan], "float32"), array([2, np.nan, 1], "float32")])
for dtype in ALL:
    x, y = anything((3, 4), dtype), anything((3, 4), dtype)
    case("select_n", lax.select_n, [integers((3, 4), "bool"), x, y])
    case("select_n", lax.select_n, [jnp.array(True), x, y])
case("select_n", lax.select_n, [np.array([0, 1, 2, 0, 2], np.int32), *(np.full(5, k, np.float32) for k in range(3))])

# --- conversions ----------------------------------------------------------------------------------------------------

for source in ALL:
    if source in FLOATS:
        values = [0.0, -0.0, 0.4, -0.6, 1.5, -1.5, 2.5, 127.5, 128.0, -129.0, 255.9, 256.0, 300.0, -5.0, 32768.0, 65535.5,
                  65519.0, 65520.0, 2147483647.0, 2147483648.0, -2147483649.0, 4294967295.0, 1e10, 1e19, -1e19, 1e30,
                  np.inf, -np.inf, np.nan, 1.00390625, 1.01171875, 1.00048828125, 1.00146484375, 5.9604645e-8, 2.9802322e-8,
                  2.98e-8, 1 + 2**-24, 1 + 2**-24 + 2**-40, 6.1e-5]
        x = array(values, source)
    elif source == "bool":
        x = jnp.array([True, False])
    else:
        x = edges(source)
        if source.endswith("64"):
            extra = [2**60 + 2**36, 2**60 + 2**36 + 1, 2**53 + 1, 2**24 + 1, 2**62 + 2**38 - 1]
            x = np.concatenate([x, np.array(extra, source)])
    for target in ALL:
        case("convert_element_type", lambda x: lax.convert_element_type(x, target), [x],
             {"newDtype": target, "weakType": False})
for a, b in [("float32", "int32"), ("uint32", "float32"), ("float64", "int64"), ("uint16", "float16"), ("bfloat16", "int16"),
             ("int8", "uint8")]:
    case("bitcast_convert_type", lambda x: lax.bitcast_convert_type(x, jnp.dtype(b)),
         [normal((5,), a) if a in FLOATS else integers((5,), a, 0, 100)], {"newDtype": b})

# --- structural -----------------------------------------------------------------------------------------------------

for dtype in ["float32", "int64", "bfloat16", "bool"]:
    x = anything((2, 3, 4), dtype)
    s = anything((), dtype)
    case("broadcast_in_dim", lambda x: lax.broadcast_in_dim(x, (5, 2, 3, 4), (1, 2, 3)), [x],
         {"shape": [5, 2, 3, 4], "broadcastDimensions": [1, 2, 3]})
    case("broadcast_in_dim", lambda x: lax.broadcast_in_dim(x, (2, 3), ()), [s], {"shape": [2, 3], "broadcastDimensions": []})
    case("broadcast_in_dim", lambda x: lax.broadcast_in_dim(x, (4, 2, 3), (0, 2)), [anything((1, 3), dtype)],
         {"shape": [4, 2, 3], "broadcastDimensions": [0, 2]})
    case("reshape", lambda x: lax.reshape(x, (6, 4)), [x], {"newSizes": [6, 4]})
    case("transpose", lambda x: lax.transpose(x, (2, 0, 1)), [x], {"permutation": [2, 0, 1]})
    case("rev", lambda x: lax.rev(x, (0, 2)), [x], {"dimensions": [0, 2]})
    case("concatenate", lambda *xs: lax.concatenate(xs, 1), [x, anything((2, 1, 4), dtype), anything((2, 0, 4), dtype)],
         {"dimension": 1})
    case("slice", lambda x: lax.slice(x, (0, 1, 0), (2, 3, 4), (1, 1, 3)), [x],
         {"startIndices": [0, 1, 0], "limitIndices": [2, 3, 4], "strides": [1, 1, 3]})
    case("slice", lambda x: lax.slice(x, (1, 0, 2), (2, 3, 4)), [x],
         {"startIndices": [1, 0, 2], "limitIndices": [2, 3, 4], "strides": None})
    for config in [((1, 2, 0), (0, 0, 1), (0, 3, 2)), ((-1, 0, 0), (-1, 2, 1), (0, -2, 0)), ((0, 0, 0), (-4, 1, 2), (1, -1, 3))]:
        case("pad", lambda x, p: lax.pad(x, p, config), [x, s], {"paddingConfig": config})
    for start in [(0, 1, 2), (5, -3, 1), (-1, 2, 3)]:
        starts = [np.int32(k) for k in start]
        # The primitives themselves: lax.dynamic_slice counts negative starts from the end
        case("dynamic_slice", lambda x, *i: lax.dynamic_slice_p.bind(x, *i, slice_sizes=(1, 2, 2)), [x, *starts],
             {"sliceSizes": [1, 2, 2]})
        case("dynamic_update_slice", lax.dynamic_update_slice_p.bind, [x, anything((1, 2, 2), dtype), *starts])
for dtype in INTS + FLOATS:
    case("iota", lambda: lax.broadcasted_iota(dtype, (3, 4, 2), 1), [], {"dtype": dtype, "shape": [3, 4, 2], "dimension": 1})

# --- indexing -------------------------------------------------------------------------------------------------------

gathers = [
    # operand, indices, offset, collapsed, start map, operand batch, indices batch, sizes
    ((5, 3), [[0], [4], [2], [7], [-1]], (1,), (0,), (0,), (), (), (1, 3)),
    ((5, 3), [[0, 1], [4, 2], [3, 0], [5, 1], [-1, -1]], (), (0, 1), (0, 1), (), (), (1, 1)),
    ((5, 6), [[0, 1], [3, 5], [4, 2], [1, -2]], (1, 2), (), (0, 1), (), (), (2, 3)),
    ((4, 3), [[1, 0], [2, 1]], (0,), (1,), (1, 0), (), (), (2, 1)),
    ((3, 4, 2), [[[0], [3]], [[1], [2]], [[4], [-1]]], (2,), (1,), (1,), (0,), (0,), (1, 1, 2)),
    ((6,), [2], (0,), (), (0,), (), (), (3,)),
]
gather_modes = {
    "clip": lax.GatherScatterMode.CLIP, "fill": lax.GatherScatterMode.FILL_OR_DROP,
    "promiseInBounds": lax.GatherScatterMode.PROMISE_IN_BOUNDS,
}
for dtype in ["float32", "int8", "uint32", "bool", "bfloat16", "int64"]:
    for shape, indices, offset, collapsed, starts, ob, ib, sizes in gathers:
        numbers = lax.GatherDimensionNumbers(offset, collapsed, starts, ob, ib)
        for mode, jax_mode in gather_modes.items():
            index = np.array(indices, np.int32)
            if mode == "promiseInBounds":
                index = np.clip(index, 0, 0)
            for fill in [None, 1] if mode == "fill" else [None]:
                case("gather", lambda x, i: lax.gather(x, i, numbers, sizes, mode=jax_mode, fill_value=fill),
                     [anything(shape, dtype), index],
                     {"dimensionNumbers": {
                         "offsetDims": offset, "collapsedSliceDims": collapsed, "startIndexMap": starts,
                         "operandBatchingDims": ob, "startIndicesBatchingDims": ib},
                      "sliceSizes": sizes, "mode": mode, "fillValue": fill,
                      "indicesAreSorted": False, "uniqueIndices": False})
scatters = [
    # operand, indices, updates, update window, inserted, to operand, operand batch, indices batch
    ((5, 3), [[0], [4], [0], [7], [-1]], (5, 3), (1,), (0,), (0,), (), ()),
    ((5, 3), [[0, 1], [4, 2], [3, 0], [5, 1], [0, 1]], (5,), (), (0, 1), (0, 1), (), ()),
    ((5, 6), [[0, 1], [3, 5], [3, 2], [0, 2]], (4, 2, 3), (1, 2), (), (0, 1), (), ()),
    ((3, 4, 2), [[[0], [3]], [[1], [1]], [[4], [-1]]], (3, 2, 2), (2,), (1,), (1,), (0,), (0,)),
]
scatter_modes = {"clip": lax.GatherScatterMode.CLIP, "drop": lax.GatherScatterMode.FILL_OR_DROP}
scatter_functions = {
    "scatter": lax.scatter, "scatter_add": lax.scatter_add, "scatter_mul": lax.scatter_mul,
    "scatter_min": lax.scatter_min, "scatter_max": lax.scatter_max,
}
for dtype in ["float32", "int32", "uint8", "int64", "bfloat16"]:
    for shape, indices, updates, window, inserted, to, ob, ib in scatters:
        numbers = lax.ScatterDimensionNumbers(window, inserted, to, ob, ib)
        for mode, jax_mode in scatter_modes.items():
            for name, f in scatter_functions.items():
                case(name, lambda x, i, u: f(x, i, u, numbers, mode=jax_mode),
                     [anything(shape, dtype), np.array(indices, np.int32), anything(updates, dtype)],
                     {"dimensionNumbers": {
                         "updateWindowDims": window, "insertedWindowDims": inserted, "scatterDimsToOperandDims": to,
                         "operandBatchingDims": ob, "scatterIndicesBatchingDims": ib},
                      "mode": mode, "indicesAreSorted": False, "uniqueIndices": False})

# --- reductions -----------------------------------------------------------------------------------------------------

reductions = {"reduce_sum": jax.lax.reduce_sum, "reduce_prod": jax.lax.reduce_prod, "reduce_max": jax.lax.reduce_max,
              "reduce_min": jax.lax.reduce_min}
logical = {"reduce_and": jax.lax.reduce_and, "reduce_or": jax.lax.reduce_or}
cumulatives = {"cumsum": lax.cumsum, "cumprod": lax.cumprod, "cummax": lax.cummax, "cummin": lax.cummin}
for dtype in INTS + FLOATS:
    x = anything((2, 3, 4), dtype)
    special = x.at[0, 1, 2].set(jnp.nan).at[1, 1, 1].set(-jnp.inf) if dtype in FLOATS else x
    for axes in [(0,), (1, 2), (0, 1, 2), ()]:
        for name, f in reductions.items():
            # XLA accumulates in half precision here, and what cancels shows it
            if dtype in ("float16", "bfloat16") and name in ("reduce_sum", "reduce_prod"):
                continue
            case(name, lambda x: f(x, axes), [special if name in ("reduce_max", "reduce_min") else x], {"axes": axes})
        if dtype in INTS:
            for name, f in logical.items():
                case(name, lambda x: f(x, axes), [x], {"axes": axes})
    for axis in [0, 2]:
        for name, f in [("argmax", lax.argmax), ("argmin", lax.argmin)]:
            case(name, lambda x: f(x, axis, jnp.int32), [special], {"axes": [axis], "indexDtype": "int32"})
        for reverse in [False, True]:
            for name, f in cumulatives.items():
                if dtype in ("float16", "bfloat16") and name in ("cumsum", "cumprod"):
                    continue
                case(name, lambda x: f(x, axis, reverse), [special if name in ("cummax", "cummin") else x],
                     {"axis": axis, "reverse": reverse})
x = integers((3, 4), "bool")
for name, f in {**logical, "reduce_max": jax.lax.reduce_max, "reduce_min": jax.lax.reduce_min}.items():
    case(name, lambda x: f(x, (1,)), [x], {"axes": [1]})
    if name in logical:
        case(name, lambda x: f(x, (1,)), [np.zeros((2, 0), bool)], {"axes": [1]})
for name, f in reductions.items():
    for dtype in ["float32", "int32", "uint8"]:
        case(name, lambda x: f(x, (1,)), [np.zeros((2, 0), dtype)], {"axes": [1]})
case("argmax", lambda x: lax.argmax(x, 0, jnp.int64), [array([1, np.nan, 3, np.nan], "float32")],
     {"axes": [0], "indexDtype": "int64"})
case("argmin", lambda x: lax.argmin(x, 0, jnp.int32), [array([0.0, -0.0, 0.0], "float32")],
     {"axes": [0], "indexDtype": "int32"})

# --- sort -----------------------------------------------------------------------------------------------------------

for dtype in ["float32", "float64", "bfloat16", "int32", "uint64", "bool"]:
    x = anything((3, 7), dtype)
    for dimension in [0, 1]:
        case("sort", lambda x: lax.sort(x, dimension=dimension, is_stable=True), [x],
             {"dimension": dimension, "isStable": True, "numKeys": 1})
x = array([0.0, -0.0, np.nan, 3, -np.inf, 0.0, np.nan, np.inf, -0.0, 3], "float32")
case("sort", lambda *xs: lax.sort(xs, num_keys=1), [x, np.arange(10, dtype=np.int32)],
     {"dimension": 0, "isStable": True, "numKeys": 1})
keys = [integers((20,), "int32", 0, 3), array(np.array([0.0, -0.0, np.nan, 1.0])[rng.integers(0, 4, 20)], "float32")]
case("sort", lambda *xs: lax.sort(xs, num_keys=2), [*keys, np.arange(20, dtype=np.int32)],
     {"dimension": 0, "isStable": True, "numKeys": 2})

# --- contractions ---------------------------------------------------------------------------------------------------

dots = [
    ((3, 4), (4, 5), ((1,), (0,)), ((), ())),
    ((2, 3, 4), (2, 4, 5), ((2,), (1,)), ((0,), (0,))),
    ((3, 2, 4), (5, 4, 2), ((2,), (1,)), ((1,), (2,))),
    ((4,), (4,), ((0,), (0,)), ((), ())),
    ((2, 3, 4), (4, 3, 5), ((1, 2), (1, 0)), ((), ())),
    ((2,), (3,), ((), ()), ((), ())),
    ((2, 0), (0, 3), ((1,), (0,)), ((), ())),
]


def dot_params(contract, batch, preferred):
    return {"dimensionNumbers": {"lhsContracting": contract[0], "rhsContracting": contract[1],
                                 "lhsBatch": batch[0], "rhsBatch": batch[1]}, "preferredElementType": preferred}


for dtype in ["float32", "float64", "bfloat16", "float16", "int32", "uint8", "int64"]:
    for a, b, contract, batch in dots:
        x, y = (normal(a, dtype), normal(b, dtype)) if dtype in FLOATS else (integers(a, dtype), integers(b, dtype))
        case("dot_general", lambda x, y: lax.dot_general(x, y, (contract, batch)), [x, y], dot_params(contract, batch, None))
for dtype, preferred in [("int8", "int32"), ("bfloat16", "float32"), ("float16", "float32")]:
    a, b, contract, batch = dots[0]
    case("dot_general", lambda x, y: lax.dot_general(x, y, (contract, batch), preferred_element_type=preferred),
         [anything(a, dtype), anything(b, dtype)], dot_params(contract, batch, preferred))

convolutions = [
    # lhs, rhs, strides, padding, lhs dilation, rhs dilation, spec, feature groups, batch groups
    ((1, 2, 6), (3, 2, 3), (1,), ((0, 0),), (1,), (1,), ("NCH", "OIH", "NCH"), 1, 1),
    ((1, 2, 5, 6), (2, 2, 3, 2), (2, 1), ((1, 1), (0, 2)), (1, 1), (1, 2), ("NCHW", "OIHW", "NCHW"), 1, 1),
    ((2, 4, 5, 1), (3, 2, 1, 2), (1, 2), ((2, 0), (-1, 1)), (2, 1), (1, 1), ("NHWC", "HWIO", "NHWC"), 1, 1),
    ((1, 4, 3, 3), (4, 2, 2, 2), (1, 1), ((1, 1), (1, 1)), (1, 1), (1, 1), ("NCHW", "OIHW", "NHWC"), 2, 1),
    ((1, 4, 5), (8, 1, 2), (1,), ((-2, 3),), (3,), (2,), ("NCH", "OIH", "NCH"), 4, 1),
    ((4, 2, 4), (4, 2, 2), (1,), ((0, 0),), (1,), (1,), ("NCH", "OIH", "NCH"), 1, 2),
    ((1, 2, 4, 4, 4), (2, 2, 2, 2, 2), (2, 2, 2), ((0, 0),) * 3, (1,) * 3, (1,) * 3, ("NCDHW", "OIDHW", "NCDHW"), 1, 1),
]
for dtype in ["float32", "float64", "bfloat16", "int32"]:
    for a, b, strides, padding, ld, rd, spec, groups, batch_groups in convolutions:
        if dtype in ("bfloat16", "int32") and len(a) > 4:
            continue
        x, y = (normal(a, dtype), normal(b, dtype)) if dtype in FLOATS else (integers(a, dtype), integers(b, dtype))
        numbers = lax.conv_dimension_numbers(a, b, spec)
        case("conv_general_dilated",
             lambda x, y: lax.conv_general_dilated(x, y, strides, padding, ld, rd, numbers, groups, batch_groups),
             [x, y],
             {"windowStrides": strides, "padding": padding, "lhsDilation": ld, "rhsDilation": rd,
              "dimensionNumbers": {"lhsSpec": numbers.lhs_spec, "rhsSpec": numbers.rhs_spec, "outSpec": numbers.out_spec},
              "featureGroupCount": groups, "batchGroupCount": batch_groups, "preferredElementType": None})

# --- random bits ----------------------------------------------------------------------------------------------------

words = [integers((16,), "uint32") for _ in range(4)]
case("threefry2x32", threefry2x32_p.bind, words)
# The vectors of Random123's kat_vectors
for k, c in [((0, 0), (0, 0)), ((0xFFFFFFFF,) * 2, (0xFFFFFFFF,) * 2), ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3))]:
    case("threefry2x32", threefry2x32_p.bind, [np.array([w], np.uint32) for w in (*k, *c)])

# --- complex numbers ------------------------------------------------------------------------------------------------

COMPLEX = {"complex64": "float32", "complex128": "float64"}


def complex_normal(shape, dtype, scale=1.0):
    return (normal(shape, "float64", scale) + 1j * normal(shape, "float64", scale)).astype(dtype)


of_complex = {
    name: f for name, (f, _) in unary.items()
    if name not in ("cbrt", "erf", "erfc", "erf_inv", "lgamma", "digamma", "floor", "ceil", "is_finite")
}
for dtype, part in COMPLEX.items():
    for name, f in {**of_complex, "real": lax.real, "imag": lax.imag}.items():
        case(name, f, [complex_normal((12,), dtype)])
    case("conj", lax.conj, [complex_normal((5,), dtype)], {"inputDtype": dtype})
    case("conj", lax.conj, [normal((5,), part)], {"inputDtype": part})
    case("complex", lax.complex, [normal((5,), part), normal((5,), part)])
    for name, f in {"add": lax.add, "sub": lax.sub, "mul": lax.mul, "div": lax.div, "pow": lax.pow}.items():
        case(name, f, [complex_normal((8,), dtype), complex_normal((8,), dtype)])
    x = complex_normal((4,), dtype)
    for name, f in {"eq": lax.eq, "ne": lax.ne}.items():
        case(name, f, [x, jnp.where(jnp.arange(4) % 2 == 0, x, jnp.conj(x))])
    for y in [0, 1, 2, 5, -1, -3]:
        case("integer_pow", lambda x: lax.integer_pow(x, y), [complex_normal((4,), dtype)], {"y": y})
    for to in ["bool", "int32", "float16", "float32", "float64", *COMPLEX]:
        case("convert_element_type", lambda x: lax.convert_element_type(x, to), [complex_normal((4,), dtype, 9)],
             {"newDtype": to, "weakType": False})
    for origin in ["bool", "int8", "uint64", "bfloat16", "float32"]:
        case("convert_element_type", lambda x: lax.convert_element_type(x, dtype), [anything((4,), origin)],
             {"newDtype": dtype, "weakType": False})
    x = complex_normal((2, 3), dtype)
    case("reduce_sum", lambda x: lax.reduce_sum_p.bind(x, axes=(0,), out_sharding=None), [x], {"axes": [0]})
    case("reduce_prod", lambda x: jnp.prod(x, 1), [x], {"axes": [1]})
    for name, f in {"cumsum": lax.cumsum, "cumprod": lax.cumprod}.items():
        for reverse in [False, True]:
            case(name, lambda x: f(x, 1, reverse), [x], {"axis": 1, "reverse": reverse})
    a, b, contract, batch = dots[1]
    case("dot_general", lambda x, y: lax.dot_general(x, y, (contract, batch)),
         [complex_normal(a, dtype), complex_normal(b, dtype)], dot_params(contract, batch, None))

# --- scaled Bessel functions ----------------------------------------------------------------------------------------

for name, f in {"bessel_i0e": lax.bessel_i0e, "bessel_i1e": lax.bessel_i1e}.items():
    for dtype in FLOATS:
        case(name, f, [array(anywhere, dtype)])

# --- incomplete gamma and beta functions, zeta ------------------------------------------------------------------------

shapes, positions = np.array([0.1, 0.5, 1, 2.5, 9, 20, 20]), np.array([0.01, 3, 1, 2, 4, 35, 15])
for dtype in FLOATS:
    for name, f in {
        "igamma": lax.igamma, "igammac": lax.igammac, "igamma_grad_a": lax.igamma_grad_a,
        "random_gamma_grad": lax.random_gamma_grad,
    }.items():
        case(name, f, [array(shapes, dtype), array(positions, dtype)])
    case("zeta", lax.zeta, [array(shapes + 1.25, dtype), array(positions, dtype)])
    case("polygamma", lax.polygamma, [array(np.arange(7) % 4, dtype), array(positions + 0.5, dtype)])
    case("regularized_incomplete_beta", lax.betainc,
         [array(shapes, dtype), array(positions, dtype), array(np.linspace(0.1, 0.9, 7), dtype)])

# --- the order of complex numbers -----------------------------------------------------------------------------------

for dtype, part in COMPLEX.items():
    # real parts of which some are equal
    x, y = (lax.complex(jnp.asarray(rng.integers(-1, 2, (2, 5)), part), jnp.asarray(rng.normal(size=(2, 5)), part))
            for _ in range(2))
    for name, f in {"max": lax.max, "min": lax.min, "lt": jnp.less, "le": jnp.less_equal, "gt": jnp.greater,
                    "ge": jnp.greater_equal}.items():
        case(name, f, [x, y])
    case("reduce_max", lambda x: jnp.max(x, 1), [x], {"axes": [1]})
    case("reduce_min", lambda x: jnp.min(x, 1), [x], {"axes": [1]})
    case("cummax", lambda x: lax.cummax(x, 1), [x], {"axis": 1, "reverse": False})
    case("cummin", lambda x: lax.cummin(x, 1, True), [x], {"axis": 1, "reverse": True})
    case("sort", lambda x: lax.sort(x, dimension=1), [x], {"dimension": 1, "isStable": True, "numKeys": 1})

# --- Fourier transforms ---------------------------------------------------------------------------------------------

for dtype, part in COMPLEX.items():
    z = lax.complex(jnp.asarray(rng.normal(size=(2, 6)), part), jnp.asarray(rng.normal(size=(2, 6)), part))
    for kind, lengths, x in (("FFT", (6,), z), ("IFFT", (2, 6), z), ("RFFT", (2, 6), z.real), ("IRFFT", (10,), z)):
        case("fft", lambda x: lax.fft(x, kind, lengths), [x], {"fftType": kind, "fftLengths": list(lengths)})

path = pathlib.Path(__file__).parent / "values" / "reference_cases.json.gz"
payload = json.dumps({"jax": jax.__version__, "numpy": np.__version__, "cases": cases}, separators=(",", ":"))
path.write_bytes(gzip.compress(payload.encode(), 9, mtime=0))
print(len(cases), "cases,", path.stat().st_size, "bytes")
