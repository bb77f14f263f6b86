/**
 * Differentiation: `jvp`, `linearize`, `vjp`, `grad`, `valueAndGrad`.
 */
import * as aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { ShapeError } from "../Errors.ts"
import { type Argument, type Arguments, flatten, positionsOf, type Returned } from "../internal/arguments/arguments.ts"
import { checkFunction, dual, transformation } from "../internal/arguments/dual.ts"
import type { Known } from "../internal/arguments/options.ts"
import { transpose } from "../internal/autodiff/backward.ts"
import {
  checkDifferentiable,
  checkLike,
  checkResult,
  type Domain,
  type Fn,
  instantiate,
  linearizeAt,
  trace,
  zeros
} from "../internal/autodiff/differentiation.ts"
import * as forward from "../internal/autodiff/forward.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import { checkForward } from "../primitive/custom.ts"
import * as Tree from "../Tree.ts"

/**
 * The value of a function and its derivative in a direction, in one forward pass: `[f(...primals), J tangents]`.
 *
 * **When to use**
 *
 * For few inputs and many outputs; one direction costs about as much as the function itself. For the gradient of a
 * scalar use {@link grad}.
 *
 * **Details**
 *
 * `tangents` has the structure, shapes and dtypes of `primals`. Tangents of integer arguments are ignored.
 *
 * @example
 * ```ts
 * import { jvp, NdArray, Numpy as np } from "effax"
 *
 * const f = (x: NdArray.Any) => np.multiply(x, x)
 * jvp(f, [np.array([1, 2, 3])], [np.array([1, 0, 10])]) // => [[1, 4, 9], [2, 0, 60]]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const jvp: {
  <const P extends ReadonlyArray<unknown>>(
    primals: P,
    tangents: P
  ): <B extends Returned>(f: (...args: P) => B) => [output: B, tangent: B]
  <A extends ReadonlyArray<unknown>, B extends Returned>(
    f: (...args: A) => B,
    primals: Arguments<A>,
    tangents: Arguments<A>
  ): [output: B, tangent: B]
} = dual("jvp", 3, (f: unknown, primals: ReadonlyArray<unknown>, tangents: ReadonlyArray<unknown>) => {
  checkFunction("jvp", f)
  const flat = flatten("jvp", "primal", primals)
  const dots = flatten("jvp", "tangent", tangents)
  checkLike("jvp", "tangent", tangents, dots, flat)
  const { closed, result } = trace("jvp", f as Fn<ReadonlyArray<unknown>, unknown>, flat, false)
  const dual = forward.jvp(
    closed.program,
    [...closed.captures, ...flat.leaves],
    [
      ...closed.captures.map(() => undefined),
      ...dots.leaves.map((dot, i) => {
        const { dtype } = flat.leaves[i]!
        return DType.isInexact(dtype) ? cast("jvp", dot, dtype) : undefined
      })
    ],
    false
  )
  return [
    Tree.unflatten(result, dual.outputs),
    Tree.unflatten(result, instantiate(dual.tangents, dual.outputs))
  ]
})

/**
 * The value of a function and its derivative as a linear function of tangents, which can be applied repeatedly without
 * evaluating the function again.
 *
 * @example
 * ```ts
 * import { linearize, NdArray, Numpy as np } from "effax"
 *
 * const [y, tangentMap] = linearize((x: NdArray.Any) => np.power(x, 3), 2)
 * y // => 8
 * tangentMap(1) // => 12
 * tangentMap(0.5) // => 6
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const linearize = <A extends ReadonlyArray<unknown>, B extends Returned>(
  f: (...args: A) => B,
  ...primals: Arguments<A>
): [output: B, tangentMap: (...tangents: Arguments<A>) => B] => {
  const flat = flatten("linearize", "primal", primals)
  const wanted = flat.leaves.map((leaf) => DType.isInexact(leaf.dtype))
  const traced = trace("linearize", f as Fn<ReadonlyArray<unknown>, unknown>, flat, false)
  const { outputs, parameters, tangents } = linearizeAt("linearize", traced, flat.leaves, wanted)
  const linear = forward.closeLinear(tracing.present(tangents), parameters)
  checkForward(linear.program)
  return [
    Tree.unflatten(traced.result, outputs) as B,
    (...given) => {
      const dots = flatten("linearize", "tangent", given)
      checkLike("linearize", "tangent", given, dots, flat)
      const values = tracing.replay(linear.program, [
        ...linear.captures,
        ...dots.leaves.flatMap((dot, i) => wanted[i] ? [cast("linearize", dot, flat.leaves[i]!.dtype)] : [])
      ])
      let next = 0
      const results = tangents.map((tangent, i) => tangent === undefined ? zeros(outputs[i]!) : values[next++]!)
      return Tree.unflatten(traced.result, results) as B
    }
  ]
}

/**
 * The value of a function and its transposed derivative: a function from the cotangent of the result to the cotangents
 * of the arguments.
 *
 * **When to use**
 *
 * For functions whose result is not a scalar; {@link grad} is the vjp of a scalar at cotangent 1.
 *
 * **Details**
 *
 * Cotangents of integer arguments are zeros of their dtype. Throws a `TreeError`, `ShapeError` or `DTypeError` for a
 * cotangent unlike the result.
 *
 * For complex functions the pullback is the transposed linear map without conjugation, as in JAX: a cotangent `c`
 * stands for `dz -> re(c dz)`.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np, vjp } from "effax"
 *
 * const [y, pullback] = vjp((x: NdArray.Any, s: NdArray.Any) => np.multiply(x, s), np.array([1, 2, 3]), 2)
 * y // => [2, 4, 6]
 * pullback(np.ones([3])) // => [[2, 2, 2], 6]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const vjp = <A extends ReadonlyArray<unknown>, B extends Returned>(
  f: (...args: A) => B,
  ...primals: Arguments<A>
): [output: B, pullback: (cotangent: Argument<B>) => A] => {
  const flat = flatten("vjp", "primal", primals)
  const wanted = flat.leaves.map((leaf) => DType.isInexact(leaf.dtype))
  const traced = trace("vjp", f as Fn<ReadonlyArray<unknown>, unknown>, flat, false)
  const linear = linearizeAt("vjp", traced, flat.leaves, wanted)
  return [
    Tree.unflatten(traced.result, linear.outputs) as B,
    (cotangent) => {
      const cts = flatten("vjp", "cotangent", cotangent)
      checkLike("vjp", "cotangent", cotangent, cts, { leaves: linear.outputs, structure: traced.result })
      const found = transpose(
        linear.tangents,
        linear.parameters,
        cts.leaves.map((ct, i) => cast("vjp", ct, linear.outputs[i]!.dtype))
      )
      let next = 0
      const results = flat.leaves.map((leaf, i) =>
        like("vjp", leaf, (wanted[i] ? found[next++] : undefined) ?? zeros(leaf))
      )
      return Tree.unflatten(flat.structure, results) as A
    }
  ]
}

/**
 * Options of {@link grad} and {@link valueAndGrad}.
 *
 * @category models
 * @since 0.1.0
 */
