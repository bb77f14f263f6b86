/**
 * Full derivatives of functions of trees: `jacfwd`, `jacrev` and `hessian`; and Hessian-vector products: `hvp`.
 */
import * as aval from "../Aval.ts"
import * as DType from "../DType.ts"
import {
  type Argument,
  type Arguments,
  type Flat,
  flatten,
  pathOf,
  positionsOf,
  type Returned
} from "../internal/arguments/arguments.ts"
import { checkFunction, dualWithOptions, transformation } from "../internal/arguments/dual.ts"
import { transpose as transposeLinear } from "../internal/autodiff/backward.ts"
import {
  checkDifferentiable,
  checkResult,
  type Fn,
  instantiate,
  linearizeAt,
  trace,
  type Traced
} from "../internal/autodiff/differentiation.ts"
import * as forward from "../internal/autodiff/forward.ts"
import { batchedFunction } from "../internal/batching/batching.ts"
import * as node from "../internal/graph/node.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import { add, convert, eq } from "../primitive/elementwise.ts"
import { full, iota, moveAxis, reshape, sliceAxis } from "../primitive/structural.ts"
import type { Shape } from "../Shape.ts"
import * as Tree from "../Tree.ts"
import {
  type Differentiated,
  grad,
  type Gradient,
  type GradOptions,
  jvp,
  knownOfGrad,
  type ValueOf
} from "./differentiate.ts"

/** `[...S, ...T]`, if both are known. */
type Join<S extends Shape, T extends Shape> = number extends S["length"] ? Shape
  : number extends T["length"] ? Shape
  : readonly [...S, ...T]

/** The dtype of the derivative: that of the result in forward mode, that of the argument in reverse mode. */
type Mode = "forward" | "reverse"

/** A tree of arguments in which the axes of the result precede each array's own axes. */
type ByArgument<D extends DType.DType, S extends Shape, G, M extends Mode> = G extends
  NdArray.NdArray<infer E, infer T> ? NdArray.NdArray<M extends "forward" ? D : E, Join<S, T>>
  : G extends Tree.Atom ? G
  : G extends object ? { -readonly [K in keyof G]: ByArgument<D, S, G[K], M> }
  : G

/** The tree of the result, with the tree of the argument in place of every array. */
type ByResult<B, G, M extends Mode> = B extends NdArray.NdArray<infer D, infer S> ? ByArgument<D, S, G, M>
  : B extends Tree.Atom ? B
  : B extends object ? { [K in keyof B]: ByResult<B[K], G, M> }
  : B

/**
 * The Jacobian of a function from `A` to `B`: the tree of the result, then that of the argument, with arrays of the
 * result's shape followed by the argument's.
 *
 * @category models
 * @since 0.1.0
 */
export type Jacobian<
  A extends ReadonlyArray<unknown>,
  B,
  N extends number | ReadonlyArray<number>,
  M extends Mode
> = ByResult<B, Gradient<A, N>, M>

type Value<B, Aux extends boolean> = Aux extends true ? B extends readonly [infer V, unknown] ? V : never : B

type WithAuxiliary<R, B, Aux extends boolean> = Aux extends true ? [derivative: R, auxiliary: ValueOf<B, true>[1]] : R

type AnyFunction = Fn<ReadonlyArray<unknown>, unknown>

type Options = GradOptions<number | ReadonlyArray<number>, boolean>

/** A traced function, and the arrays to differentiate with respect to. */
interface Problem {
  readonly args: ReadonlyArray<Flat>
  readonly leaves: ReadonlyArray<node.Node>
  readonly wanted: ReadonlyArray<boolean>
  readonly positions: ReadonlyArray<number>
  readonly traced: Traced
  readonly results: ReadonlyArray<aval.Aval>
}

const pose = (
  operation: string,
  f: Fn<ReadonlyArray<unknown>, unknown>,
  options: Options,
  given: ReadonlyArray<unknown>,
  mode: Mode
) => {
  const positions = positionsOf(operation, "argnums", options.argnums ?? 0, given.length)
  const args = given.map((arg, i) => flatten(operation, `argument ${i}`, arg))
  checkDifferentiable(operation, given, args, positions, options, mode)
  const traced = trace(operation, f, flatten(operation, "argument", given), options.hasAux ?? false)
  const results = traced.closed.program.results.slice(0, traced.results).map((atom) => atom.aval)
  results.forEach((result, i) => {
    const path = pathOf(Tree.unflatten(traced.result, results.map(() => 0)), i)
    checkResult(operation, (kind) => `${kind} arrays`, result, path, options, mode)
  })
  const problem: Problem = {
    args,
    leaves: args.flatMap((arg) => arg.leaves),
    wanted: args.flatMap((arg, i) => arg.leaves.map((leaf) => positions.includes(i) && DType.isInexact(leaf.dtype))),
    positions,
    traced,
    results
  }
  return problem
}

