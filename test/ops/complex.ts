/**
 * Functions of complex numbers. Inputs and results are real and imaginary parts, so that all that is checked of functions of
 * real numbers is checked of these: values, batches, derivatives twice, finite differences.
 */
import { Lax, type NdArray, Numpy as np } from "effax"
import { bool, type Draw, f32, f64, i32, outside, points, within } from "./inputs.ts"
import { type Arguments, entries, type Options } from "./operation.ts"

type X = NdArray.Any

const numpy = entries("Numpy")
const lax = entries("Lax")

const parts = (z: X): ReadonlyArray<X> => [Lax.real(z), Lax.imag(z)]

/** Complex numbers whose parts are drawn from these. */
const numbers = (re?: Draw, im: Draw | undefined = re): ReadonlyArray<Arguments> => [
  [f32([5], re), f32([5], im)],
  [f32([], re), f32([], im)],
  [f32([0, 3], re), f32([0, 3], im)],
  [f64([2, 3], re), f64([2, 3], im)]
]

/** Parts of results may be small differences of large numbers: what is asked of them is less than of one number. */
const rough: Options = {
  tolerance: { float32: { rtol: 2e-5, atol: 4e-6 }, float64: { rtol: 1e-12, atol: 1e-13 } },
  derivativeTolerance: { float32: { rtol: 2e-4, atol: 1e-4 }, float64: { rtol: 1e-10, atol: 1e-11 } }
}

type Entry = ReturnType<typeof entries>

/** A complex function of one complex number. */
const unary = (
  entry: Entry,
  name: string,
  f: (z: never) => X,
  jax: string,
  re?: Draw,
  im?: Draw,
  options: Options = {}
) =>
  entry(
    name,
    (x: X, y: X) => parts(f(Lax.complex(x, y) as never)),
    `parts(${jax}(lax.complex(x, y)))`,
    numbers(re, im),
    {
      ...rough,
      ...options
    }
  )

/** Away from 0, where many have their singularities. */
const away = outside(0.5, 2)

const functions = [
  unary(numpy, "exp complex", np.exp, "jnp.exp"),
  unary(numpy, "exp2 complex", np.exp2, "jnp.exp2"),
  unary(numpy, "expm1 complex", np.expm1, "jnp.expm1"),
  unary(numpy, "log complex", np.log, "jnp.log", away),
  unary(numpy, "log1p complex", np.log1p, "jnp.log1p", outside(0.1, 0.8)),
  unary(numpy, "sqrt complex", np.sqrt, "jnp.sqrt", away),
  unary(lax, "rsqrt complex", Lax.rsqrt, "lax.rsqrt", away),
  unary(lax, "logistic complex", Lax.logistic, "lax.logistic", within(-1.5, 1.5)),
  unary(numpy, "sin complex", np.sin, "jnp.sin"),
  unary(numpy, "cos complex", np.cos, "jnp.cos"),
  unary(numpy, "tan complex", np.tan, "jnp.tan", within(-1, 1), outside(0.4, 2)),
  unary(numpy, "sinh complex", np.sinh, "jnp.sinh"),
  unary(numpy, "cosh complex", np.cosh, "jnp.cosh"),
  unary(numpy, "tanh complex", np.tanh, "jnp.tanh", outside(0.4, 2), within(-1, 1)),
  unary(numpy, "arcsin complex", np.arcsin, "jnp.arcsin", away),
  unary(numpy, "arccos complex", np.arccos, "jnp.arccos", away),
  unary(numpy, "arctan complex", np.arctan, "jnp.arctan", away, outside(0.2, 0.7)),
  unary(numpy, "arcsinh complex", np.arcsinh, "jnp.arcsinh", away),
  // JAX's derivative has the wrong sign where the real part is negative
  unary(numpy, "arccosh complex", np.arccosh, "jnp.arccosh", within(0.5, 2), away),
  unary(numpy, "arccosh complex, left", np.arccosh, "jnp.arccosh", within(-2, -0.5), away, { derivatives: 0 }),
  unary(numpy, "arctanh complex", np.arctanh, "jnp.arctanh", outside(0.2, 0.7), away),
  unary(numpy, "square complex", np.square, "jnp.square"),
  unary(numpy, "negative complex", np.negative, "jnp.negative"),
  unary(numpy, "reciprocal complex", np.reciprocal, "jnp.reciprocal", away),
  // JAX takes its derivative for 0, which it is not
  unary(numpy, "sign complex", np.sign, "jnp.sign", away, away, { derivatives: 0 }),
  unary(numpy, "power complex, integer", (z: X) => np.power(z, 5), "(lambda z: z ** 5)", within(-1.5, 1.5)),
  unary(numpy, "power complex, negative integer", (z: X) => np.power(z, -3), "(lambda z: z ** -3)", outside(0.6, 1.5)),
  unary(numpy, "power complex, fraction", (z: X) => np.power(z, 1.5), "(lambda z: z ** 1.5)", away),
  unary(lax, "stopGradient complex", Lax.stopGradient, "lax.stop_gradient", undefined, undefined, {
    numeric: false
  })
]

