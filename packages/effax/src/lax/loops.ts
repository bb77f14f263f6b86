/**
 * `whileLoop` and `foriLoop`.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError, TreeError } from "../Errors.ts"
import { avals, flatten, given, type Parametric, unasked } from "../internal/arguments/arguments.ts"
import { describe } from "../internal/arguments/describe.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import { asInteger, isNumber } from "../internal/graph/numbers.ts"
import { holds, integerRange, literal } from "../internal/graph/scalars.ts"
import { withoutCaptures } from "../internal/program/program.ts"
import type * as NdArray from "../NdArray.ts"
import { add, lt } from "../primitive/elementwise.ts"
import { whilePrimitive } from "../primitive/while.ts"
import * as Tree from "../Tree.ts"
import { type AnyFunction, type Body, checkFunction, type Nodes, settleCarry, traceBody, withIntegers } from "./body.ts"
import { bindScan, unrollOf } from "./scan.ts"
import type { Given, Like, Operand } from "./trees.ts"

/**
 * Options of {@link whileLoop}.
 *
 * @category models
 * @since 0.1.0
 */
export interface WhileOptions {
  /** The loop ends after so many steps, whatever the condition says. Reverse mode needs it. */
  readonly maxSteps?: number | undefined
}

const knownOfWhile: Known<WhileOptions> = { maxSteps: true }

const maxStepsOf = (operation: string, maxSteps: number | undefined): number | null => {
  if (maxSteps === undefined) return null
  if (Number.isSafeInteger(maxSteps) && maxSteps >= 0) return maxSteps
  throw new ArgumentError({
    operation,
    message: `${operation}: maxSteps must be an integer from 0 on, got ${maxSteps}`
  })
}

/** The carry and the body that settle together, then the condition on that carry. */
const loop = (
  operation: string,
  condition: AnyFunction,
  f: AnyFunction,
  init: unknown,
  maxSteps: number | null,
  counters: Nodes = []
): { readonly outputs: Nodes; readonly structure: Tree.Structure } => {
  const carry = counted(init, counters)
  const carried = Tree.structure([carry])
  const { body, leaves, structure } = settled(operation, f, init, counters, (leaves) => {
    if (!leaves.some(isNumber)) return leaves
    const parameters = unasked(given(leaves))
    conditionOf(operation, condition, { avals: parameters, structure: carried })
    return withIntegers(operation, leaves, parameters)
  })
  const test = conditionOf(operation, condition, { avals: avals(leaves), structure: carried })
  const outputs = whilePrimitive([...test.closed.captures, ...body.closed.captures, ...leaves], {
    condNconsts: test.closed.captures.length,
    condJaxpr: withoutCaptures(test.closed.program),
    bodyNconsts: body.closed.captures.length,
    bodyJaxpr: withoutCaptures(body.closed.program),
    maxSteps
  })
  return { outputs: outputs as Nodes, structure }
}

/** The carry as the body has it: behind counters, if there are any. */
const counted = (init: unknown, counters: Nodes): unknown => counters.length === 0 ? init : [...counters, init]

const settled = (
  operation: string,
  f: AnyFunction,
  init: unknown,
  counters: Nodes,
  start: (leaves: Nodes) => Nodes = (leaves) => leaves
) => {
  const tree = counted(init, counters)
  const leaves = start(flatten(operation, "init", tree).leaves)
  const structure = Tree.structure([tree])
  const carry = settleCarry(operation, { leaves, counters: counters.length, tree: init }, (carry) => {
    const body = traceBody(operation, f, { avals: carry, structure }, "result of the body")
    return { body, carry: counters.length === 0 ? body.tree : (body.tree as ReadonlyArray<unknown>)[counters.length] }
  })
  return { ...carry, structure: carry.body.structure }
}

const conditionOf = (
  operation: string,
  condition: AnyFunction,
  args: { readonly avals: ReadonlyArray<Parametric>; readonly structure: Tree.Structure }
): Body => {
  const test = traceBody(operation, condition, args, "result of the condition")
  const [of] = test.results
  if (of === undefined || test.results.length !== 1 || typeof test.tree === "object" && !node.isNode(test.tree)) {
    throw new TreeError({
      operation,
      message: `${operation}: the condition must give one bool scalar, got ${Tree.structureToString(test.structure)}`
    })
  }
  if (of.shape.length > 0) {
    throw new ShapeError({
      operation,
      message: `${operation}: the condition must give one bool scalar, got ${
        Aval.format(of)
      }; reduce it with \`np.any\` or \`np.all\``
    })
  }
  if (of.dtype !== "bool") {
    throw new DTypeError({
      operation,
      message: `${operation}: the condition must give one bool scalar, got ${
        Aval.format(of)
      }; compare it, for instance with \`np.notEqual(x, 0)\``
    })
  }
  return test
}

