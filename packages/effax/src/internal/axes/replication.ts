/**
 * Over which mesh axes values vary, while what `shardMap` maps is traced and rewritten: types of nodes say it, so that
 * derivatives know where cotangents of devices are to be added up.
 *
 * A value that is the same on all devices of an axis is used together with one that is not: it is made to vary first
 * (`pvary`), whose transpose is the sum over the axis. JAX calls this varying manual axes (docs/notebooks/shard_map).
 */
import { type Aval, format as formatAval } from "../../Aval.ts"
import { ReplicationError } from "../../Errors.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Params, Primitive } from "../../Primitive.ts"
import { inputs as inputsOf } from "../program/model.ts"
import { programsIn } from "../program/nested.ts"
import * as axisScope from "./scope.ts"

/** Names of axes, in the order of the mesh; `undefined` for none, so that most types have nothing to compare. */
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

/** The names that are missing from others. */
export const missing = (from: Names, wanted: Names): ReadonlyArray<string> =>
  wanted === undefined ? [] : from === undefined ? wanted : wanted.filter((name) => !from.includes(name))

/** Whether `bind` makes operands agree and types the results. Primitives that hold Programs follow those. */
export const isInferred = <P extends Params>(primitive: Primitive<P>): boolean =>
  primitive.replication === undefined && primitive.nestedJvp === undefined

const unionOf = (avals: ReadonlyArray<Aval>): Names => {
  let names: Names
  for (let i = 0; i < avals.length; i++) names = union(names, avals[i]!.varying)
  return names
}

/** What the inputs of the Program among the parameters are, where there is one for as many operands. */
const calledOn = (params: Params, operands: number): ReadonlyArray<Aval> | undefined => {
  const variables = programsIn(params).map(inputsOf).find(({ length }) => length === operands)
  return variables?.map((variable) => variable.aval)
}

/** Makes a value vary over more axes: `pvary`, which is handed down by the axes in scope. */
export type Vary = (x: NdArray.Any, names: Names) => NdArray.Any

/** An equation's operands, made to vary over the axes that the equation wants. */
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

/** The types of an equation's results. */
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

/** Types that vary over more axes. */
export const widened = (avals: ReadonlyArray<Aval>, names: (index: number) => Names): ReadonlyArray<Aval> =>
  avals.map((aval, i) => {
    const varying = union(aval.varying, names(i))
    return varying === aval.varying ? aval : { ...aval, varying }
  })

/** Names as errors list them. */
export const format = (names: Names): string =>
  names === undefined ? "no axis" : names.map((name) => `"${name}"`).join(" and ")

/** Operands that vary over each of the axes, as collectives that are told of it take them. */
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

/** What a loop hands on varies over no more axes than what it takes. */
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
