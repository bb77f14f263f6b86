/**
 * `customJvp` and `customVjp`: functions with user-written derivatives.
 */
import type { Aval } from "../Aval.ts"
import * as DType from "../DType.ts"
import { ArgumentError, TreeError } from "../Errors.ts"
import { avals, type Flat, flatten, nameOf, positionsOf, type Returned } from "../internal/arguments/arguments.ts"
import { checkFunction, dualOfFunction, dualWithOptions } from "../internal/arguments/dual.ts"
import type { Known } from "../internal/arguments/options.ts"
import { checkLike } from "../internal/autodiff/differentiation.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import { type Program, withoutCaptures } from "../internal/program/program.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import type { OrZero } from "../Primitive.ts"
import { customJvpCall, customVjpCall } from "../primitive/custom.ts"
import { type CustomJvp, type CustomVjp, DerivativeRule } from "../primitive/derivativeRule.ts"
import * as Tree from "../Tree.ts"
import type { Differentiated } from "./differentiate.ts"

/**
 * Options of {@link customJvp} and {@link customVjp}.
 *
 * @category models
 * @since 0.1.0
 */
export interface CustomOptions<N extends number | ReadonlyArray<number>> {
  /** Positions of arguments that are not arrays: rules receive them unchanged, before everything else. */
  readonly nondiffArgnums?: N
  /** Shown in Programs and errors; the function's own name by default. */
  readonly name?: string
}

const known: Known<Options> = { nondiffArgnums: true, name: true }

type PositionsOf<N> = N extends number ? N : N extends ReadonlyArray<number> ? N[number] : never

/** The arguments at the positions `N`, or, with `Keep` false, the others. */
type Select<
  A extends ReadonlyArray<unknown>,
  N,
  Keep extends boolean,
  Before extends ReadonlyArray<unknown> = []
> = number extends A["length"] ? Keep extends true ? [] : A
  : A extends readonly [infer Head, ...infer Rest] ? [
      ...(Before["length"] extends PositionsOf<N> ? Keep extends true ? [Head] : [] : Keep extends true ? [] : [Head]),
      ...Select<Rest, N, Keep, [...Before, unknown]>
    ]
  : []

/** The arguments at `nondiffArgnums`, which a rule receives first and unchanged. @category models @since 0.1.0 */
export type Nondiff<A extends ReadonlyArray<unknown>, N> = Select<Required<A>, N, true>

/** The differentiable arguments of a rule. @category models @since 0.1.0 */
export type Primals<A extends ReadonlyArray<unknown>, N> = Select<Required<A>, N, false>

/** A tree of the same structure; the dtypes and shapes of its arrays are checked when the rule runs. */
type Loose<T, Zero> =
  | Zero
  | (T extends NdArray.Any ? NdArray.Any | number
    : T extends Tree.Atom ? T
    : T extends object ? { readonly [K in keyof T]: Loose<T[K], Zero> }
    : T)

/** A rule from primals and tangents to the value and its tangent. @category models @since 0.1.0 */
export type JvpRule<A extends ReadonlyArray<unknown>, B, N> = (
  ...args: [...nondiff: Nondiff<A, N>, primals: Primals<A, N>, tangents: Primals<A, N>]
) => readonly [output: Loose<B, never>, tangent: Loose<B, never>]

/**
 * The forward pass keeps residuals, which the backward pass uses.
 *
 * @category models
 * @since 0.1.0
 */
export interface VjpRule<A extends ReadonlyArray<unknown>, B, N, R> {
  /** Takes all arguments in their positions; returns the value and residuals: any tree of arrays. */
  readonly forward: (...args: A) => readonly [output: Loose<B, never>, residuals: R]
  /** Returns one cotangent for each differentiable argument; `null` is zero, also for a whole tree. */
  readonly backward: (
    ...args: [...nondiff: Nondiff<A, N>, residuals: R, cotangent: B]
  ) => Loose<Readonly<Primals<A, N>>, null>
}

type AnyFunction = (...args: ReadonlyArray<unknown>) => unknown

interface AnyVjpRule {
  readonly forward: AnyFunction
  readonly backward: AnyFunction
}

type Options = CustomOptions<number | ReadonlyArray<number>>

/** A function whose derivative is custom, at a call. */
interface Call {
  readonly operation: string
  readonly name: string
  /** The full list of arguments, with the given arrays at the differentiable positions. */
  readonly complete: (dynamic: ReadonlyArray<unknown>) => ReadonlyArray<unknown>
  readonly nondiff: ReadonlyArray<unknown>
  readonly primals: Flat
  readonly program: Program
  readonly captures: ReadonlyArray<node.Node>
  readonly result: { readonly leaves: ReadonlyArray<Aval>; readonly structure: Tree.Structure }
}