export interface GradOptions<N extends number | ReadonlyArray<number>, Aux extends boolean> {
  /** The position or positions of the arguments to differentiate with respect to; 0 by default. */
  readonly argnums?: N
  /** Whether the function returns a pair `[value, auxiliary]`, whose second part is returned unchanged. */
  readonly hasAux?: Aux
  /**
   * Whether to compute the complex derivative of a holomorphic function: its arguments and results must be complex.
   */
  readonly holomorphic?: boolean
  /**
   * Whether to allow integer and boolean arguments. Their derivatives are zeros of their own dtype, as with {@link vjp}
   * (JAX has a dtype without values for them, `float0`).
   */
  readonly allowInt?: boolean
}

export const knownOfGrad: Known<GradOptions<number, boolean>> = {
  argnums: true,
  hasAux: true,
  holomorphic: true,
  allowInt: true
}

/** An argument as the arrays it was made of: what callers may pass in the place of arrays comes back as arrays. */
type Arrays<T> = unknown extends T ? T
  : NdArray.Any extends T ? Extract<T, NdArray.Any>
  : Exclude<T, number | bigint | boolean>

type Last<A extends ReadonlyArray<unknown>> = A extends readonly [...ReadonlyArray<unknown>, infer L] ? L : A[number]

type Front<A extends ReadonlyArray<unknown>> = A extends readonly [...infer F, unknown] ? F : A