/** The offset of each array's elements among all of them, and the total number. */
const offsetsOf = (arrays: ReadonlyArray<aval.Aval>) => {
  let size = 0
  const offsets = arrays.map((of) => {
    const offset = size
    size += aval.size(of)
    return offset
  })
  return { offsets, size }
}

/** The unit vectors of a space of arrays: in row `i`, the `i`-th of all elements is one. */
const unitVectors = (arrays: ReadonlyArray<aval.Aval>): ReadonlyArray<node.Node> => {
  const { offsets, size } = offsetsOf(arrays)
  return arrays.map((of, i) => {
    const shape = [size, aval.size(of)]
    const row = iota("int32", shape, 0)
    const column = add(iota("int32", shape, 1), offsets[i]!)
    return node.nodeOf(reshape(convert(eq(row, column), of.dtype), [size, ...of.shape]))
  })
}

/** The number of a differentiated array, or the type of an (integer) array that has no derivative. */
type Place = { readonly argument: number } | { readonly constant: aval.Aval }

const zeroPart = (result: aval.Aval, argument: aval.Aval): NdArray.Any =>
  full(0, argument.dtype, [...result.shape, ...argument.shape])

/** The Jacobian as a tree, from a function that returns the part for one result and one argument. */
const assemble = (
  { args, leaves, positions, traced, results, wanted }: Problem,
  single: boolean,
  part: (result: number, argument: number) => NdArray.Any
): unknown => {
  let next = 0
  const places = leaves.map((leaf, i): Place => wanted[i] ? { argument: next++ } : { constant: leaf })
  let offset = 0
  const placesOf = args.map((arg) => places.slice(offset, offset += arg.leaves.length))
  return Tree.unflatten(
    traced.result,
    results.map((_, result) => {
      const trees = positions.map((position) =>
        Tree.unflatten(
          args[position]!.structure,
          placesOf[position]!.map((place) =>
            "argument" in place ? part(result, place.argument) : zeroPart(results[result]!, place.constant)
          )
        )
      )
      return single ? trees[0] : trees
    })
  )
}

const auxiliaryOf = ({ leaves, traced: { auxiliary, closed, results } }: Problem): unknown =>
  auxiliary === undefined
    ? undefined
    : Tree.unflatten(auxiliary, tracing.replay(closed.program, [...closed.captures, ...leaves]).slice(results))

/** The columns of the Jacobian, by forward mode on all unit vectors at once. */
const columns = (problem: Problem, single: boolean): unknown => {
  const { leaves, results, traced: { closed: { captures, program } }, wanted } = problem
  const variables = leaves.filter((_, i) => wanted[i])
  const { offsets, size } = offsetsOf(variables)
  const basis = unitVectors(variables)
  const { outputs } = batchedFunction(basis, basis.map(() => true), { size, name: undefined }, true, (dots) => {
    let next = 0
    const tangents = wanted.map((isWanted) => isWanted ? dots[next++] : undefined)
    const dual = forward.jvp(
      program,
      [...captures, ...leaves],
      [...captures.map(() => undefined), ...tangents],
      false
    )
    return instantiate(dual.tangents.slice(0, results.length), results)
  })
  const last = outputs.map((output) => moveAxis(output, 0, output.shape.length - 1))
  return assemble(problem, single, (result, argument) => {
    const rank = results[result]!.shape.length
    const variable = variables[argument]!
    const from = offsets[argument]!
    return reshape(sliceAxis(last[result]!, rank, from, from + aval.size(variable)), [
      ...results[result]!.shape,
      ...variable.shape
    ])
  })
}

/** The rows of the Jacobian, by reverse mode on all unit vectors at once. */
const rows = (operation: string, problem: Problem, single: boolean): unknown => {
  const { leaves, results, traced, wanted } = problem
  const linear = linearizeAt(operation, traced, leaves, wanted)
  const { offsets, size } = offsetsOf(results)
  const basis = unitVectors(results)
  const { outputs } = batchedFunction(
    basis,
    basis.map(() => true),
    { size, name: undefined },
    true,
    (cotangents) =>
      instantiate(
        transposeLinear(linear.tangents.slice(0, results.length), linear.parameters, cotangents),
        linear.parameters
      )
  )
  return assemble(problem, single, (result, argument) => {
    const from = offsets[result]!
    const { shape } = results[result]!
    return reshape(sliceAxis(outputs[argument]!, 0, from, from + aval.size(results[result]!)), [
      ...shape,
      ...linear.parameters[argument]!.shape
    ])
  })
}

