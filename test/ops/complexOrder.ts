/**
 * The order of complex numbers: by real parts, then imaginary ones.
 */
import { Lax, type NdArray, Numpy as np } from "effax"
import { distinct, type Draw, f32, f64, points, ties, whole, within } from "./inputs.ts"
import { type Arguments, entries, type Options } from "./operation.ts"

type X = NdArray.Any

const numpy = entries("Numpy")
const lax = entries("Lax")

const parts = (z: X): ReadonlyArray<X> => [Lax.real(z), Lax.imag(z)]

/** Real parts of which some are equal, so that imaginary parts decide. */
const few: Draw = ties([-1, 0, 2])

const one: ReadonlyArray<Arguments> = [
  [f32([3, 4], few), f32([3, 4], distinct())],
  [f32([1], few), f32([1], distinct())],
  [f64([2, 5], few), f64([2, 5], distinct())]
]

const two: ReadonlyArray<Arguments> = [
  [f32([9], few), f32([9], whole(-1, 1)), f32([9], few), f32([9], whole(-1, 1))],
  [f64([3, 4], few), f64([3, 4], distinct()), f64([4], few), f64([4], distinct(0.3))]
]

const comparisons = (["less", "lessEqual", "greater", "greaterEqual"] as const).map((name) => {
  const python = name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)
  return numpy(
    `${name} complex`,
    (a: X, b: X, c: X, d: X) => np[name](Lax.complex(a, b), Lax.complex(c, d)),
    `jnp.${python}(lax.complex(x, y), lax.complex(z, w))`,
    [
      ...two,
      [
        points("float32", [1, NaN, 1, 2, 0, Infinity]),
        points("float32", [NaN, 1, 0, NaN, -0, 1]),
        points("float32", [1, 1, NaN, 1, -0, Infinity]),
        points("float32", [1, 1, 1, 1, 0, 2])
      ]
    ]
  )
})

/** JAX's extremes of NaN depend on the order of the operands; `Numpy.order.test.ts` has effax's. */
const options: Options = { derivatives: 1, numeric: false }

const extremes = [
  ...(["maximum", "minimum", "fmax", "fmin"] as const).map((name) =>
    numpy(
      `${name} complex`,
      (a: X, b: X, c: X, d: X) => parts(np[name](Lax.complex(a, b), Lax.complex(c, d)) as X),
      `parts(jnp.${name}(lax.complex(x, y), lax.complex(z, w)))`,
      two.slice(name === "maximum" || name === "minimum" ? 0 : 1),
      options
    )
  ),
  ...(["max", "min", "ptp", "nanmax", "nanmin"] as const).flatMap((name) => [
    numpy(
      `${name} complex`,
      (x: X, y: X) => parts((np[name] as typeof np.max)(Lax.complex(x, y))),
      `parts(jnp.${name}(lax.complex(x, y)))`,
      one,
      options
    ),
    numpy(
      `${name} complex axis`,
      (x: X, y: X) => parts((np[name] as typeof np.max)(Lax.complex(x, y), { axis: -1, keepdims: true })),
      `parts(jnp.${name}(lax.complex(x, y), axis=-1, keepdims=True))`,
      one.slice(0, 1),
      options
    )
  ]),
  numpy(
    "max complex initial",
    (x: X, y: X) => parts(np.max(Lax.complex(x, y), { axis: 0, initial: 0.5 })),
    "parts(jnp.max(lax.complex(x, y), axis=0, initial=0.5))",
    [...one.slice(0, 1), [f32([0, 2]), f32([0, 2])]],
    options
  ),
  // JAX has no positions of complex extremes; NumPy has, and is asked
  ...(["argmax", "argmin"] as const).map((name) =>
    numpy(
      `${name} complex`,
      (x: X, y: X) => [np[name](Lax.complex(x, y)), np[name](Lax.complex(x, y), { axis: 0 })],
      `[jnp.lexsort((y.ravel(), x.ravel()))[${
        name === "argmax" ? -1 : 0
      }].astype(jnp.int32), jnp.lexsort((y, x), axis=0)[${name === "argmax" ? -1 : 0}].astype(jnp.int32)]`,
      one
    )
  ),
  ...(["cummax", "cummin"] as const).map((name) =>
    lax(
      `${name} complex`,
      (x: X, y: X) => parts(Lax[name](Lax.complex(x, y), { axis: 1 })),
      `parts(lax.${name}(lax.complex(x, y), axis=1))`,
      [one[0]!, one[2]!],
      { derivatives: 0 }
    )
  )
]

const sorting = [
  numpy("sort complex", (x: X, y: X) => parts(np.sort(Lax.complex(x, y)) as X), "parts(jnp.sort(lax.complex(x, y)))", [
    ...one,
    [points("float32", [1, NaN, 1, 2, -0, 0]), points("float32", [2, 1, 1, NaN, 1, 1])]
  ], { derivatives: 1, specialDerivatives: false, numeric: false }),
  numpy(
    "sort complex descending",
    (x: X, y: X) => parts(np.sort(Lax.complex(x, y), { axis: 0, descending: true }) as X),
    "parts(jnp.sort(lax.complex(x, y), axis=0, descending=True))",
    one.slice(0, 1),
    { derivatives: 1, numeric: false }
  ),
  numpy(
    "argsort complex",
    (x: X, y: X) => np.argsort(Lax.complex(x, y)) as X,
    "jnp.argsort(lax.complex(x, y)).astype(jnp.int32)",
    [
      ...one,
      [f32([20], few), f32([20], whole(0, 1))],
      [points("float32", [1, NaN, 1, 2, -0, 0]), points("float32", [2, 1, 1, NaN, 1, 1])]
    ]
  ),
  numpy(
    "searchsorted complex",
    (x: X, y: X, z: X, w: X) => np.searchsorted(np.sort(Lax.complex(x, y)) as X, Lax.complex(z, w)) as X,
    "jnp.searchsorted(jnp.sort(lax.complex(x, y)), lax.complex(z, w)).astype(jnp.int32)",
    [[f32([9], few), f32([9], whole(-1, 1)), f32([4], few), f32([4], whole(-1, 1))]]
  )
]

const logarithms = (["logaddexp", "logaddexp2"] as const).map((name) =>
  numpy(
    `${name} complex`,
    (a: X, b: X, c: X, d: X) => parts(np[name](Lax.complex(a, b), Lax.complex(c, d)) as X),
    `parts(jnp.${name}(lax.complex(x, y), lax.complex(z, w)))`,
    [[f32([6], within(-2, 2)), f32([6], within(-2, 2)), f32([6], within(-2, 2)), f32([6], within(-2, 2))]],
    { derivatives: 0, tolerance: { float32: { rtol: 1e-5, atol: 1e-5 } } }
  )
)

export const complexOrder = [...comparisons, ...extremes, ...sorting, ...logarithms]
