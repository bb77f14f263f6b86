/**
 * `closureConvert`: turns closed-over arrays into arguments.
 */
import * as DType from "../DType.ts"
import { TreeError } from "../Errors.ts"
import { avals, flatten, type Returned } from "../internal/arguments/arguments.ts"
import { checkLike } from "../internal/autodiff/differentiation.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import * as Tree from "../Tree.ts"
import { type Examples, examplesOf } from "./evalShape.ts"

/** A function whose closed-over arrays are its last arguments. @category models @since 0.1.0 */
export interface Converted<A extends ReadonlyArray<unknown>, B> {
  (...args: [...A, ...captures: ReadonlyArray<NdArray.Any>]): B
}

/**
 * Converts a function to one without closed-over floating-point arrays, and returns it with those arrays:
 * `converted(...args, ...captures)` is `f(...args)`.
 *
 * **When to use**
 *
 * For functions that are arguments of functions with custom derivatives: `customVjp` refuses to lose the gradients of
 * arrays that a function closes over, and has gradients for arguments.
 *
 * **Details**
 *
 * The function is traced once, for the dtypes and shapes of the examples, and the converted function takes no others.
 * Arrays of integers and booleans, which have no gradients, remain closed over.
 *
 * @example
 * ```ts
 * import { closureConvert, grad, NdArray, Numpy as np } from "effax"
 *
 * const scale = np.array([2, 3])
 * const [f, captures] = closureConvert((x: NdArray.Any) => np.sum(np.multiply(x, scale)), np.zeros([2]))
 * captures.length // => 1
 * grad(f, { argnums: 1 })(np.array([10, 20]), ...captures) // => [10, 20]
 * ```
 *
 * @category implicit differentiation
 * @since 0.1.0
 */
export const closureConvert = <A extends ReadonlyArray<unknown>, B extends Returned>(
  f: (...args: A) => B,
  ...examples: Examples<A>
): [converted: Converted<A, B>, captures: ReadonlyArray<NdArray.Any>] => {
  const operation = "closureConvert"
  const model = examplesOf(operation, examples)
  let result: Tree.Structure | undefined
  const { captures, program } = tracing.trace(operation, avals(model.leaves), (parameters) => {
    const flat = flatten(
      operation,
      "result",
      f(...Tree.unflatten(model.structure, parameters) as unknown as A)
    )
    result = flat.structure
    return flat.leaves
  })
  const hoisted = captures.filter(({ dtype }) => DType.isInexact(dtype))
  const converted = (...given: ReadonlyArray<unknown>): B => {
    if (given.length !== examples.length + hoisted.length) {
      throw new TreeError({
        operation,
        message: `${operation}: the converted function takes its ${examples.length} argument${
          examples.length === 1 ? "" : "s"
        } and then the ${hoisted.length} captures, got ${given.length}`
      })
    }
    const args = flatten(operation, "argument", given.slice(0, examples.length))
    checkLike(operation, "argument", given, args, model)
    const own = flatten(operation, "capture", given.slice(examples.length))
    const all = flatten(operation, "capture", hoisted)
    checkLike(operation, "capture", given.slice(examples.length), own, all)
    let next = 0
    const values = captures.map((capture) => DType.isInexact(capture.dtype) ? own.leaves[next++]! : capture)
    return Tree.unflatten(result!, tracing.replay(program, [...values, ...args.leaves])) as B
  }
  return [converted, hoisted]
}