/**
 * Applies the body to its own result as long as the condition holds of it, starting with `init`.
 *
 * **When to use**
 *
 * For iterations whose number is not known before: until something has converged. A number that is known makes a
 * {@link foriLoop} or a {@link scan}.
 *
 * **Details**
 *
 * The carry is a tree that keeps its structure, dtypes and shapes; weakly typed leaves (JavaScript numbers) take the dtype
 * that the body gives them, and are integers if the body uses them as such. The condition gives a bool scalar. Throws a `TreeError` that lists every leaf of the carry that
 * changes.
 *
 * It is differentiable in forward mode. Reverse mode has to walk the steps back, so it needs to know how many there are at
 * most: the option `maxSteps`, after which the loop ends whatever the condition says.
 *
 * Under `vmap`, a condition that differs from example to example runs the loop until it holds of none; examples that are
 * done keep their carry.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * // Collatz: how many steps it takes from 27 to 1
 * const [, steps] = Lax.whileLoop(
 *   ([n]) => np.greater(n, 1),
 *   ([n, steps]) => [
 *     np.where(np.equal(np.remainder(n, 2), 0), np.floorDivide(n, 2), np.add(np.multiply(n, 3), 1)),
 *     np.add(steps, 1)
 *   ],
 *   [np.array(27n), 0n]
 * )
 * steps // => 111
 * ```
 *
 * @category control flow
 * @since 0.1.0
 */
export const whileLoop = <const C>(
  condition: (carry: Operand<C>) => NdArray.Any | boolean,
  body: (carry: Operand<C>) => NoInfer<Like<C>>,
  init: Given<C>,
  options: WhileOptions = {}
): Operand<C> => {
  const operation = "whileLoop"
  checkFunction(operation, "the condition", condition)
  checkFunction(operation, "the body", body)
  const { outputs, structure } = loop(
    operation,
    condition as AnyFunction,
    body as AnyFunction,
    init,
    maxStepsOf(operation, checkOptions(operation, options, knownOfWhile).maxSteps)
  )
  return Tree.unflatten(structure, outputs) as Operand<C>
}

/**
 * Options of {@link foriLoop}.
 *
 * @category models
 * @since 0.1.0
 */
export interface ForiOptions extends WhileOptions {
  /** How many steps are compiled as one; `true` for all of them. Bounds must be JavaScript numbers. 1 by default. */
  readonly unroll?: number | boolean | undefined
}

const knownOfFori: Known<ForiOptions> = { unroll: true, maxSteps: true }

/** A bound of a loop: a JavaScript number is known when the loop is built. */
type Bound = NdArray.Any | number | bigint

const isStatic = (bound: Bound): bound is number | bigint => typeof bound === "number" || typeof bound === "bigint"

/** Refuses a bound that is not an integer scalar. */
const checkBound = (operation: string, what: string, bound: Bound): void => {
  if (isStatic(bound)) {
    if (typeof bound === "bigint" || Number.isInteger(bound)) return
    throw new ArgumentError({ operation, message: `${operation}: ${what} must be an integer, got ${bound}` })
  }
  if (!node.isNode(bound)) {
    throw new ArgumentError({ operation, message: `${operation}: ${what} must be an integer, got ${describe(bound)}` })
  }
  if (bound.shape.length > 0 || !DType.isInteger(bound.dtype)) {
    throw new DTypeError({
      operation,
      message: `${operation}: ${what} must be an integer scalar, got ${Aval.format(bound)}`
    })
  }
}

/** The dtypes of the counter where those of the bounds are too narrow. */
const counters = ["int32", "int64", "uint64"] as const

/** Whether a dtype has all values that a bound may have. */
const includes = (dtype: DType.DType, bound: Bound): boolean =>
  isStatic(bound) ? holds(dtype, bound) : integerRange(bound.dtype).every((end) => holds(dtype, end))

/**
 * Both bounds as scalars of one integer dtype, in which neither can wrap: that of an array if it does, else the first of
 * int32, int64 and uint64 that does. Weak bounds stay weak as long as they are int32.
 */
