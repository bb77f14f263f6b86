/**
 * Derivatives in the tails of functions, on a backend: what mathematics says, made by tails.py.
 */
import { grad, Lax, NdArray, Nn, Numpy as np, vmap } from "effax"
import type { Backend } from "effax/Backend"
import type { ExecutionError } from "effax/Errors"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"

type X = NdArray.Any
type F = (x: X) => X

type Row = readonly [x: number, first: number, second?: number]

const golden = JSON.parse(readFileSync(new URL("tails.json", import.meta.url), "utf8")) as {
  readonly cases: { readonly [name: string]: ReadonlyArray<Row> }
}

const functions: { readonly [name: string]: F } = {
  sigmoid: Nn.sigmoid,
  tanh: np.tanh,
  expm1: np.expm1,
  logSigmoid: Nn.logSigmoid,
  "log of sigmoid": (x: X) => np.log(Nn.sigmoid(x)),
  softplus: Nn.softplus,
  silu: Nn.silu,
  mish: Nn.mish,
  elu: (x: X) => Nn.elu(x),
  gelu: (x: X) => Nn.gelu(x),
  "gelu exact": (x: X) => Nn.gelu(x, { approximate: false }),
  erf: Lax.erf,
  erfc: Lax.erfc,
  log1p: np.log1p,
  arctan: np.arctan,
  arcsin: np.arcsin,
  arccos: np.arccos,
  arctanh: np.arctanh,
  arcsinh: np.arcsinh,
  arccosh: np.arccosh,
  "arctan2 beside 1e20": (x: X) => np.arctan2(x, Math.fround(1e20))
}

export const names = Object.keys(golden.cases)

/** Relative errors that the least normal number may hide. */
const limits = {
  float32: { relative: 1e-5, least: 2 ** -126 },
  float64: { relative: 2e-14, least: 2 ** -1022 }
}

/** The errors of the first and second derivatives of a function. */
export const wrongDerivatives = (
  name: string,
  dtype: "float32" | "float64"
): Effect.Effect<ReadonlyArray<string>, ExecutionError, Backend> =>
  Effect.gen(function*() {
    const f = functions[name]!
    const rows = golden.cases[name]!
    const first = grad(f) as F
    const x = np.array(rows.map(([x]) => x), { dtype })
    const { least, relative } = limits[dtype]
    const wrong: Array<string> = []
    for (const [order, derivative] of [vmap(first) as F, vmap(grad(first) as F) as F].entries()) {
      const data = yield* NdArray.toTypedArray(derivative(x))
      rows.forEach((row, i) => {
        const wanted = row[order + 1]
        if (wanted === undefined) return
        const error = Math.abs(Number(data[i]) - wanted)
        if (!(error <= relative * Math.abs(wanted) + least)) {
          wrong.push(`derivative ${order + 1} of ${name} at ${row[0]}: ${data[i]}, expected ${wanted}`)
        }
      })
    }
    return wrong
  })
