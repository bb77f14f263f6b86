/**
 * Checks derivatives against finite differences.
 *
 * **When to use**
 *
 * For every function with a custom derivative, and for every primitive.
 *
 * @since 0.1.0
 */
import { Backend } from "effax/Backend"
import * as DType from "effax/DType"
import type { ExecutionError } from "effax/Errors"
import * as Lax from "effax/Lax"
import * as NdArray from "effax/NdArray"
import { jvp, vjp } from "effax/Transform"
import * as Tree from "effax/Tree"
import * as Effect from "effect/Effect"
import { check, NotCloseError } from "./AllClose.ts"
import { elements } from "./internal/decode.ts"
import { generator } from "./internal/generator.ts"

/**
 * A transformation that computes derivatives.
 *
 * @category models
 * @since 0.1.0
 */
export type Mode = "jvp" | "vjp"

/**
 * Options of {@link checkGrads}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The highest order of derivatives: 2 by default, so that derivatives of derivatives are checked too. */
  readonly order?: number
  /** The transformations to check; from the second order on, all sequences of them. Both by default. */
  readonly modes?: ReadonlyArray<Mode>
  /** The step of the finite differences: 1e-5 in float64 and 2^-7 in float32 by default. */
  readonly eps?: number
  /** The tolerance relative to the sizes of the added terms: 1e-6 in float64 and 2e-2 in float32 by default. */
  readonly rtol?: number
  readonly atol?: number
  /** The seed for the directions in which derivatives are taken. */
  readonly seed?: number
}

interface Settings extends Required<Options> {
  /** The dtype of the varied arguments: float64 if the backend supports it. */
  readonly dtype: "float32" | "float64"
}

const defaults = {
  float32: { eps: 2 ** -7, rtol: 2e-2, atol: 2e-2 },
  float64: { eps: 1e-5, rtol: 1e-6, atol: 1e-6 }
} as const

/** A function of lists of arrays, at a point; leaves that can't be varied are closed over. */
interface Problem {
  readonly f: (...xs: ReadonlyArray<NdArray.Any>) => ReadonlyArray<NdArray.Any>
  readonly at: ReadonlyArray<NdArray.Any>
  /** The transformations applied so far: `vjp of jvp`. */
  readonly path: ReadonlyArray<Mode>
}

type Vector = ReadonlyArray<number>

const read = (array: NdArray.Any): Effect.Effect<Vector, ExecutionError, Backend> =>
  Effect.map(NdArray.toTypedArray(array), (data) => elements(data, array.dtype).map(Number))

const array = (values: Vector, shape: ReadonlyArray<number>, dtype: Settings["dtype"]): NdArray.Any =>
  NdArray.fromTypedArray(dtype === "float64" ? Float64Array.from(values) : Float32Array.from(values), shape)

const zip = (x: Vector, y: Vector, f: (x: number, y: number) => number): Vector => x.map((xi, i) => f(xi, y[i]!))

const dot = (x: Vector, y: Vector): number => zip(x, y, (a, b) => a * b).reduce((a, b) => a + b, 0)

const absoluteDot = (x: Vector, y: Vector): number => zip(x, y, (a, b) => Math.abs(a * b)).reduce((a, b) => a + b, 0)

/** `(f(x + eps v) - f(x - eps v)) / (2 eps)`: the derivative in direction v, with an error of order eps^2. */
const centralDifference = Effect.fnUntraced(function*(
  { at, f }: Problem,
  point: ReadonlyArray<Vector>,
  direction: ReadonlyArray<Vector>,
  { dtype, eps }: Settings
) {
  const side = (sign: 1 | -1) => {
    const moved = point.map((x, i) => array(zip(x, direction[i]!, (a, b) => a + sign * eps * b), at[i]!.shape, dtype))
    return Effect.forEach(f(...moved), read)
  }
  const [plus, minus] = [yield* side(1), yield* side(-1)]
  return plus.map((y, i) => zip(y, minus[i]!, (a, b) => (a - b) / (2 * eps)))
})

const fail = (path: ReadonlyArray<Mode>, message: string): never => {
  throw new NotCloseError(`checkGrads: order ${path.length}, ${path.join(" of ")}: ${message}`)
}

