/**
 * `scan` and `map`: a function applied along the first axis of arrays, one step after the other.
 */
import * as Aval from "../Aval.ts"
import { ArgumentError, ShapeError, TreeError } from "../Errors.ts"
import { avals, flatten, pathOf, type Returned } from "../internal/arguments/arguments.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import { withoutCaptures } from "../internal/program/program.ts"
import { scanPrimitive } from "../primitive/scan.ts"
import * as Tree from "../Tree.ts"
import { type AnyFunction, type Body, checkFunction, type Nodes, settleCarry, traceBody } from "./body.ts"
import type { Given, Like, Operand, Sliced, Stacked } from "./trees.ts"

/**
 * Options of {@link scan}.
 *
 * @category models
 * @since 0.1.0
 */
export interface ScanOptions {
  /** The number of steps; needed only where there are no arrays to scan. */
  readonly length?: number | undefined
  /** From the last element to the first. Results are stacked where their elements were. */
  readonly reverse?: boolean | undefined
  /** How many steps are compiled as one; `true` for all of them. It changes nothing but speed. 1 by default. */
  readonly unroll?: number | boolean | undefined
}

const known: Known<ScanOptions> = { length: true, reverse: true, unroll: true }

/** Names the arrays that are scanned with their sizes. */
const listSizes = (xs: unknown, leaves: ReadonlyArray<Aval.Aval>): string =>
  leaves.map((leaf, i) => {
    const path = pathOf(xs, i)
    return `  ${path === "" ? "xs" : path}: ${Aval.format(leaf)}`
  }).join("\n")

/** The one length of axis 0. */
export const lengthOf = (
  operation: string,
  xs: unknown,
  leaves: ReadonlyArray<Aval.Aval>,
  given: number | undefined
): number => {
  if (given !== undefined && (!Number.isInteger(given) || given < 0)) {
    throw new ArgumentError({ operation, message: `${operation}: length must be an integer from 0 on, got ${given}` })
  }
  if (leaves.some((leaf) => leaf.shape.length === 0)) {
    throw new ShapeError({
      operation,
      message: `${operation}: the arrays of xs are scanned along axis 0, but there are scalars among them:\n${
        listSizes(xs, leaves)
      }`
    })
  }
  const length = given ?? leaves[0]?.shape[0]
  if (length === undefined) {
    throw new ArgumentError({
      operation,
      message: `${operation}: xs has no arrays, so the number of steps must be given as \`length\``
    })
  }
  if (leaves.some((leaf) => leaf.shape[0] !== length)) {
    throw new ShapeError({
      operation,
      message: `${operation}: axis 0 of all arrays of xs must have one length${
        given === undefined ? "" : `, ${given} as given`
      }; got\n${listSizes(xs, leaves)}`
    })
  }
  return length
}

export const unrollOf = (operation: string, unroll: number | boolean | undefined, length: number): number => {
  const steps = unroll === true ? Math.max(length, 1) : unroll === false || unroll === undefined ? 1 : unroll
  if (!Number.isInteger(steps) || steps < 1) {
    throw new ArgumentError({
      operation,
      message: `${operation}: unroll must be an integer from 1 on, or a boolean, got ${String(unroll)}`
    })
  }
  return steps
}

/** Binds a scan of a traced body. */
export const bindScan = (
  { closed: { captures, program } }: Body,
  carry: Nodes,
  xs: Nodes,
  steps: { readonly length: number; readonly reverse: boolean; readonly unroll: number }
): Nodes =>
  scanPrimitive([...captures, ...carry, ...xs], {
    jaxpr: withoutCaptures(program),
    numConsts: captures.length,
    numCarry: carry.length,
    ...steps
  }) as Nodes

/**
 * A loop over axis 0 of arrays that hands a carry on from step to step: `f(carry, x)` gives `[carry, y]`, and the result is
 * `[last carry, all ys stacked]`.
 *
 * **When to use**
 *
 * For recurrences (recurrent networks, time stepping, a training loop inside of a Program). The body is traced and compiled
 * once, however many steps there are, and unlike {@link whileLoop} it can be differentiated in reverse mode. Steps that
 * don't depend on each other are `vmap`'s.
 *
 * **Details**
 *
 * `xs` is a tree of arrays whose axes 0 have one length, or `null` with the option `length`. The carry is a tree that keeps
 * its structure, dtypes and shapes; weakly typed leaves (JavaScript numbers) take the dtype that the body gives them. Throws
 * a `TreeError` that lists every leaf of the carry that changes, and a `ShapeError` that lists arrays whose lengths differ.
 *
 * Reverse mode keeps, of every step, what the way back needs; what is the same in all steps is kept once.
 *
 * @example
 * ```ts
 * import { grad, Lax, NdArray, Numpy as np } from "effax"
 *
 * // [balance after the last year, balances of all years]
 * const balances = (rate: NdArray.Any, deposits: NdArray.Any) =>
 *   Lax.scan((balance, deposit) => {
 *     const next = np.add(np.multiply(balance, rate), deposit)
 *     return [next, next]
 *   }, 0, deposits)
 * balances(np.array(2), np.array([1, 2, 3])) // => [11, [1, 4, 11]]
 * grad((rate: NdArray.Any) => balances(rate, np.array([1, 2, 3]))[0])(2) // => 6
 * ```
 *
 * @category control flow
 * @since 0.1.0
 */
export const scan = <const C, const X, Y extends Returned>(
  f: (carry: Operand<C>, x: Sliced<X>) => readonly [carry: NoInfer<Like<C>>, y: Y],
  init: Given<C>,
  xs: X,
  options: ScanOptions = {}
): [carry: Operand<C>, ys: Stacked<Y>] => {
  const operation = "scan"
  checkFunction(operation, "the body", f)
  const carry = flatten(operation, "init", init)
  const arrays = flatten(operation, "xs", xs)
  checkOptions(operation, options, known)
  const length = lengthOf(operation, xs, arrays.leaves, options.length)
  const unroll = unrollOf(operation, options.unroll, length)
  const slices = avals(arrays.leaves).map((x) => ({ ...x, shape: x.shape.slice(1) }))
  const structure = Tree.structure([init, xs])
  const { body, leaves } = settleCarry(operation, { leaves: carry.leaves, counters: 0, tree: init }, (carry) => {
    const body = traceBody(operation, f as AnyFunction, { avals: [...carry, ...slices], structure }, "result")
    return { body, carry: pairOf(operation, body.tree)[0] }
  })
  const outputs = bindScan(body, leaves, arrays.leaves, { length, reverse: options.reverse ?? false, unroll })
  return Tree.unflatten(body.structure, outputs) as [Operand<C>, Stacked<Y>]
}

const pairOf = (operation: string, result: unknown): readonly [unknown, unknown] => {
  if (Array.isArray(result) && result.length === 2) return result as [unknown, unknown]
  throw new TreeError({
    operation,
    message: `${operation}: the body must return a pair [carry, y], got ${
      Tree.structureToString(Tree.structure(result))
    }; where there is nothing to stack, let y be null`
  })
}