const trace = (
  operation: string,
  f: AnyFunction,
  options: Options,
  args: ReadonlyArray<unknown>
): Call => {
  const name = options.name ?? nameOf(f)
  const positions = positionsOf(operation, "nondiffArgnums", options.nondiffArgnums ?? [], args.length)
  const primals = flatten(name, "argument", args.filter((_, i) => !positions.includes(i)))
  const complete = (dynamic: ReadonlyArray<unknown>): ReadonlyArray<unknown> => {
    let next = 0
    return args.map((arg, i) => positions.includes(i) ? arg : dynamic[next++])
  }
  let structure: Tree.Structure | undefined
  const { captures, program } = tracing.trace(operation, avals(primals.leaves), (parameters) => {
    const flat = flatten(
      name,
      "result",
      f(...complete(Tree.unflatten(primals.structure, parameters) as ReadonlyArray<unknown>))
    )
    structure = flat.structure
    return flat.leaves
  })
  return {
    operation,
    name,
    complete,
    nondiff: positions.map((position) => args[position]),
    primals,
    program: withoutCaptures(program),
    captures,
    result: { leaves: program.results.map((atom) => atom.aval), structure: structure! }
  }
}

/**
 * Runs a rule on values, as a function of trees. In a Program, the arrays that the function closed over may have been
 * replaced: the rule's graph uses the current arrays instead of those of the original call.
 */
const runRule = (
  { captures, operation }: Call,
  closedOver: ReadonlyArray<node.Node>,
  values: ReadonlyArray<node.Node>,
  f: (parameters: ReadonlyArray<node.Node>) => ReadonlyArray<NdArray.Any>
): ReadonlyArray<node.Node> => {
  const closed = tracing.trace(operation, avals(values), f)
  const today = new Map(captures.map((capture, i) => [capture, closedOver[i]!]))
  return tracing.replay(closed.program, [...closed.captures.map((capture) => today.get(capture) ?? capture), ...values])
}

const pairOf = (operation: string, rule: string, wanted: string, given: unknown): readonly [unknown, unknown] => {
  if (Array.isArray(given) && given.length === 2) return given as unknown as readonly [unknown, unknown]
  throw new TreeError({
    operation,
    message: `${operation}: the rule ${rule} must return a pair [${wanted}], got ${
      Array.isArray(given) ? `an array of ${given.length}` : Tree.structureToString(Tree.structure(given))
    }`
  })
}

/** Checks that a part of a rule's result is like the function's own result. */
const like = (
  { name, operation, result }: Call,
  what: string,
  given: unknown,
  expected: ReadonlyArray<Aval>
): ReadonlyArray<NdArray.Any> => {
  const flat = flatten(operation, what, given)
  checkLike(operation, `${what}, as the result of ${name},`, given, flat, { ...result, leaves: expected })
  return flat.leaves.map((leaf, i) => cast(operation, leaf, expected[i]!.dtype))
}

const unflattenArguments = (structure: Tree.Structure, leaves: ReadonlyArray<unknown>): ReadonlyArray<unknown> =>
  Tree.unflatten(structure, leaves) as ReadonlyArray<unknown>

