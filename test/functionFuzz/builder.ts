/**
 * The choice of operands that a step has.
 */
import * as np from "effax/Numpy"
import type { Random } from "../fuzz/random.ts"
import { type DTypes, type Fn, type Kind, sizeOf, type Step, type Type, type Value, type X, type Xs } from "./tree.ts"

export interface Limits {
  /** Elements of the largest value. */
  readonly elements: number
  /** Products of the largest contraction. */
  readonly work: number
  /** How deep functions are nested. */
  readonly depth: number
}

/** Adds a random step, unless it finds no operands. */
export type Operation = (b: Builder) => void

/** Shapes are found out by building on these. */
const probe: DTypes = { float: "float32", int: "int32", bool: "bool", complex: "complex64" }

const kindOf = (x: X): Kind =>
  x.dtype === "bool" ? "bool" : x.dtype === "int32" ? "int" : x.dtype === "complex64" ? "complex" : "float"

/** Thirty-seconds, which every backend has the same; with no symmetry, by which sums would be zero. */
const pattern = (shape: ReadonlyArray<number>, phase: number, dtypes: DTypes): X => {
  const steps = np.add(np.multiply(np.arange(sizeOf(shape), { dtype: "int32" }), 37), phase)
  const whole = np.astype(np.subtract(np.remainder(steps, 64), 20), dtypes.float)
  return np.reshape(np.divide(whole, 32), shape)
}

/** Makes a function of so many steps at most: what operations that hold functions are made of. */
export type Generate = (r: Random, limits: Limits, parameters: ReadonlyArray<Value>, count: number) => Fn

export class Builder {
  readonly r: Random
  readonly generate: Generate
  readonly limits: Limits
  readonly parameters: Array<Value>
  readonly steps: Array<Step> = []

  constructor(r: Random, limits: Limits, parameters: ReadonlyArray<Value>, generate: Generate) {
    this.r = r
    this.generate = generate
    this.limits = limits
    this.parameters = [...parameters]
  }

  get values(): ReadonlyArray<Value> {
    return [...this.parameters, ...this.steps.map((s) => s.value)]
  }

  value(i: number): Value {
    return i < this.parameters.length ? this.parameters[i]! : this.steps[i - this.parameters.length]!.value
  }

  shape(i: number): ReadonlyArray<number> {
    return this.value(i).shape
  }

  /** The number of an earlier value, more often a late one. */
  pick(suits: (value: Value, i: number) => boolean): number | undefined {
    const found = this.values.flatMap((v, i) => suits(v, i) ? [i] : [])
    if (found.length === 0) return undefined
    return this.r.chance(0.6) ? this.r.pick(found.slice(-3)) : this.r.pick(found)
  }

  float(suits: (value: Value, i: number) => boolean = () => true): number | undefined {
    return this.pick((v, i) => v.kind === "float" && suits(v, i))
  }

  /** A value of a shape: one that is there, or numbers with a pattern. */
  find(shape: ReadonlyArray<number>): number | undefined {
    return this.float((v) => v.shape.join() === shape.join()) ?? this.constant(shape)
  }

  constant(shape: ReadonlyArray<number>): number | undefined {
    const phase = this.r.int(0, 64)
    return this.step(`constant ${shape.join()}`, [], (_, dtypes) => pattern(shape, phase, dtypes), true)
  }

  /** The number of the new value; none if it would be too large, or an operand was. */
  step(
    name: string,
    wanted: ReadonlyArray<number | undefined>,
    apply: (operands: Xs, dtypes: DTypes) => X,
    exact = false
  ): number | undefined {
    const operands = wanted.flatMap((i) => i === undefined ? [] : [i])
    if (operands.length < wanted.length) return undefined
    const examples = operands.map((i) => np.zeros(this.shape(i), { dtype: probe[this.value(i).kind] }))
    const made = apply(examples, probe)
    if (made.size > this.limits.elements || made.size === 0 || made.ndim > 5) return undefined
    const number = this.parameters.length + this.steps.length
    const values = operands.map((i) => this.value(i))
    const value = { kind: kindOf(made), shape: made.shape, exact: exact && values.every((v) => v.exact) }
    this.steps.push({ name, operands, value, apply })
    return number
  }

  /** The function as it is, with these results. */
  finish(results: ReadonlyArray<number>): Fn {
    const { r } = this
    const calls: Array<Fn["calls"][number]> = []
    for (let from = 0; from < this.steps.length;) {
      const to = Math.min(this.steps.length, from + r.int(1, 6))
      if (r.chance(0.25)) calls.push({ from, to, how: r.chance(0.7) ? "jit" : "checkpoint" })
      from = to
    }
    return { parameters: this.parameters, steps: this.steps, results, calls }
  }
}

export const exact = (type: Type): Value => ({ ...type, exact: true })
export const inexact = (type: Type): Value => ({ ...type, exact: false })