const two = (re?: Draw, im: Draw | undefined = re): ReadonlyArray<Arguments> => [
  [f32([4], re), f32([4], im), f32([4], re), f32([4], im)],
  [f64([3], re), f64([3], im), f64([3], re), f64([3], im)]
]

const binary = (name: string, f: (x: never, y: never) => X, jax: string, draw?: Draw) =>
  numpy(
    `${name} complex`,
    (a: X, b: X, c: X, d: X) => parts(f(Lax.complex(a, b) as never, Lax.complex(c, d) as never)),
    `parts(${jax}(lax.complex(x, y), lax.complex(z, w)))`,
    two(draw),
    rough
  )

const arithmetic = [
  binary("add", np.add, "jnp.add"),
  binary("subtract", np.subtract, "jnp.subtract"),
  binary("multiply", np.multiply, "jnp.multiply"),
  binary("divide", np.divide, "jnp.divide", outside(0.5, 3)),
  binary("power", np.power, "jnp.power", outside(0.5, 1.5)),
  numpy(
    "multiply complex by real",
    (x: X, y: X, z: X) => parts(np.multiply(Lax.complex(x, y), z)),
    "parts(lax.complex(x, y) * z)",
    [[f32([3]), f32([3]), f32([2, 3])], [f32([2]), f32([2]), i32([2])], [f64([2]), f64([2]), f64([])]],
    rough
  ),
  numpy(
    "equal complex",
    (x: X, y: X, z: X) => [
      np.equal(Lax.complex(x, y), Lax.complex(z, y)),
      np.notEqual(Lax.complex(x, y), Lax.complex(z, y))
    ],
    "[lax.complex(x, y) == lax.complex(z, y), lax.complex(x, y) != lax.complex(z, y)]",
    [[points("float32", [1, 2, NaN, 0]), points("float32", [3, NaN, 1, 4]), points("float32", [1, 2, NaN, -0])]]
  ),
  numpy(
    "isclose complex",
    (x: X, y: X, z: X) => np.isclose(Lax.complex(x, y), Lax.complex(z, y)),
    "jnp.isclose(lax.complex(x, y), lax.complex(z, y))",
    [[
      points("float32", [1, 2, 3, 4]),
      points("float32", [3, 4, 5, 6]),
      points("float32", [1, 2.1, 3.000001, 4.1])
    ]]
  )
]

/** Real functions of a complex number. */
const real = (
  entry: Entry,
  name: string,
  f: (z: never) => X,
  jax: string,
  cases = numbers(away),
  options: Options = {}
) =>
  entry(name, (x: X, y: X) => f(Lax.complex(x, y) as never), `${jax}(lax.complex(x, y))`, cases, {
    ...rough,
    ...options
  })

const flags: ReadonlyArray<Arguments> = [[
  points("float32", [1, NaN, 2, Infinity, -0, 3]),
  points("float32", [0, 1, -Infinity, NaN, -0, 4])
]]

/** Zeros and infinities, and numbers around them. */
const edges: ReadonlyArray<Arguments> = [[
  points("float32", [0, -0, 0, Infinity, -Infinity, 3, -1]),
  points("float32", [0, 0, Infinity, 1, -2, 4, -0])
]]

const logarithms = [["log2", np.log2], ["log10", np.log10]] as const

