/**
 * The common parts of functions of named axes: names and axes that are checked, and trees.
 */
import * as Aval from "../Aval.ts"
import type * as DType from "../DType.ts"
import { AxisError, AxisNameError } from "../Errors.ts"
import { asNode, pathOf } from "../internal/arguments/arguments.ts"
import * as axisScope from "../internal/axes/scope.ts"
import type * as node from "../internal/graph/node.ts"
import type * as NdArray from "../NdArray.ts"
import { count } from "../primitive/rule.ts"
import type * as Shape from "../Shape.ts"
import * as Tree from "../Tree.ts"

/** The name of an axis, or several that are taken as one, of which the first counts slowest. @category collectives @since 0.1.0 */
export type AxisName = string | ReadonlyArray<string>

/** How a collective changes the type of an array: by a sum, by a mean, by a change of shape. */
interface Effects<D extends DType.DType, S extends Shape.Shape> {
  /** Sums of booleans are counts. */
  readonly sum: NdArray.NdArray<D extends "bool" ? "int32" : D, S>
  /** Means of integers are fractions. */
  readonly mean: NdArray.NdArray<D extends DType.Inexact ? D : "float32", S>
  readonly reshape: NdArray.NdArray<D>
}

/** The type of what a collective makes of a tree. @category collectives @since 0.1.0 */
export type Collected<T, F extends keyof Effects<DType.DType, Shape.Shape>> = T extends
  NdArray.NdArray<infer D, infer S>
  ? DType.DType extends D ? NdArray.NdArray<D, F extends "reshape" ? Shape.Shape : S> : Effects<D, S>[F]
  : T extends number ? F extends "reshape" ? NdArray.NdArray : number
  : T extends bigint ? F extends "reshape" ? NdArray.NdArray : bigint
  : T extends boolean ? NdArray.NdArray
  : T extends Tree.Atom ? T
  : T extends object ? { -readonly [K in keyof T]: Collected<T[K], F> }
  : T

/** The axes that an operation names. */
export const axesOf = (operation: string, axisName: AxisName): ReadonlyArray<axisScope.NamedAxis> => {
  const names = typeof axisName === "string" ? [axisName] : axisName
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) {
    throw new AxisNameError({
      operation,
      message: `${operation}: the axis "${twice}" is given twice in ${JSON.stringify(names)}; give each axis once`
    })
  }
  return names.map((name) => axisScope.lookup(operation, name))
}

export const sizeOf = (axes: ReadonlyArray<axisScope.NamedAxis>): number => count(axes.map(({ size }) => size))

export const namesOf = (axes: ReadonlyArray<axisScope.NamedAxis>): ReadonlyArray<string> => axes.map(({ name }) => name)

/** The axes that types keep track of. */
export const manual = (axes: ReadonlyArray<axisScope.NamedAxis>): ReadonlyArray<string> =>
  namesOf(axes.filter(({ kind }) => kind === "manual"))

export const others = (axes: ReadonlyArray<axisScope.NamedAxis>): ReadonlyArray<string> =>
  namesOf(axes.filter(({ kind }) => kind !== "manual"))

/** Applies a collective to every leaf; scalars of JavaScript may have a rule of their own. */
export const overLeaves = <T>(
  operation: string,
  tree: T,
  f: (leaf: node.Node, where: () => string) => NdArray.Any,
  scalar?: (value: number | bigint) => number | bigint
): never => {
  let position = 0
  return Tree.map(tree as never, (leaf: unknown) => {
    const at = position++
    if (scalar !== undefined && (typeof leaf === "number" || typeof leaf === "bigint")) return scalar(leaf)
    const where = () => `operand ${pathOf(tree, at)}`.trimEnd()
    return f(asNode(operation, leaf, where), where)
  }) as never
}

export const axisAt = (operation: string, option: string, axis: number, x: Aval.Aval, rank: number): number => {
  const at = axis < 0 ? axis + rank : axis
  if (Number.isInteger(axis) && at >= 0 && at < rank) return at
  throw new AxisError({
    operation,
    message: `${operation}: ${option} ${axis} is out of range for ${Aval.format(x)}, expected one of ${
      rank === 0 ? "none: it is a scalar" : `${-rank} to ${rank - 1}`
    }`
  })
}