const withAuxiliary = (problem: Problem, options: Options, derivative: unknown): unknown =>
  options.hasAux === true ? [derivative, auxiliaryOf(problem)] : derivative

/**
 * The Jacobian of a function, column by column, in forward mode, which suits functions with more results than
 * arguments.
 *
 * **Details**
 *
 * The function takes and returns trees of floating-point arrays. The Jacobian is the tree of the result with the tree
 * of the argument in place of every array (for a list of `argnums`, an array of them). Its arrays have the axes of the
 * result, then those of the argument, and the dtype of the result. With `hasAux` it is returned in a pair with the
 * auxiliary output. All columns are computed at once, which needs correspondingly more memory.
 *
 * Complex arguments need `holomorphic: true`: the Jacobian then contains the complex derivative. Real arguments of
 * complex functions need no option. Integers have no forward-mode derivative, even with `allowInt`.
 *
 * @example
 * ```ts
 * import { jacfwd, NdArray, Numpy as np } from "effax"
 *
 * const polar = (p: NdArray.NdArray<"float32", readonly [2]>) =>
 *   np.multiply(np.index(p, 0), np.stack([np.cos(np.index(p, 1)), np.sin(np.index(p, 1))]))
 * NdArray.toNested(jacfwd(polar)(np.array([2, 0]))) // => [[1, 0], [0, 2]]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const jacfwd: {
  <const N extends number | ReadonlyArray<number> = 0, Aux extends boolean = false>(
    options: GradOptions<N, Aux>
  ): <A extends ReadonlyArray<unknown>, B extends Returned>(
    f: (...args: A) => B
  ) => Differentiated<A, WithAuxiliary<Jacobian<A, Value<B, Aux>, N, "forward">, B, Aux>>
  <
    A extends ReadonlyArray<unknown>,
    B extends Returned,
    const N extends number | ReadonlyArray<number> = 0,
    Aux extends boolean = false
  >(
    f: (...args: A) => B,
    options?: GradOptions<N, Aux>
  ): Differentiated<A, WithAuxiliary<Jacobian<A, Value<B, Aux>, N, "forward">, B, Aux>>
} = transformation("jacfwd", knownOfGrad, (f: AnyFunction, options: Options) => (...args: ReadonlyArray<unknown>) => {
  const problem = pose("jacfwd", f, options, args, "forward")
  return withAuxiliary(problem, options, columns(problem, !Array.isArray(options.argnums)))
})

/**
 * The Jacobian of a function, row by row, in reverse mode, which suits functions with more arguments than results.
 *
 * **Details**
 *
 * As {@link jacfwd}, but its arrays have the dtype of the argument. Complex arguments of real functions need no option
 * (the convention is that of `grad`); complex results need `holomorphic: true`. With `allowInt` the Jacobian with
 * respect to integers is zeros of their dtype.
 *
 * @example
 * ```ts
 * import { jacrev, NdArray, Numpy as np } from "effax"
 *
 * const f = (x: NdArray.NdArray<"float32", readonly [2]>) => ({ sum: np.sum(x), squares: np.square(x) })
 * jacrev(f)(np.array([1, 2])).squares.shape // => [2, 2]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const jacrev: {
  <const N extends number | ReadonlyArray<number> = 0, Aux extends boolean = false>(
    options: GradOptions<N, Aux>
  ): <A extends ReadonlyArray<unknown>, B extends Returned>(
    f: (...args: A) => B
  ) => Differentiated<A, WithAuxiliary<Jacobian<A, Value<B, Aux>, N, "reverse">, B, Aux>>
  <
    A extends ReadonlyArray<unknown>,
    B extends Returned,
    const N extends number | ReadonlyArray<number> = 0,
    Aux extends boolean = false
  >(
    f: (...args: A) => B,
    options?: GradOptions<N, Aux>
  ): Differentiated<A, WithAuxiliary<Jacobian<A, Value<B, Aux>, N, "reverse">, B, Aux>>
} = transformation("jacrev", knownOfGrad, (f: AnyFunction, options: Options) => (...args: ReadonlyArray<unknown>) => {
  const problem = pose("jacrev", f, options, args, "reverse")
  return withAuxiliary(problem, options, rows("jacrev", problem, !Array.isArray(options.argnums)))
})

/** {@link jacrev} by its other name. @category transformations @since 0.1.0 */
export const jacobian: typeof jacrev = jacrev

