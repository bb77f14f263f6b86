/**
 * `linearTranspose`: the transpose of a linear function.
 */
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError } from "../Errors.ts"
import { type Argument, avals, flatten, type Returned } from "../internal/arguments/arguments.ts"
import { transpose } from "../internal/autodiff/backward.ts"
import { checkLike, type Fn, instantiate, trace } from "../internal/autodiff/differentiation.ts"
import { isZero, nonlinearity } from "../internal/autodiff/linearity.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import * as tracing from "../internal/program/trace.ts"
import * as Tree from "../Tree.ts"
import { type Examples, examplesOf } from "./evalShape.ts"

/**
 * The transpose of a linear function: a function from the cotangent of its result to the list of cotangents of its
 * arguments. Only the dtypes and shapes of the examples matter: they may be uncomputed arrays or `ShapeDType`s.
 *
 * **When to use**
 *
 * For functions that are already linear; `vjp` differentiates other functions.
 *
 * **Details**
 *
 * The function takes and returns floating-point (or complex) arrays, or integers only. A function that is not linear
 * throws an `ArgumentError` that names the primitive. So does one with a constant part, such as `x + 1`, which JAX
 * accepts: constants are only allowed where they are visibly zero.
 *
 * @example
 * ```ts
 * import { linearTranspose, NdArray, Numpy as np, ShapeDType } from "effax"
 *
 * const difference = (x: NdArray.Any) => np.diff(x)
 * const adjoint = linearTranspose(difference, new ShapeDType([3], "float32"))
 * NdArray.toNested(adjoint(np.array([1, 10]))[0]) // => [-1, -9, 10]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const linearTranspose = <A extends ReadonlyArray<unknown>, B extends Returned>(
  f: (...args: A) => B,
  ...examples: Examples<A>
): (cotangent: Argument<B>) => A => {
  const operation = "linearTranspose"
  const flat = examplesOf(operation, examples)
  const traced = trace(operation, f as Fn<ReadonlyArray<unknown>, unknown>, flat, false)
  // calls are inlined, because a call hides which of its results depend on the arguments
  const { captures, program } = tracing.trace(operation, avals(flat.leaves), (parameters) => {
    const { captures, program } = traced.closed
    const values = [...captures, ...parameters]
    return tracing.replayInlined(program, values, values.map(() => false)).outputs
  })
  const results = program.results.map((atom) => atom.aval)
  const isLinear = (test: (dtype: DType.DType) => boolean): boolean =>
    [...flat.leaves, ...results].every(({ dtype }) => test(dtype))
  if (!isLinear(DType.isInexact) && !isLinear(DType.isInteger)) {
    throw new DTypeError({
      operation,
      message: `${operation}: all arguments and results must be floating-point or complex, or all integers; got ${
        flat.leaves.map(({ dtype }) => dtype).join(", ")
      } to ${results.map(({ dtype }) => dtype).join(", ")}`
    })
  }
  const wrong = nonlinearity(
    program,
    [...captures.map(() => false), ...flat.leaves.map(() => true)],
    captures.map(isZero)
  )
  if (wrong !== undefined) {
    throw new ArgumentError({
      operation,
      message: `${operation}: the function is not linear: ${
        wrong.primitive === "" ? "" : `${wrong.primitive} `
      }${wrong.reason}; use \`vjp\` for the transpose of its derivative`
    })
  }
  return (cotangent) => {
    const cts = flatten(operation, "cotangent", cotangent)
    checkLike(operation, "cotangent", cotangent, cts, { leaves: results, structure: traced.result })
    const scope: node.Scope = { transformation: operation }
    const parameters = flat.leaves.map((leaf) => node.parameter(leaf, scope))
    const outputs = tracing.replay(program, [...captures, ...parameters])
    const found = transpose(outputs, parameters, cts.leaves.map((ct, i) => cast(operation, ct, results[i]!.dtype)))
    return Tree.unflatten(flat.structure, instantiate(found, flat.leaves)) as A
  }
}