/**
 * A function whose derivative is given by a rule: from primals and tangents to the value and its tangent.
 *
 * **When to use**
 *
 * For derivatives that are more precise or cheaper than the derived ones, or that differ from the mathematical ones.
 * The rule serves forward mode and, since its tangent is a linear function of the input tangents, reverse mode too,
 * which transposes it.
 *
 * **Details**
 *
 * `rule` takes the arguments at `nondiffArgnums`, then the list of the other arguments, then the list of their
 * tangents, which are full arrays even if they are zero (also for integers), and returns `[value, tangent]`. Both must
 * have the structure, shapes and dtypes of the function's result. The rule may call the function itself; the second
 * derivative is the derivative of the rule. `vmap` maps the rule. There are no derivatives with respect to arrays that
 * the function closes over: requesting one is an error.
 *
 * **Gotchas**
 *
 * A function that its own rule calls needs an explicit type:
 * `const f: (x: NdArray.Any) => NdArray.Any = customJvp(...)`.
 *
 * @example
 * ```ts
 * import { customJvp, grad, NdArray, Numpy as np } from "effax"
 *
 * // log(1 + e^x), whose derivative is written so that it does not overflow
 * const log1pexp = customJvp(
 *   (x: NdArray.Any) => np.log1p(np.exp(x)),
 *   ([x], [dx]) => [np.log1p(np.exp(x)), np.multiply(np.subtract(1, np.reciprocal(np.add(1, np.exp(x)))), dx)]
 * )
 * NdArray.toScalar(grad(log1pexp)(100)) // => 1
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const customJvp: {
  <A extends ReadonlyArray<unknown>, B extends Returned>(
    rule: JvpRule<A, B, readonly []>
  ): (f: (...args: A) => B) => Differentiated<A, B>
  <
    A extends ReadonlyArray<unknown>,
    B extends Returned,
    const N extends number | ReadonlyArray<number> = readonly []
  >(
    f: (...args: A) => B,
    rule: JvpRule<A, NoInfer<B>, N>,
    options?: CustomOptions<N>
  ): Differentiated<A, B>
} = dualWithOptions("customJvp", 2, known, (f: AnyFunction, rule: AnyFunction, options: Options) => {
  checkFunction("customJvp", f)
  checkFunction("customJvp", rule)
  return (...args: ReadonlyArray<unknown>) => {
    const call = trace("customJvp", f, options, args)
    const { complete: _, name, nondiff, operation, primals: { leaves, structure }, result } = call
    const ruleName = nameOf(rule)
    const apply: CustomJvp = (captures, primals, tangents) => {
      const outputs = runRule(call, captures, [...primals, ...tangents], (parameters) => {
        const dual = rule(
          ...nondiff,
          unflattenArguments(structure, parameters.slice(0, primals.length)),
          unflattenArguments(structure, parameters.slice(primals.length))
        )
        const [output, tangent] = pairOf(operation, ruleName, "value, tangent", dual)
        const dots = Tree.leaves(tangent)
        // the tangents of integers are ignored
        const expected = result.leaves.map((of, i) =>
          DType.isInexact(of.dtype) ? of : { ...of, dtype: dtypeOf(dots[i]) ?? of.dtype }
        )
        return [
          ...like(call, `the value that ${ruleName} returns`, output, result.leaves),
          ...like(call, `the tangent that ${ruleName} returns`, tangent, expected)
        ]
      })
      const count = result.leaves.length
      return { outputs: outputs.slice(0, count), tangents: outputs.slice(count) }
    }
    const outputs = customJvpCall([...call.captures, ...leaves], {
      name,
      callJaxpr: call.program,
      rule: new DerivativeRule({ jvp: ruleName }, call.captures.length, apply)
    })
    return Tree.unflatten(result.structure, outputs)
  }
})

const dtypeOf = (leaf: unknown): DType.DType | undefined =>
  typeof leaf === "object" && leaf !== null && "dtype" in leaf && DType.isDType(leaf.dtype) ? leaf.dtype : undefined

/** The subtrees of the arguments at which a rule returned arrays or `null`. */
const subtreesOf = (
  { operation }: Call,
  what: string,
  structure: Tree.Structure,
  args: unknown
): ReadonlyArray<unknown> => {
  try {
    return Tree.flattenUpTo(structure, args)
  } catch (error) {
    if (!(error instanceof TreeError)) throw error
    throw new TreeError({
      operation,
      message: `${operation}: ${what} must have the structure of the arguments; ${
        error.message.replace("Tree.flattenUpTo: ", "").replace("the first has", "the cotangents have").replace(
          "the other has",
          "the arguments have"
        )
      }`
    })
  }
}

/** The cotangents of the arguments' leaves that a rule returned. `null` stands for zeros, also of a whole tree. */
const cotangentsOf = (call: Call, rule: string, given: unknown): ReadonlyArray<OrZero> => {
  const { operation, primals } = call
  const args = unflattenArguments(primals.structure, primals.leaves)
  const what = `the cotangents that ${rule} returns`
  if (!Array.isArray(given) || given.length !== args.length) {
    throw new TreeError({
      operation,
      message: `${operation}: ${what} must be an array with one entry for each of the ${args.length} argument${
        args.length === 1 ? "" : "s"
      }, got ${Array.isArray(given) ? `an array of ${given.length}` : Tree.structureToString(Tree.structure(given))}`
    })
  }
  const zeros = { noneIsLeaf: true } as const
  const subtrees = subtreesOf(call, what, Tree.structure(given, zeros), args)
  return Tree.leavesWithPath<unknown>(given, zeros).flatMap(([path, cotangent], i): ReadonlyArray<OrZero> => {
    const expected = Tree.leaves(subtrees[i])
    if (cotangent === null || cotangent === undefined) return expected.map(() => undefined)
    const where = `${what}: ${Tree.formatPath(path)}`
    if (!node.isNode(subtrees[i])) {
      throw new TreeError({
        operation,
        message: `${operation}: ${where} is one leaf, but the argument there is ${
          Tree.structureToString(Tree.structure(subtrees[i]))
        }`
      })
    }
    if (!DType.isInexact(subtrees[i].dtype)) return [undefined]
    const flat = flatten(operation, where, cotangent)
    checkLike(operation, where, cotangent, flat, { leaves: [subtrees[i]], structure: flat.structure })
    return [cast(operation, flat.leaves[0]!, subtrees[i].dtype)]
  })
}