/** The argument at a position; a negative position counts from the end. */
type ArgumentAt<A extends ReadonlyArray<unknown>, N extends number> = `${N}` extends `-${string}`
  ? N extends -1 ? Last<A> : N extends -2 ? Last<Front<A>> : A[number]
  : A[N]

/** The gradient of one argument, or a tuple for several. @category models @since 0.1.0 */
export type Gradient<A extends ReadonlyArray<unknown>, N extends number | ReadonlyArray<number>> = N extends number
  ? Arrays<ArgumentAt<A, N>>
  : { -readonly [K in keyof N]: N[K] extends number ? Arrays<ArgumentAt<A, N[K]>> : never }

/**
 * The result of a differentiated function: the value, and the auxiliary output if there is one.
 *
 * @category models
 * @since 0.1.0
 */
export type ValueOf<B, Aux extends boolean> = Aux extends true ? B extends readonly [infer V, infer X] ? [V, X] : never
  : B

/**
 * A function with the arguments `A` of the original function and the result `R`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Differentiated<A extends ReadonlyArray<unknown>, R> {
  (...args: Arguments<A>): R
  // A member next to the call makes the gradient of a generic function take and return the widest types. TypeScript
  // would otherwise make it generic too, and type the gradient of a scalar, which is an array, as a scalar.
  readonly length: number
}

/** A cotangent as weakly typed as what it belongs to. */
const like = (operation: string, of: node.Node, cotangent: NdArray.Any): NdArray.Any =>
  cast(operation, node.nodeOf(cotangent), cotangent.dtype, of.weak)

type AnyFunction = Fn<ReadonlyArray<unknown>, unknown>

type Options = GradOptions<number | ReadonlyArray<number>, boolean> & Domain

const differentiate = (
  operation: string,
  f: AnyFunction,
  options: Options,
  args: ReadonlyArray<unknown>
): { readonly value: unknown; readonly auxiliary: unknown; readonly gradient: unknown } => {
  const { argnums = 0, hasAux = false } = options
  const positions = positionsOf(operation, "argnums", argnums, args.length)
  const parts = args.map((arg, i) => flatten(operation, `argument ${i}`, arg))
  checkDifferentiable(operation, args, parts, positions, options, "reverse")
  const leaves = parts.flatMap((part) => part.leaves)
  const wanted = parts.flatMap((part, i) =>
    part.leaves.map((leaf) => positions.includes(i) && DType.isInexact(leaf.dtype))
  )
  const flat = flatten(operation, "argument", args)
  const traced = trace(operation, f, flat, hasAux)
  const output = traced.closed.program.results[0]
  if (traced.results !== 1 || output === undefined || output.aval.shape.length !== 0) {
    throw new ShapeError({
      operation,
      message: `${operation}: the function must return one scalar, got ${
        traced.results === 1 ? aval.format(output!.aval) : Tree.structureToString(traced.result)
      }; reduce it, for instance with \`np.sum\` or \`np.mean\`, or use \`vjp\``
    })
  }
  checkResult(operation, (kind) => `a ${kind} scalar`, output.aval, "", options, "reverse")
  const linear = linearizeAt(operation, traced, leaves, wanted)
  const found = transpose(
    linear.tangents.slice(0, 1),
    linear.parameters,
    [node.literal(1, output.aval.dtype, output.aval.weak)]
  )
  let next = 0
  const gradients = leaves.map((leaf, i) =>
    like(operation, leaf, (wanted[i] ? found[next++] : undefined) ?? zeros(leaf))
  )
  let offset = 0
  const trees = parts.map((part, i) => {
    const own = gradients.slice(offset, offset += part.leaves.length)
    return positions.includes(i) ? Tree.unflatten(part.structure, own) : undefined
  })
  return {
    value: linear.outputs[0],
    auxiliary: traced.auxiliary === undefined ? undefined : Tree.unflatten(traced.auxiliary, linear.outputs.slice(1)),
    gradient: typeof argnums === "number" ? trees[positions[0]!] : positions.map((position) => trees[position])
  }
}