const taken = [
  ...logarithms.map(([name, f]) =>
    numpy(
      `${name} complex`,
      (x: X, y: X) => parts(f(Lax.complex(x, y) as never)),
      `parts(jnp.${name}(lax.complex(x, y)))`,
      edges,
      rough
    )
  ),
  real(numpy, "real", np.real, "jnp.real"),
  real(numpy, "imag", np.imag, "jnp.imag"),
  real(lax, "real primitive", Lax.real, "lax.real"),
  real(lax, "imag primitive", Lax.imag, "lax.imag"),
  real(numpy, "abs complex", np.abs, "jnp.abs"),
  real(numpy, "angle", np.angle, "jnp.angle"),
  real(numpy, "angle deg", (z: X) => np.angle(z, { deg: true }), "(lambda z: jnp.angle(z, deg=True))", numbers(away), {
    tolerance: { float32: { rtol: 2e-5, atol: 1e-4 } },
    derivativeTolerance: { float32: { rtol: 2e-4, atol: 1e-2 }, float64: { rtol: 1e-10, atol: 1e-9 } },
    numeric: false
  }),
  real(numpy, "iscomplex", np.iscomplex, "jnp.iscomplex", flags),
  real(numpy, "isreal", np.isreal, "jnp.isreal", flags),
  real(numpy, "isnan complex", np.isnan, "jnp.isnan", flags),
  real(numpy, "isfinite complex", np.isfinite, "jnp.isfinite", flags),
  real(numpy, "isinf complex", np.isinf, "jnp.isinf", flags),
  real(numpy, "var complex", np.var, "jnp.var", [[f32([5]), f32([5])], [f64([2, 3]), f64([2, 3])]]),
  unary(numpy, "conj", np.conj, "jnp.conj"),
  unary(numpy, "conjugate", np.conjugate, "jnp.conjugate"),
  unary(lax, "conj primitive", Lax.conj, "lax.conj"),
  lax("complex", (x: X, y: X) => parts(Lax.complex(x, y)), "parts(lax.complex(x, y))", numbers()),
  lax("conj of real numbers", (x: X) => parts(Lax.conj(x)), "parts(lax.conj(x))", [[f32([3])], [f64([])]]),
  numpy(
    "real of real numbers, and imag, conj, angle",
    (x: X) => [np.real(x), np.imag(x), np.conj(x), np.angle(x)],
    "[jnp.real(x), jnp.imag(x), jnp.conj(x), jnp.angle(x)]",
    [[f32([3], away)], [i32([4], outside(1, 9))]],
    {
      derivatives: 1
    }
  ),
  numpy(
    "iscomplex of real numbers, and isreal",
    (x: X) => [np.iscomplex(x), np.isreal(x)],
    "[jnp.iscomplex(x), jnp.isreal(x)]",
    [[f32([3])], [i32([4])]]
  ),
  numpy(
    "astype complex to real",
    (x: X, y: X) => [
      np.astype(Lax.complex(x, y), "float32"),
      np.astype(Lax.complex(x, y), "int32"),
      np.astype(Lax.complex(x, y), "bool")
    ],
    "[lax.complex(x, y).astype(d) for d in (jnp.float32, jnp.int32, jnp.bool_)]",
    [
      [points("float32", [0, 0, 1.7, -2.5]), points("float32", [0, 1, 2, 3])]
    ]
  ),
  numpy("astype real to complex", (x: X) => parts(np.astype(x, "complex64")), "parts(x.astype(jnp.complex64))", [
    [f32([4])],
    [i32([3])],
    [bool([2])]
  ], { numeric: false })
]

// --- arrays ---------------------------------------------------------------------------------------------------------

type Make = (z: X) => X

const shaped = (
  entry: Entry,
  name: string,
  f: Make,
  jax: string,
  shape: ReadonlyArray<number>,
  options: Options = {}
) =>
  entry(
    name,
    (x: X, y: X) => parts(f(Lax.complex(x, y))),
    `parts((lambda z: ${jax})(lax.complex(x, y)))`,
    [[f32(shape), f32(shape)], [f64(shape), f64(shape)]],
    { ...rough, ...options }
  )

const indices = [2, 0, 2]

