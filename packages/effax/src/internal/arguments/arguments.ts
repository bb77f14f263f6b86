/**
 * Arguments of transformed functions: trees whose leaves are arrays, or JavaScript scalars that stand for weak ones.
 */
import * as Effect from "effect/Effect"
import * as aval from "../../Aval.ts"
import type { Aval } from "../../Aval.ts"
import type { DType } from "../../DType.ts"
import { ArgumentError, TreeError } from "../../Errors.ts"
import type * as NdArray from "../../NdArray.ts"
import * as Tree from "../../Tree.ts"
import * as node from "../graph/node.ts"
import { argumentOf, isNumber } from "../graph/numbers.ts"
import * as scalars from "../graph/scalars.ts"
import { isScalar } from "../graph/scalars.ts"
import { describe } from "./describe.ts"

/** A leaf as a graph node. */
export const asNode = (operation: string, leaf: unknown, where: () => string): node.Node => {
  if (node.isNode(leaf)) return leaf
  if (isScalar(leaf)) return scalars.leaf(operation, leaf)
  throw new TreeError({
    operation,
    message:
      `${operation}: ${where()} is ${describeLeaf(leaf)}, but leaves must be arrays, numbers, bigints or booleans; ` +
      (runsLater(leaf)
        ? "a function that is traced is plain code: run Effects before it, or while it runs with `pureCallback`"
        : "make an array with `np.array`, or name the argument in `staticArgnums`")
  })
}

/** What functions give that are async, generators, or made of Effects. */
const runsLater = (leaf: unknown): boolean =>
  Effect.isEffect(leaf) || typeof leaf === "object" && leaf !== null && ("then" in leaf || "next" in leaf)

const describeLeaf = (leaf: unknown): string =>
  typeof leaf === "string"
    ? `the string ${JSON.stringify(leaf)}`
    : Effect.isEffect(leaf)
    ? "an Effect"
    : typeof leaf === "object" && leaf !== null && "next" in leaf
    ? "a generator"
    : describe(leaf)

export interface Flat {
  readonly leaves: ReadonlyArray<node.Node>
  readonly structure: Tree.Structure
}

/** The leaves of a tree as nodes; `what` names the tree in errors: `argument`, `result`. */
export const flatten = (operation: string, what: string, tree: unknown): Flat => {
  const { leaves, structure } = Tree.flatten(tree)
  let plain = true
  for (let i = 0; i < leaves.length; i++) {
    if (!node.isNode(leaves[i])) {
      plain = false
      break
    }
  }
  if (plain) return { leaves: leaves as ReadonlyArray<node.Node>, structure }
  return {
    leaves: leaves.map((leaf, i) => asNode(operation, leaf, () => `${what} ${pathOf(tree, i)}`.trimEnd())),
    structure
  }
}

/** The key path of a leaf, for errors. */
export const pathOf = (tree: unknown, leaf: number): string => Tree.formatPath(Tree.leavesWithPath(tree)[leaf]![0])

export const avals = (nodes: ReadonlyArray<Aval>): ReadonlyArray<Aval> =>
  nodes.map(({ dtype, shape, varying, weak }) => ({ dtype, shape, weak, varying }))

/** What a parameter is made for: an argument's dtype and shape, and the number if it is one. */
export interface Parametric extends Aval {
  readonly number?: node.NumberArgument | undefined
}

/** As {@link avals}, of arguments that count as the numbers that they are, not as arrays. */
export const given = (nodes: ReadonlyArray<node.Node>): ReadonlyArray<Parametric> =>
  nodes.map((of) => {
    const { dtype, shape, varying, weak } = of
    return { dtype, shape, weak, varying, number: argumentOf(of) }
  })

const noNumbers: ReadonlyArray<undefined> = []

/** The numbers among arguments, at their positions; empty if there are none. */
export const numbersOf = (nodes: ReadonlyArray<node.Node>): ReadonlyArray<node.NumberArgument | undefined> => {
  for (let i = 0; i < nodes.length; i++) if (isNumber(nodes[i]!)) return nodes.map(argumentOf)
  return noNumbers
}

/** Arguments as given to one trace, which is to tell whether it mattered what kind of numbers they are. */
export const unasked = (all: ReadonlyArray<Parametric>): ReadonlyArray<Parametric> =>
  all.map((of) => of.number === undefined ? of : { ...of, number: { ...of.number, asked: false } })

export const sameAvals = (a: ReadonlyArray<Aval>, b: ReadonlyArray<Aval>): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!aval.equals(a[i]!, b[i]!)) return false
  return true
}

/**
 * Arguments that callers of a transformed function may pass where the function takes `T`: JavaScript scalars stand for scalar
 * arrays.
 *
 * @category models
 * @since 0.1.0
 */
export type Argument<T> = T | Lifted<T>

/** Whether a type is one of several: a function of arrays of any dtype gives arrays of some of them. */
type IsUnion<D, All = D> = [D] extends [never] ? false : D extends unknown ? [All] extends [D] ? false : true : never

/**
 * `T` with scalars in place of scalar arrays, and any dtype in place of several; what has none of these is not repeated.
 */
type Lifted<T> = T extends NdArray.NdArray<infer D, infer S> ?
    | (readonly [] extends S ? number | bigint | boolean : never)
    | (true extends IsUnion<D> ? NdArray.NdArray<DType, S> : never)
  : T extends Tree.Atom ? never
  : T extends object ? { readonly [K in keyof T]: Argument<T[K]> }
  : never

/**
 * The result of a function: anything. As a constraint it has TypeScript take `[x, y]` for a pair and not for a list, so
 * that users don't have to write `as const`.
 *
 * @category models
 * @since 0.1.0
 */
export type Returned = Hint<Hint<Hint<Hint<unknown>>>>

/** Not by recursion, which TypeScript would follow into arrays themselves. */
type Hint<Part> = {} | [] | ReadonlyArray<Part> | { readonly [key: string]: Part } | null | undefined | void

/** {@link Argument} for each of a function's arguments. @category models @since 0.1.0 */
export type Arguments<A extends ReadonlyArray<unknown>> = { readonly [K in keyof A]: Argument<A[K]> } extends
  infer R extends ReadonlyArray<unknown> ? R : never

/** The name of a function, as Programs print it. */
export const nameOf = (f: { readonly name: string }): string => f.name === "" ? "<lambda>" : f.name

/** The positions that an option names among so many arguments; negative ones count from the end. */
export const positionsOf = (
  operation: string,
  option: string,
  positions: number | ReadonlyArray<number>,
  count: number
): ReadonlyArray<number> =>
  (typeof positions === "number" ? [positions] : positions).map((position) => {
    const at = position < 0 ? position + count : position
    if (!Number.isInteger(at) || at < 0 || at >= count) {
      throw new ArgumentError({
        operation,
        message: `${operation}: ${option} ${position} is out of range for a call with ${count} argument${
          count === 1 ? "" : "s"
        }; positions count from 0, negative ones from the end`
      })
    }
    return at
  })
