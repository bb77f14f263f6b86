/**
 * Functions that combine two elements, applied to whole arrays, and the monoids among them: sums, products, extremes,
 * conjunctions and disjunctions.
 */
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import { TreeError } from "../Errors.ts"
import { flatten, pathOf } from "../internal/arguments/arguments.ts"
import { cast } from "../internal/graph/cast.ts"
import * as node from "../internal/graph/node.ts"
import { integerRange } from "../internal/graph/scalars.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/reduction.ts"
import { count, type Ints } from "../primitive/rule.ts"
import { full, reshape } from "../primitive/structural.ts"
import { vmap } from "../transform/vmap.ts"
import * as Tree from "../Tree.ts"
import { checkFunction } from "./body.ts"

type Arrays = ReadonlyArray<NdArray.Any>

/** A function of the leaves of two trees, for arrays of any shape. */
export type Combine = (xs: Arrays, ys: Arrays) => Arrays

/** The function of two trees of scalars that a user gives, as one of the leaves of two trees of arrays. */
export const combineTrees = (
  operation: string,
  f: (x: unknown, y: unknown) => unknown,
  structure: Tree.Structure,
  like: Arrays
): Combine => {
  checkFunction(operation, "computation", f)
  const single: Combine = (xs, ys) => {
    const result = f(Tree.unflatten(structure, xs), Tree.unflatten(structure, ys))
    const flat = flatten(operation, "result of computation", result)
    if (!Tree.structureEquals(flat.structure, structure)) {
      throw new TreeError({
        operation,
        message: `${operation}: computation must give the structure ${Tree.structureToString(structure)}, but gives ${
          Tree.structureToString(flat.structure)
        }`
      })
    }
    return flat.leaves.map((leaf, i) => {
      const { dtype, weak } = like[i]!
      const typed = leaf.weak && !weak ? cast(operation, leaf, dtype) : leaf
      if (typed.dtype === dtype && typed.shape.length === 0) return typed
      throw new TreeError({
        operation,
        message: `${operation}: computation must give a scalar of ${dtype}, but gives ${Aval.format(typed)}${
          like.length === 1 ? "" : ` at ${pathOf(result, i)}`
        }`
      })
    })
  }
  const many = vmap(((xs: Arrays, ys: Arrays) => single(xs, ys)) as never) as unknown as Combine
  return (xs, ys) => {
    const { shape } = xs[0]!
    if (shape.length === 0) return single(xs, ys)
    const flat = (x: NdArray.Any) => reshape(x, [count(shape)])
    return many(xs.map(flat), ys.map(flat)).map((x) => reshape(x, shape))
  }
}

export interface Monoid {
  readonly identity: (dtype: DType.DType) => number | bigint | boolean
  readonly reduce: (x: NdArray.Any, axes: Ints) => NdArray.Any
}

const least = (dtype: DType.DType) =>
  dtype === "bool" ? false : DType.isInteger(dtype) ? integerRange(dtype)[0] : -Infinity
const largest = (dtype: DType.DType) =>
  dtype === "bool" ? true : DType.isInteger(dtype) ? integerRange(dtype)[1] : Infinity
const allBits = (dtype: DType.DType) => dtype === "bool" ? true : DType.isSigned(dtype) ? -1n : integerRange(dtype)[1]

/** The monoids of which there are reductions, by the primitive that combines two elements. */
const monoids: ReadonlyMap<string, Monoid> = new Map([
  ["add", { identity: () => 0, reduce: primitive.reduceSum }],
  ["mul", { identity: () => 1, reduce: primitive.reduceProd }],
  ["max", { identity: least, reduce: primitive.reduceMax }],
  ["min", { identity: largest, reduce: primitive.reduceMin }],
  ["and", { identity: allBits, reduce: primitive.reduceAnd }],
  ["or", { identity: (dtype: DType.DType) => dtype === "bool" ? false : 0, reduce: primitive.reduceOr }]
])

/** The monoid that a function is, if it applies one primitive to its two arguments. */
export const monoidOf = (combine: Combine, like: Aval.Aval): Monoid | undefined => {
  const sample = () => reshape(full(like.dtype === "bool" ? false : 0, like.dtype, [1]), [])
  const [x, y] = [sample(), sample()]
  const { source } = node.nodeOf(combine([x], [y])[0]!)
  if (source._tag !== "Apply") return undefined
  const { inputs, primitive: { name } } = source.application
  const isOfBoth = inputs.length === 2 && (inputs[0] === x && inputs[1] === y || inputs[0] === y && inputs[1] === x)
  return isOfBoth ? monoids.get(name) : undefined
}

/** Whether an array is known to be the neutral element. */
export const isIdentity = (monoid: Monoid, x: NdArray.Any): boolean => {
  const { source } = node.nodeOf(x)
  if (source._tag !== "Literal") return false
  const identity = monoid.identity(x.dtype)
  return typeof source.value === "boolean" || typeof identity === "boolean"
    ? source.value === identity
    // eslint-disable-next-line eqeqeq -- 0 and 0n are one number
    : source.value == identity
}

/** The initial values of a reduction, as scalars of the dtypes of its operands. */
export const initialValues = (
  operation: string,
  operands: Arrays,
  structure: Tree.Structure,
  tree: unknown
): Arrays => {
  const flat = flatten(operation, "initial value", tree)
  if (!Tree.structureEquals(flat.structure, structure)) {
    throw new TreeError({
      operation,
      message: `${operation}: initial values must have the structure of the operands, ${
        Tree.structureToString(structure)
      }, but have ${Tree.structureToString(flat.structure)}`
    })
  }
  return flat.leaves.map((leaf, i) => {
    const { dtype, weak } = operands[i]!
    const typed = leaf.weak && leaf.source._tag === "Literal" ? cast(operation, leaf, dtype, weak) : leaf
    if (typed.dtype === dtype && typed.shape.length === 0) return typed
    throw new TreeError({
      operation,
      message: `${operation}: initial values must be scalars of the dtypes of the operands, got ${Aval.format(leaf)}${
        operands.length === 1 ? "" : ` at ${pathOf(tree, i)}`
      } for ${Aval.format(operands[i]!)}`
    })
  })
}

/** The elements that a computation combines: trees of scalars. @category models @since 0.1.0 */
export type Elements<T> = T extends NdArray.NdArray<infer D> ? NdArray.NdArray<D, readonly []>
  : T extends Tree.Atom | { readonly [Tree.symbol]: () => unknown } ? T
  : T extends object ? { -readonly [K in keyof T]: Elements<T[K]> }
  : T

/** Trees of arrays of the same dtypes and any shape. @category models @since 0.1.0 */
export type Reduced<T> = T extends NdArray.NdArray<infer D> ? NdArray.NdArray<D>
  : T extends Tree.Atom | { readonly [Tree.symbol]: () => unknown } ? T
  : T extends object ? { -readonly [K in keyof T]: Reduced<T[K]> }
  : T