/**
 * The value of a scalar function together with its gradient.
 *
 * **Details**
 *
 * The function takes trees of arrays and returns one floating-point scalar; with `hasAux`, a pair of it and anything
 * else, which is returned unchanged. The gradient has the structure, shapes and dtypes of the arguments in `argnums`,
 * the first by default. Throws a `ShapeError` if the function does not return a scalar, and a `DTypeError` for integer
 * arguments (see `allowInt`).
 *
 * The gradient of a real function of a complex argument `x + i y` is `df/dx - i df/dy`, as in JAX: the conjugate of the
 * direction of steepest ascent. A complex scalar has a gradient if the function is `holomorphic`: its complex
 * derivative.
 *
 * @example
 * ```ts
 * import { NdArray, Numpy as np, valueAndGrad } from "effax"
 *
 * const loss = (w: { readonly scale: NdArray.Any }, x: NdArray.Any) => np.sum(np.square(np.multiply(w.scale, x)))
 * valueAndGrad(loss)({ scale: 2 }, np.array([1, 2])) // => [20, { scale: 20 }]
 * valueAndGrad(loss, { argnums: 1 })({ scale: 2 }, np.array([1, 2])) // => [20, [8, 16]]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const valueAndGrad: {
  <const N extends number | ReadonlyArray<number> = 0, Aux extends boolean = false>(
    options: GradOptions<N, Aux>
  ): <A extends ReadonlyArray<unknown>, B extends Returned>(
    f: (...args: A) => B
  ) => Differentiated<A, [value: ValueOf<B, Aux>, gradient: Gradient<A, N>]>
  <
    A extends ReadonlyArray<unknown>,
    B extends Returned,
    const N extends number | ReadonlyArray<number> = 0,
    Aux extends boolean = false
  >(
    f: (...args: A) => B,
    options?: GradOptions<N, Aux>
  ): Differentiated<A, [value: ValueOf<B, Aux>, gradient: Gradient<A, N>]>
} = transformation(
  "valueAndGrad",
  knownOfGrad,
  (f: AnyFunction, options: Options) => (...args: ReadonlyArray<unknown>) => {
    const { auxiliary, gradient, value } = differentiate("valueAndGrad", f, options, args)
    return [options.hasAux ? [value, auxiliary] : value, gradient]
  }
)

/**
 * The gradient of a scalar function; with `hasAux`, a pair of the gradient and the auxiliary output.
 *
 * **Details**
 *
 * As {@link valueAndGrad}, without the value. Gradients nest: `grad(grad(f))`.
 *
 * **Gotchas**
 *
 * For gradient descent on complex parameters, use the conjugate: `z - rate * conj(grad(f)(z))`.
 *
 * @example
 * ```ts
 * import { grad, NdArray, Numpy as np } from "effax"
 *
 * grad(np.tanh)(2) // => 0.07065082
 * grad(grad((x: NdArray.Any) => np.power(x, 3)))(2) // => 12
 * grad((x: NdArray.Any) => np.sum(np.square(x)))(np.array([1, 2, 3])) // => [2, 4, 6]
 *
 * const z = NdArray.fromTypedArray(new Float32Array([1, 2]), [], "complex64")
 * grad((z: NdArray.Any) => np.square(np.abs(z)))(z) // => { re: 2, im: -4 }
 * grad((z: NdArray.Any) => np.power(z, 3), { holomorphic: true })(z) // => { re: -9, im: 12 }
 * grad((n: NdArray.Any) => np.divide(n, 2), { allowInt: true })(np.array(3, { dtype: "int32" })) // => 0
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const grad: {
  <const N extends number | ReadonlyArray<number> = 0, Aux extends boolean = false>(
    options: GradOptions<N, Aux>
  ): <A extends ReadonlyArray<unknown>, B extends Returned>(
    f: (...args: A) => B
  ) => Differentiated<
    A,
    Aux extends true ? [gradient: Gradient<A, N>, auxiliary: ValueOf<B, true>[1]] : Gradient<A, N>
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
    Aux extends true ? [gradient: Gradient<A, N>, auxiliary: ValueOf<B, true>[1]] : Gradient<A, N>
  >
} = transformation("grad", knownOfGrad, (f: AnyFunction, options: Options) => (...args: ReadonlyArray<unknown>) => {
  const { auxiliary, gradient } = differentiate("grad", f, options, args)
  return options.hasAux ? [gradient, auxiliary] : gradient
})