/** Checks both derivatives of a function at a point, then those of its derivatives. */
const checkProblem = (
  problem: Problem,
  order: number,
  settings: Settings,
  random: () => number
): Effect.Effect<void, ExecutionError, Backend> =>
  Effect.gen(function*() {
    const { at, f, path } = problem
    const { atol, dtype, modes, rtol } = settings
    const noise = (n: number): Vector => Array.from({ length: n }, () => 2 * random() - 1)
    const point = yield* Effect.forEach(at, read)
    const direction = point.map((x) => noise(x.length))
    const tangents = direction.map((v, i) => array(v, at[i]!.shape, dtype))
    const numeric = yield* centralDifference(problem, point, direction, settings)

    if (modes.includes("jvp")) {
      const [, derivative] = jvp(f, at, tangents)
      const found = yield* Effect.forEach(derivative, read)
      numeric.forEach((expected, i) => {
        const difference = check(found[i]!, expected, {
          dtype: "float64",
          shape: derivative[i]!.shape,
          rtol,
          atol,
          label: `result ${i}`
        })
        if (difference !== undefined) fail(["jvp", ...path], difference)
      })
    }

    const outputs = f(...at)
    const cotangents = numeric.map((x, i) => array(noise(x.length), outputs[i]!.shape, dtype))
    const typed = cotangents.map((ct, i) => Lax.convertElementType(ct, outputs[i]!.dtype))
    if (modes.includes("vjp")) {
      const [, pullback] = vjp(f, ...at)
      const found = yield* Effect.forEach(pullback(typed), read)
      // <ct, J v> = <J^T ct, v>
      const weights = yield* Effect.forEach(cotangents, read)
      const sum = (of: (x: Vector, y: Vector) => number, xs: ReadonlyArray<Vector>, ys: ReadonlyArray<Vector>) =>
        xs.reduce((total, x, i) => total + of(x, ys[i]!), 0)
      const [expected, actual] = [sum(dot, weights, numeric), sum(dot, found, direction)]
      const size = sum(absoluteDot, weights, numeric) + sum(absoluteDot, found, direction)
      if (!(Math.abs(expected - actual) <= atol + rtol * size)) {
        fail(
          ["vjp", ...path],
          `<vjp(ct), v> is ${actual}, but <ct, v's finite difference> is ${expected} ` +
            `(difference ${Math.abs(expected - actual)}, allowed ${atol + rtol * size})`
        )
      }
    }

    if (order <= 1) return
    const derivatives: { readonly [M in Mode]: Problem["f"] } = {
      jvp: (...xs) => jvp(f, xs, tangents)[1],
      vjp: (...xs) => vjp(f, ...xs)[1](typed)
    }
    for (const mode of modes) {
      yield* checkProblem({ f: derivatives[mode], at, path: [mode, ...path] }, order - 1, settings, random)
    }
  })

const isFloating = (leaf: unknown): leaf is NdArray.Any => NdArray.isNdArray(leaf) && DType.isFloating(leaf.dtype)

/**
 * Checks `jvp` and `vjp` of a function against central finite differences in random directions, then those of its
 * derivatives, up to `order`. Dies with a {@link NotCloseError} that names the wrong derivative.
 *
 * **Details**
 *
 * Arguments are trees of arrays. Floating-point arguments are varied, in float64 if the backend supports it; others are
 * constant. Results that are not floating-point are ignored.
 *
 * **Gotchas**
 *
 * Choose arguments more than `eps` away from kinks and poles.
 *
 * @example
 * ```ts
 * import { CheckGrads } from "@effax/testing"
 * import { NdArray, Numpy as np } from "effax"
 *
 * const checked = CheckGrads.checkGrads((x: NdArray.Any) => np.sin(x), [np.array([0.5, 2])])
 * ```
 *
 * @category assertions
 * @since 0.1.0
 */
export const checkGrads = <A extends ReadonlyArray<unknown>>(
  f: (...args: A) => unknown,
  args: NoInfer<A>,
  options: Options = {}
): Effect.Effect<void, ExecutionError, Backend> =>
  Effect.gen(function*() {
    const backend = yield* Backend
    const dtype = backend.capabilities.dtypes.has("float64") ? "float64" : "float32"
    const settings: Settings = { order: 2, modes: ["jvp", "vjp"], seed: 0, ...defaults[dtype], ...options, dtype }
    const { leaves, structure } = Tree.flatten(args as ReadonlyArray<unknown>)
    const varied = yield* Effect.forEach(leaves.filter(isFloating), (leaf) =>
      Effect.map(read(leaf), (values) => array(values, leaf.shape, dtype)))
    const problem: Problem = {
      f: (...xs) => {
        let next = 0
        const all = leaves.map((leaf) =>
          isFloating(leaf) ? xs[next++]! : leaf
        )
        return Tree.leaves<unknown>(f(...Tree.unflatten(structure, all) as A)).filter(isFloating)
      },
      at: varied,
      path: []
    }
    if (varied.length === 0 || problem.f(...varied).length === 0) {
      throw new NotCloseError("checkGrads: nothing to check: no floating-point argument, or no floating-point result")
    }
    yield* checkProblem(problem, settings.order, settings, generator(settings.seed))
  })