/**
 * The second derivative of a function: forward mode over reverse mode.
 *
 * **Details**
 *
 * The tree of the result with the tree of the argument in place of every array, twice. For one array the Hessian has
 * the axes of the result, of the argument, and of the argument again.
 *
 * @example
 * ```ts
 * import { hessian, NdArray, Numpy as np } from "effax"
 *
 * const f = (x: NdArray.NdArray<"float32", readonly [2]>) => np.prod(x)
 * NdArray.toNested(hessian(f)(np.array([3, 5]))) // => [[0, 1], [1, 0]]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const hessian: {
  <const N extends number | ReadonlyArray<number> = 0, Aux extends boolean = false>(
    options: GradOptions<N, Aux>
  ): <A extends ReadonlyArray<unknown>, B extends Returned>(
    f: (...args: A) => B
  ) => Differentiated<
    A,
    WithAuxiliary<Jacobian<A, Jacobian<A, Value<B, Aux>, N, "reverse">, N, "forward">, B, Aux>
  >
  <
    A extends ReadonlyArray<unknown>,
    B extends Returned,
    const N extends number | ReadonlyArray<number> = 0,
    Aux extends boolean = false
  >(
    f: (...args: A) => B,
    options?: GradOptions<N, Aux>
  ): Differentiated<
    A,
    WithAuxiliary<Jacobian<A, Jacobian<A, Value<B, Aux>, N, "reverse">, N, "forward">, B, Aux>
  >
} = transformation(
  "hessian",
  knownOfGrad,
  (f: AnyFunction, options: Options) => jacfwd(jacrev(f as never, options) as AnyFunction as never, options)
)

/**
 * The product of the Hessian of a scalar function with a vector, at the cost of a few evaluations of the function:
 * forward mode over reverse mode, without computing the Hessian.
 *
 * **Details**
 *
 * The derivative of `grad(f, options)` at `primals` in the direction of `tangents`. The tangents are trees with the
 * structure, shapes and dtypes of the primals, or `null` for an argument that does not vary. With `hasAux` the product
 * is returned in a pair with the auxiliary output.
 *
 * @example
 * ```ts
 * import { hvp, NdArray, Numpy as np } from "effax"
 *
 * const f = (x: NdArray.NdArray<"float32", readonly [2]>) => np.sum(np.power(x, 3))
 * NdArray.toNested(hvp(f, [np.array([1, 2])], [np.array([1, 1])])) // => [6, 12]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const hvp: {
  <
    const P extends ReadonlyArray<unknown>,
    const N extends number | ReadonlyArray<number> = 0,
    Aux extends boolean = false
  >(
    primals: P,
    tangents: { readonly [K in keyof P]: P[K] | null },
    options?: GradOptions<N, Aux>
  ): <B extends Returned>(f: (...args: P) => B) => WithAuxiliary<Gradient<P, N>, B, Aux>
  <
    A extends ReadonlyArray<unknown>,
    B extends Returned,
    const N extends number | ReadonlyArray<number> = 0,
    Aux extends boolean = false
  >(
    f: (...args: A) => B,
    primals: Arguments<A>,
    tangents: { readonly [K in keyof A]: Argument<A[K]> | null },
    options?: GradOptions<N, Aux>
  ): WithAuxiliary<Gradient<A, N>, B, Aux>
} = dualWithOptions("hvp", 3, knownOfGrad, (
  f: AnyFunction,
  given: ReadonlyArray<unknown>,
  tangents: ReadonlyArray<unknown>,
  options: Options
) => {
  checkFunction("hvp", f)
  const moves = given.map((_, i) => tangents[i] !== null)
  // an argument that does not vary is closed over: its tangent is a symbolic zero
  const gradient = (...moving: ReadonlyArray<unknown>): unknown => {
    let next = 0
    return (grad(f, options) as Fn<ReadonlyArray<unknown>, unknown>)(
      ...given.map((argument, i) => moves[i] ? moving[next++] : argument)
    )
  }
  const [value, tangent] = jvp(gradient, given.filter((_, i) => moves[i]), tangents.filter((t) => t !== null))
  if (options.hasAux !== true) return tangent as never
  return [(tangent as ReadonlyArray<unknown>)[0], (value as ReadonlyArray<unknown>)[1]] as never
})