/**
 * A function whose reverse-mode derivative is given by two rules: a forward pass that keeps residuals, and a backward
 * pass from residuals and the cotangent of the result to the cotangents of the arguments.
 *
 * **When to use**
 *
 * When the backward pass is not the transpose of a tangent map: to clip gradients, to solve for them, to keep less in
 * memory. Otherwise {@link customJvp} serves both modes.
 *
 * **Details**
 *
 * `forward` takes all arguments in their positions. `backward` takes the arguments at `nondiffArgnums`, the residuals
 * and the cotangent, which is a full array even if it is zero. It returns an array with one entry for each argument not
 * in `nondiffArgnums`, with the argument's structure, shapes and dtypes; `null` stands for zeros, and entries for
 * integers are ignored. Forward mode is an error. Second derivatives are those of the two rules; a `forward` that calls
 * the function itself has none in forward mode. There are no derivatives with respect to arrays that the function
 * closes over: requesting one is an error.
 *
 * @example
 * ```ts
 * import { customVjp, grad, NdArray, Numpy as np } from "effax"
 *
 * // the identity, whose gradient is clipped
 * const clipGradient = customVjp((x: NdArray.Any) => x, {
 *   forward: (x) => [x, null],
 *   backward: (_, ct) => [np.clip(ct, { min: -1, max: 1 })]
 * })
 * NdArray.toScalar(grad((x: NdArray.Any) => np.multiply(clipGradient(x), 10))(3)) // => 1
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const customVjp: {
  <A extends ReadonlyArray<unknown>, B extends Returned, R>(
    rule: VjpRule<A, B, readonly [], R>
  ): (f: (...args: A) => B) => Differentiated<A, B>
  <
    A extends ReadonlyArray<unknown>,
    B extends Returned,
    R,
    const N extends number | ReadonlyArray<number> = readonly []
  >(
    f: (...args: A) => B,
    rule: VjpRule<A, NoInfer<B>, N, R>,
    options?: CustomOptions<N>
  ): Differentiated<A, B>
} = dualOfFunction("customVjp", 2, known, (f: AnyFunction, rule: AnyVjpRule, options: Options) => {
  if (typeof rule?.forward !== "function" || typeof rule.backward !== "function") {
    throw new ArgumentError({
      operation: "customVjp",
      message:
        "customVjp: the rule must be an object of two functions, `{ forward: (x) => [f(x), residuals], backward: " +
        "(residuals, cotangent) => [cotangentOfX] }`"
    })
  }
  return (...args: ReadonlyArray<unknown>) => {
    const call = trace("customVjp", f, options, args)
    const { complete, name, nondiff, operation, primals: { leaves, structure }, result } = call
    const names = { fwd: nameOf(rule.forward), bwd: nameOf(rule.backward) }
    const count = result.leaves.length
    const apply: CustomVjp = (captures, primals) => {
      let kept: Tree.Structure | undefined
      const forth = runRule(call, captures, primals, (parameters) => {
        const pair = rule.forward(...complete(unflattenArguments(structure, parameters)))
        const [output, residuals] = pairOf(operation, names.fwd, "value, residuals", pair)
        const flat = flatten(operation, `the residuals that ${names.fwd} returns`, residuals)
        kept = flat.structure
        return [...like(call, `the value that ${names.fwd} returns`, output, result.leaves), ...flat.leaves]
      })
      return {
        outputs: forth.slice(0, count),
        // the backward pass may need the captures too
        residuals: [...captures, ...forth.slice(count)],
        backward(residuals, cotangents) {
          let found: ReadonlyArray<OrZero> = []
          const own = residuals.slice(captures.length)
          const back = runRule(call, residuals.slice(0, captures.length), [...own, ...cotangents], (parameters) => {
            const given = rule.backward(
              ...nondiff,
              Tree.unflatten(kept!, parameters.slice(0, own.length)),
              Tree.unflatten(result.structure, parameters.slice(own.length))
            )
            found = cotangentsOf(call, names.bwd, given)
            return tracing.present(found)
          })
          let next = 0
          return found.map((cotangent) => cotangent === undefined ? undefined : back[next++])
        }
      }
    }
    const outputs = customVjpCall([...call.captures, ...leaves], {
      name,
      callJaxpr: call.program,
      rule: new DerivativeRule(names, call.captures.length, apply)
    })
    return Tree.unflatten(result.structure, outputs)
  }
})
