/**
 * `cond` and `switch`: one of several functions, picked while running.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import { flatten, given, type Returned } from "../internal/arguments/arguments.ts"
import { describe } from "../internal/arguments/describe.ts"
import * as node from "../internal/graph/node.ts"
import { asInteger } from "../internal/graph/numbers.ts"
import type { Program } from "../internal/program/program.ts"
import type * as NdArray from "../NdArray.ts"
import { cond as bindCond } from "../primitive/cond.ts"
import { clamp, convert, ne } from "../primitive/elementwise.ts"
import * as Tree from "../Tree.ts"
import { type AnyFunction, checkFunction, joinBranches, traceBody } from "./body.ts"
import type { Given, Like, Operand } from "./trees.ts"

/** Operands as branches see them. */
type Operands<A extends ReadonlyArray<unknown>> = { -readonly [K in keyof A]: Operand<NoInfer<A>[K]> }

/** Operands as they are given. */
type GivenAll<A extends ReadonlyArray<unknown>> = { readonly [K in keyof A]: Given<A[K]> }

type Scalar = NdArray.Any | number | bigint | boolean

const scalar = (operation: string, what: string, x: unknown): node.Node => {
  const { leaves: [leaf], structure } = flatten(operation, what, x)
  if (leaf === undefined || structure.leafCount !== 1 || (!node.isNode(x) && typeof x === "object")) {
    throw new ArgumentError({ operation, message: `${operation}: the ${what} must be a scalar, got ${describe(x)}` })
  }
  if (leaf.shape.length > 0) {
    throw new ShapeError({
      operation,
      message:
        `${operation}: the ${what} must be a scalar, got ${Aval.format(leaf)}; to choose element by element use ` +
        "`np.where`, or `vmap` the function"
    })
  }
  return leaf
}

const run = (
  operation: string,
  index: NdArray.Any,
  branches: ReadonlyArray<AnyFunction>,
  names: ReadonlyArray<string>,
  operands: ReadonlyArray<unknown>,
  order: (programs: ReadonlyArray<Program>) => ReadonlyArray<Program> = (programs) => programs
): unknown => {
  const { leaves, structure } = flatten(operation, "operand", operands)
  const args = { avals: given(leaves), structure }
  const bodies = branches.map((branch, i) => traceBody(operation, branch, args, `result of ${names[i]}`))
  const { captures, programs } = joinBranches(operation, names, bodies)
  return Tree.unflatten(bodies[0]!.structure, bindCond(index, [...captures, ...leaves], { branches: order(programs) }))
}

/**
 * `onTrue(...operands)` where `pred` holds, else `onFalse(...operands)`: only the one that is picked runs.
 *
 * **When to use**
 *
 * For a choice by a value that is known only when the Program runs. A choice by something known before (a setting, a shape)
 * is made with JavaScript's own `if`; elementwise choices are `np.where`'s.
 *
 * **Details**
 *
 * `pred` is a scalar: bool, a number (true unless 0), or a JavaScript boolean. Both functions are traced on the operands
 * (trees of arrays), and may close over other arrays. Their results must agree in structure, dtype and shape; weakly
 * typed results take the dtype of the other branch. Throws a `TreeError` that names what differs.
 *
 * It is differentiable in both modes. Under `vmap`, a condition that differs from example to example runs both branches
 * on all examples and selects; the operands of a branch are masked where it is not picked, so that its NaN and infinities
 * don't reach derivatives.
 *
 * @example
 * ```ts
 * import { grad, Lax, type NdArray, Numpy as np } from "effax"
 *
 * const f = (x: NdArray.Any) => Lax.cond(np.greater(x, 0), (x) => np.sqrt(x), (x) => np.negative(x), x)
 * f(np.array(4)) // => 2
 * f(np.array(-3)) // => 3
 * grad(f)(4) // => 0.25
 * ```
 *
 * @category control flow
 * @since 0.1.0
 */
export const cond = <const A extends ReadonlyArray<unknown>, B extends Returned>(
  pred: Scalar,
  onTrue: (...operands: Operands<A>) => B,
  onFalse: (...operands: Operands<A>) => Like<NoInfer<B>>,
  ...operands: GivenAll<A>
): Operand<B> => {
  checkFunction("cond", "onTrue", onTrue)
  checkFunction("cond", "onFalse", onFalse)
  const condition = scalar("cond", "condition", pred)
  const index = condition.source._tag === "Literal"
    ? node.literal(Number(Boolean(condition.source.value)), "int32")
    : convert(condition.dtype === "bool" ? condition : ne(condition, 0), "int32")
  // what `onTrue` closes over comes first, though it is branch 1, as in JAX
  return run(
    "cond",
    index,
    [onTrue, onFalse],
    ["onTrue", "onFalse"],
    operands,
    (programs) => programs.toReversed()
  ) as Operand<B>
}

/** Whether every value of the dtype survives conversion to int32. */
const narrow = (dtype: DType.DType): boolean => DType.itemSize(dtype) < 4 || dtype === "int32"

/**
 * `branches[index](...operands)`: only the one that is picked runs. An index out of range picks the first or the last.
 *
 * **Details**
 *
 * As {@link cond}, with any number of branches and an integer scalar. With one branch it is a plain call. Throws an
 * `ArgumentError` for no branches, and a `DTypeError` for an index that is not an integer.
 *
 * @example
 * ```ts
 * import { Lax, type NdArray, Numpy as np } from "effax"
 *
 * const f = (i: NdArray.Any, x: NdArray.Any) =>
 *   Lax.switch(i, [(x) => np.add(x, 1), (x) => np.multiply(x, 10), (x) => np.negative(x)], x)
 * f(np.array(1n), np.array(2)) // => 20
 * f(np.array(7n), np.array(2)) // => -2
 * ```
 *
 * @category control flow
 * @since 0.1.0
 */
const switch_ = <const A extends ReadonlyArray<unknown>, B extends Returned>(
  index: Scalar,
  branches: readonly [
    (...operands: Operands<A>) => B,
    ...ReadonlyArray<
      (...operands: Operands<A>) => Like<NoInfer<B>>
    >
  ],
  ...operands: GivenAll<A>
): Operand<B> => {
  const operation = "switch"
  if (!Array.isArray(branches) || branches.length === 0) {
    throw new ArgumentError({ operation, message: "switch: expected a list of at least one function" })
  }
  branches.forEach((branch, i) => checkFunction(operation, `branch ${i}`, branch))
  const which = asInteger(operation, scalar(operation, "index", index))
  if (!DType.isInteger(which.dtype)) {
    throw new DTypeError({
      operation,
      message: `switch: the index must be an integer, got ${
        typeof index === "number" ? index : Aval.format(which)
      }; convert it with \`np.astype(i, "int32")\``
    })
  }
  const last = branches.length - 1
  if (last === 0) {
    const { leaves, structure } = flatten(operation, "operand", operands)
    const { leaves: outputs, structure: result } = flatten(
      operation,
      "result of branch 0",
      (branches[0] as AnyFunction)(...Tree.unflatten(structure, leaves) as ReadonlyArray<never>)
    )
    return Tree.unflatten(result, outputs) as Operand<B>
  }
  const clamped = which.source._tag === "Literal"
    ? node.literal(Math.min(Math.max(Number(which.source.value), 0), last), "int32")
    : narrow(which.dtype)
    ? clamp(0, convert(which, "int32"), last)
    : convert(clamp(0, which, last), "int32")
  return run(
    operation,
    clamped,
    branches as ReadonlyArray<AnyFunction>,
    branches.map((_, i) => `branch ${i}`),
    operands
  ) as Operand<B>
}

export { switch_ as switch }