const boundsOf = (operation: string, lower: Bound, upper: Bound): readonly [node.Node, node.Node] => {
  const bounds = [lower, upper].map((bound) => node.isNode(bound) ? asInteger(operation, bound) : bound)
  checkBound(operation, "lower", bounds[0]!)
  checkBound(operation, "upper", bounds[1]!)
  const own = bounds.flatMap((bound) => isStatic(bound) ? [] : [bound.dtype])
  const dtype = [...own, ...counters].find((candidate) => bounds.every((bound) => includes(candidate, bound)))
  if (dtype === undefined) {
    const given = bounds.map((bound) => isStatic(bound) ? `the number ${bound}` : `an array of ${bound.dtype}`)
    throw new DTypeError({
      operation,
      message:
        `${operation}: no integer dtype has the values of both bounds, ${given.join(" and ")}; convert an array ` +
        "first, for instance with `np.astype(x, \"int64\")`"
    })
  }
  const weak = dtype === "int32" && bounds.every((bound) => isStatic(bound) || bound.weak)
  const agreeing = bounds.map((bound) =>
    isStatic(bound)
      ? literal(operation, bound, dtype, weak)
      : cast(operation, node.nodeOf(bound), dtype, weak)
  )
  return [agreeing[0]!, agreeing[1]!]
}

/** The number of steps between bounds that are known, of which there may be only so many. */
const stepsBetween = (
  operation: string,
  lower: number | bigint,
  upper: number | bigint,
  maxSteps: number | null
): number => {
  const distance = BigInt(upper) - BigInt(lower)
  const steps = maxSteps !== null && distance > maxSteps ? maxSteps : Number(distance < 0n ? 0n : distance)
  if (Number.isSafeInteger(steps)) return steps
  throw new ArgumentError({
    operation,
    message: `${operation}: from ${lower} to ${upper} there are ${distance} steps; a loop has at most 2^53 - 1`
  })
}

/**
 * `body(i, carry)` for `i` from `lower` on and below `upper`, each step on the result of the one before.
 *
 * **Details**
 *
 * Bounds that are JavaScript numbers are known when the loop is built: then it is a {@link scan}, which can be
 * differentiated in both modes. Bounds that are arrays, or arguments of a
 * jitted function, make a {@link whileLoop}, whose reverse mode needs `maxSteps`.
 * `i` is an int32 scalar (weakly typed, so that it takes the dtype of arrays that it meets), or has the dtype of the arrays.
 * Where that dtype does not have the values of both bounds, `i` has the first of int32, int64 and uint64 that does: no
 * bound ever wraps.
 * The carry keeps its structure, dtypes and shapes, as in `scan`.
 *
 * @example
 * ```ts
 * import { grad, Lax, type NdArray, Numpy as np } from "effax"
 *
 * const power = (x: NdArray.Any) => Lax.foriLoop(0, 3, (_, y) => np.multiply(y, x), 1)
 * power(np.array(2)) // => 8
 * grad(power)(2) // => 12
 *
 * Lax.foriLoop(0, np.array(5n), (i, sum) => np.add(sum, i), 0n) // => 10
 * ```
 *
 * @category control flow
 * @since 0.1.0
 */
export const foriLoop = <const C>(
  lower: Bound,
  upper: Bound,
  body: (i: NdArray.NdArray<DType.Integer, readonly []>, carry: Operand<C>) => NoInfer<Like<C>>,
  init: Given<C>,
  options: ForiOptions = {}
): Operand<C> => {
  const operation = "foriLoop"
  checkFunction(operation, "the body", body)
  checkOptions(operation, options, knownOfFori)
  const [from, to] = boundsOf(operation, lower, upper)
  const f = body as unknown as AnyFunction
  const maxSteps = maxStepsOf(operation, options.maxSteps)
  if (isStatic(lower) && isStatic(upper)) {
    const length = stepsBetween(operation, lower, upper, maxSteps)
    return overCounter(operation, f, from, init, length, unrollOf(operation, options.unroll, length)) as Operand<C>
  }
  if (options.unroll !== undefined && options.unroll !== false && options.unroll !== 1) {
    throw new ArgumentError({
      operation,
      message: `${operation}: unroll needs bounds that are JavaScript numbers, got arrays`
    })
  }
  const { outputs, structure } = loop(
    operation,
    (([i, end]: readonly [NdArray.Any, NdArray.Any]) => lt(i, end)) as AnyFunction,
    (([i, end, x]: readonly [NdArray.Any, NdArray.Any, never]) => [add(i, 1), end, f(i as never, x)]) as AnyFunction,
    init,
    maxSteps,
    [from, to]
  )
  return (Tree.unflatten(structure, outputs) as ReadonlyArray<unknown>)[2] as Operand<C>
}

/** A scan that counts: nothing is scanned, and nothing is stacked. */
const overCounter = (
  operation: string,
  f: AnyFunction,
  from: node.Node,
  init: unknown,
  length: number,
  unroll: number
): unknown => {
  const step = (([i, x]: readonly [NdArray.Any, never]) => [add(i, 1), f(i as never, x)]) as AnyFunction
  const { body, leaves, structure } = settled(operation, step, init, [from])
  const outputs = bindScan(body, leaves, [], { length, reverse: false, unroll })
  return (Tree.unflatten(structure, outputs) as ReadonlyArray<unknown>)[1]
}
