/**
 * Between which bounds int32 values lie, as far as instructions tell.
 *
 * Sums and products may be larger than int32: the low 32 bits of a value are right all the same, and a position in a
 * buffer is no more than them. Other instructions see what has wrapped.
 */
import type { Body, Instruction, ValueId } from "../kernels/parts.ts"

export type Interval = readonly [low: number, high: number]

export const anything: Interval = [-(2 ** 31), 2 ** 31 - 1]

const corners = (x: Interval, y: Interval, f: (a: number, b: number) => number): Interval => {
  const all = [f(x[0], y[0]), f(x[0], y[1]), f(x[1], y[0]), f(x[1], y[1])]
  return [Math.min(...all), Math.max(...all)]
}

type Rule = (x: Interval, y: Interval) => Interval

const modular: { readonly [op: string]: Rule } = {
  add: (x, y) => [x[0] + y[0], x[1] + y[1]],
  sub: (x, y) => [x[0] - y[1], x[1] - y[0]],
  mul: (x, y) => corners(x, y, (a, b) => a * b)
}

const binary: { readonly [op: string]: Rule } = {
  max: (x, y) => [Math.max(x[0], y[0]), Math.max(x[1], y[1])],
  min: (x, y) => [Math.min(x[0], y[0]), Math.min(x[1], y[1])],
  div: (x, y) => x[0] >= 0 && y[0] > 0 ? [Math.floor(x[0] / y[1]), Math.floor(x[1] / y[0])] : anything,
  rem: (x, y) => x[0] >= 0 && y[0] > 0 ? [0, Math.min(x[1], y[1] - 1)] : anything
}

/** As int32 has it. */
export const wrapped = (x: Interval): Interval => x[0] < anything[0] || x[1] > anything[1] ? anything : x

/** An instruction, or one that is not finished yet. */
interface Computed {
  readonly op: string
  readonly value?: unknown
  readonly args?: ReadonlyArray<ValueId>
}

/** The bounds of an int32 instruction, given those of its operands. */
export const intervalOf = ({ args, op, value }: Computed, known: (value: ValueId) => Interval): Interval => {
  if (op === "literal") return typeof value === "number" ? [value, value] : anything
  if (op === "select" && args?.length === 3) {
    const [x, y] = [wrapped(known(args[1]!)), wrapped(known(args[2]!))]
    return [Math.min(x[0], y[0]), Math.max(x[1], y[1])]
  }
  if (args?.length !== 2) return anything
  const [x, y] = [known(args[0]!), known(args[1]!)]
  const exact = modular[op]?.(x, y)
  if (exact !== undefined) return exact.every(Number.isSafeInteger) ? exact : anything
  return binary[op]?.(wrapped(x), wrapped(y)) ?? anything
}

/** One interval for each instruction; those that are not int32 may be anything. */
export const intervals = (body: Body, space: ReadonlyArray<number>): ReadonlyArray<Interval> => {
  const known: Array<Interval> = []
  const boundsOf = (i: Instruction): Interval =>
    i.dtype !== "int32" ? anything : i.op === "index" ? [0, space[i.axis]! - 1] : intervalOf(i, (v) => known[v]!)
  for (const i of body) known.push(boundsOf(i))
  return known
}
