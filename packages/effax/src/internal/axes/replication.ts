/**
 * The mesh axes over which values vary, tracked while the function of a `shardMap` is traced and rewritten. The types
 * of nodes contain them, so that derivatives know where the cotangents of devices are added up.
 *
 * A value that is the same on all devices of an axis must be made to vary (`pvary`) before it is used together with a
 * value that varies; the transpose of `pvary` is the sum over the axis. JAX calls this varying manual axes
 * (docs/notebooks/shard_map).
 */
import { type Aval, format as formatAval } from "../../Aval.ts"
import { ReplicationError } from "../../Errors.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Params, Primitive } from "../../Primitive.ts"
import { inputs as inputsOf } from "../program/model.ts"
import { programsIn } from "../program/nested.ts"
import * as axisScope from "./scope.ts"

/** Names of axes, in mesh order; `undefined` if empty, so that most types have nothing to compare. */
export type Names = ReadonlyArray<string> | undefined

const normal = (names: ReadonlyArray<string>): Names => names.length === 0 ? undefined : names

export const union = (a: Names, b: Names): Names => {
  if (a === undefined || a === b) return b
  if (b === undefined) return a
  const more = b.filter((name) => !a.includes(name))
  return more.length === 0 ? a : axisScope.ordered([...a, ...more])
}

export const minus = (a: Names, b: ReadonlyArray<string>): Names =>
  a === undefined ? undefined : normal(a.filter((name) => !b.includes(name)))

/** The names in `wanted` that are missing from `from`. */
export const missing = (from: Names, wanted: Names): ReadonlyArray<string> =>
  wanted === undefined ? [] : from === undefined ? wanted : wanted.filter((name) => !from.includes(name))

/**
 * Whether `bind` makes the operands agree and types the results. Primitives that hold Programs follow those instead.
 */
export const isInferred = <P extends Params>(primitive: Primitive<P>): boolean =>
  primitive.replication === undefined && primitive.nestedJvp === undefined

const unionOf = (avals: ReadonlyArray<Aval>): Names => {
  let names: Names
  for (let i = 0; i < avals.length; i++) names = union(names, avals[i]!.varying)
  return names
}

/** The input types of the Program among the parameters that has one input per operand, if there is one. */
const calledOn = (params: Params, operands: number): ReadonlyArray<Aval> | undefined => {
  const variables = programsIn(params).map(inputsOf).find(({ length }) => length === operands)
  return variables?.map((variable) => variable.aval)
}

/** Makes a value vary over more axes with `pvary`; the axes in scope provide it. */
export type Vary = (x: NdArray.Any, names: Names) => NdArray.Any

/** The operands of an equation, made to vary over the axes that the equation requires. */
export const operandsOf = <P extends Params, A extends NdArray.Any & Aval>(
  primitive: Primitive<P>,
  inputs: ReadonlyArray<A>,
  params: P,
  vary: Vary
): ReadonlyArray<NdArray.Any> => {
  if (isInferred(primitive)) {
    const names = unionOf(inputs)
    return names === undefined ? inputs : inputs.map((x) => vary(x, names))
  }
  const expected = primitive.parameters?.(params) ?? calledOn(params, inputs.length)
  return expected === undefined ? inputs : inputs.map((x, i) => vary(x, expected[i]?.varying))
}

/** The result types of an equation. */
export const resultsOf = <P extends Params>(
  primitive: Primitive<P>,
  inputs: ReadonlyArray<Aval>,
  params: P
): ReadonlyArray<Aval> => {
  const avals = primitive.abstract(inputs, params)
  if (!isInferred(primitive)) return avals
  const varying = unionOf(inputs)
  return varying === undefined && avals.every((aval) => aval.varying === undefined)
    ? avals
    : avals.map((aval) => ({ ...aval, varying }))
}

/** Types, made to vary over more axes. */
export const widened = (avals: ReadonlyArray<Aval>, names: (index: number) => Names): ReadonlyArray<Aval> =>
  avals.map((aval, i) => {
    const varying = union(aval.varying, names(i))
    return varying === aval.varying ? aval : { ...aval, varying }
  })

/** Names of axes as text for error messages. */
export const format = (names: Names): string =>
  names === undefined ? "no axis" : names.map((name) => `"${name}"`).join(" and ")

/** Checks that an operand varies over each of the axes, as replication-checked collectives require. */
export const checkVaries = (operation: string, aval: Aval, axes: ReadonlyArray<string>): void => {
  const lacking = missing(aval.varying, axes)
  if (lacking.length === 0) return
  throw new ReplicationError({
    operation,
    message:
      `${operation}: the operand is the same along the axis ${format(lacking)}, but it must vary over it; make it ` +
      "vary with `Lax.pvary`"
  })
}

/** Checks that the output carry of a loop varies over no more axes than its input carry. */
export const checkCarry = (operation: string, before: ReadonlyArray<Aval>, after: ReadonlyArray<Aval>): void => {
  const wrong = before.findIndex(({ varying }, i) => missing(varying, after[i]!.varying).length > 0)
  if (wrong === -1) return
  throw new ReplicationError({
    operation,
    message: `${operation}: carry ${wrong} is ${formatAval(before[wrong]!)} in, but the body gives ${
      formatAval(after[wrong]!)
    }, which varies over more axes; make the initial value vary with \`Lax.pvary\``
  })
}
