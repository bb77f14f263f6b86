/**
 * Random functions of tensors, as lists of steps each of which takes earlier values. Steps may hold functions, which they
 * map over an axis, differentiate, or call.
 */
import type * as DType from "effax/DType"
import type * as NdArray from "effax/NdArray"
import { checkpoint, jit } from "effax/Transform"

export type X = NdArray.Any
export type Xs = ReadonlyArray<X>

/** A kind of number; each case chooses the dtype. */
export type Kind = "float" | "int" | "bool" | "complex"

/** The dtype of each kind. */
export type DTypes = { readonly [K in Kind]: DType.DType }

export interface Type {
  readonly kind: Kind
  readonly shape: ReadonlyArray<number>
}

export interface Value extends Type {
  /** Whether every backend gives the same bits: only such values are compared, sorted or clipped, as others may jump. */
  readonly exact: boolean
}

export interface Step {
  readonly name: string
  readonly operands: ReadonlyArray<number>
  readonly value: Value
  readonly apply: (operands: Xs, dtypes: DTypes) => X
}

/** Values are numbered: the parameters first, then one for each step. */
export interface Fn {
  readonly parameters: ReadonlyArray<Value>
  readonly steps: ReadonlyArray<Step>
  readonly results: ReadonlyArray<number>
  /** Runs of steps that are called as functions of their own; they don't overlap. */
  readonly calls: ReadonlyArray<Call>
}

export interface Call {
  readonly from: number
  readonly to: number
  readonly how: "jit" | "checkpoint"
}

/** Everything that a function computes, its arguments first. */
export const valuesOf = (fn: Fn, args: Xs, dtypes: DTypes): Xs => {
  const { calls, parameters, steps } = fn
  const first = parameters.length
  const values = [...args]
  let at = 0
  while (at < steps.length) {
    const call = calls.find(({ from }) => from === at)
    const end = call?.to ?? at + 1
    const some = steps.slice(at, end)
    const outside = [...new Set(some.flatMap((s) => s.operands))].filter((i) => i < first + at)
    const run = (...given: Xs): Xs => {
      const known = new Map(outside.map((i, k) => [i, given[k]!]))
      return some.map((step, k) => {
        const result = step.apply(step.operands.map((i) => known.get(i)!), dtypes)
        known.set(first + at + k, result)
        return result
      })
    }
    const operands = outside.map((i) => values[i]!)
    values.push(
      ...call === undefined
        ? run(...operands)
        : call.how === "jit"
        ? jit(run)(...operands)
        : checkpoint(run)(...operands)
    )
    at = end
  }
  return values
}

export const apply = (fn: Fn, args: Xs, dtypes: DTypes): Xs => {
  const values = valuesOf(fn, args, dtypes)
  return fn.results.map((i) => values[i]!)
}

export const typeOf = (fn: Fn, i: number): Value =>
  i < fn.parameters.length ? fn.parameters[i]! : fn.steps[i - fn.parameters.length]!.value

export const sizeOf = (shape: ReadonlyArray<number>): number => shape.reduce((a, b) => a * b, 1)