const arrays = [
  shaped(numpy, "sum complex", (z) => np.sum(z, { axis: 1 }), "jnp.sum(z, 1)", [2, 3]),
  shaped(numpy, "mean complex", (z) => np.mean(z), "jnp.mean(z)", [2, 3]),
  shaped(numpy, "prod complex", (z) => np.prod(z, { axis: 0 }), "jnp.prod(z, 0)", [5, 2]),
  shaped(numpy, "prod complex, all axes", (z) => np.prod(z), "jnp.prod(z)", [2, 3]),
  shaped(numpy, "prod complex, of nothing", (z) => np.prod(z, { axis: 0 }), "jnp.prod(z, 0)", [0, 2], {
    numeric: false
  }),
  shaped(numpy, "cumsum complex", (z) => np.cumsum(z, { axis: 1 }), "jnp.cumsum(z, 1)", [2, 4]),
  shaped(numpy, "cumprod complex", (z) => np.cumprod(z, { axis: 1 }), "jnp.cumprod(z, 1)", [2, 5]),
  shaped(lax, "cumprod complex, reverse", (z) => Lax.cumprod(z, { reverse: true }), "lax.cumprod(z, 0, reverse=True)", [
    5
  ]),
  shaped(numpy, "reshape complex", (z) => np.reshape(z, [3, 2]), "jnp.reshape(z, (3, 2))", [2, 3]),
  shaped(numpy, "transpose complex", (z) => np.transpose(z), "jnp.transpose(z)", [2, 3]),
  shaped(numpy, "flip complex", (z) => np.flip(z), "jnp.flip(z)", [2, 3]),
  shaped(numpy, "broadcastTo complex", (z) => np.broadcastTo(z, [2, 3]), "jnp.broadcast_to(z, (2, 3))", [3]),
  shaped(numpy, "concatenate complex", (z) => np.concatenate([z, np.multiply(z, 2)]), "jnp.concatenate([z, z * 2])", [
    3
  ]),
  shaped(numpy, "pad complex", (z) => np.pad(z, [1, 2]), "jnp.pad(z, (1, 2))", [3]),
  shaped(numpy, "index complex", (z) => np.index(z, np.slice(1, undefined, 2)), "z[1::2]", [5]),
  shaped(numpy, "take complex", (z) => np.take(z, np.array(indices, { dtype: "int32" })), "z[jnp.array([2, 0, 2])]", [
    4
  ]),
  shaped(
    numpy,
    "take complex, out of bounds",
    (z) => np.take(z, np.array([5, 1], { dtype: "int32" })),
    "jnp.take(z, jnp.array([5, 1]))",
    [4],
    { derivatives: 0 }
  ),
  shaped(
    numpy,
    "where complex",
    (z) => np.where(np.greater(np.real(z), 0), z, np.conj(z)),
    "jnp.where(jnp.real(z) > 0, z, jnp.conj(z))",
    [6]
  ),
  shaped(
    lax,
    "dynamicUpdateSlice complex",
    (z) => Lax.dynamicUpdateSlice(z, np.multiply(Lax.dynamicSlice(z, [1], [2]), 3), [2]),
    "lax.dynamic_update_slice(z, lax.dynamic_slice(z, [1], [2]) * 3, [2])",
    [5]
  ),
  shaped(
    numpy,
    "matmul complex",
    (z) => np.matmul(z, np.transpose(np.conj(z))),
    "z @ jnp.conj(z).T",
    [2, 3]
  ),
  shaped(
    lax,
    "sort complex beside its magnitude",
    (z) => Lax.sort([np.abs(z), z], { dimension: 1 })[1]!,
    "lax.sort((jnp.abs(z), z), dimension=1, num_keys=1)[1]",
    [2, 5]
  ),
  shaped(numpy, "vdot complex", (z) => np.vdot(z, np.sin(z)), "jnp.vdot(z, jnp.sin(z))", [4]),
  shaped(numpy, "einsum complex", (z) => np.einsum("ij,jk->ik", z, z), "jnp.einsum('ij,jk->ik', z, z)", [3, 3]),
  shaped(
    lax,
    "convGeneralDilated complex",
    (z) =>
      Lax.convGeneralDilated(
        np.reshape(z, [1, 1, 6]),
        np.reshape(np.index(z, np.slice(0, 3)), [1, 1, 3]),
        [1],
        [[1, 1]]
      ),
    "lax.conv_general_dilated(z.reshape(1, 1, 6), z[:3].reshape(1, 1, 3), (1,), [(1, 1)])",
    [6]
  )
]

// --- control flow ---------------------------------------------------------------------------------------------------

const flow = [
  shaped(
    lax,
    "scan complex",
    (z) => {
      const turn = Lax.complex(np.array(0.5), np.array(1))
      const step = (carry: X, x: X): [X, X] => {
        const next = np.add(np.multiply(carry, x), np.astype(turn, x.dtype))
        return [next, np.multiply(next, np.conj(x))]
      }
      const [last, all] = Lax.scan(step, np.index(z, 0), z)
      return np.concatenate([np.reshape(last, [1]), all])
    },
    "(lambda r: jnp.concatenate([r[0][None], r[1]]))(lax.scan("
      + "lambda c, x: (c * x + (0.5 + 1j), (c * x + (0.5 + 1j)) * jnp.conj(x)), z[0], z))",
    [4]
  ),
  shaped(
    lax,
    "whileLoop complex",
    (z) => Lax.whileLoop((w: X) => np.less(np.max(np.abs(w)), 50), (w: X): X => np.multiply(w, np.multiply(w, 2)), z),
    "lax.while_loop(lambda w: jnp.max(jnp.abs(w)) < 50, lambda w: w * (w * 2), z)",
    [3],
    // A loop of unknown length has no transpose
    { derivatives: 0 }
  ),
  shaped(
    lax,
    "cond complex",
    (z) => Lax.cond(np.greater(np.sum(np.real(z)), 0), (w: X): X => np.conj(w), (w: X): X => np.sin(w), z),
    "lax.cond(jnp.sum(jnp.real(z)) > 0, jnp.conj, jnp.sin, z)",
    [3]
  )
]

export const complex = [...functions, ...arithmetic, ...taken, ...arrays, ...flow]
