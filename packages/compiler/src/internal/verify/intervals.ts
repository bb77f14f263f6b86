/**
 * Between which bounds int32 values lie, as far as instructions tell.
 */
import type { Body, Instruction } from "../kernels/parts.ts"

export type Interval = readonly [low: number, high: number]

const anything: Interval = [-(2 ** 31), 2 ** 31 - 1]

const corners = (x: Interval, y: Interval, f: (a: number, b: number) => number): Interval => {
  const all = [f(x[0], y[0]), f(x[0], y[1]), f(x[1], y[0]), f(x[1], y[1])]
  return [Math.min(...all), Math.max(...all)]
}

type Rule = (x: Interval, y: Interval) => Interval

const binary: { readonly [op: string]: Rule } = {
  add: (x, y) => [x[0] + y[0], x[1] + y[1]],
  sub: (x, y) => [x[0] - y[1], x[1] - y[0]],
  mul: (x, y) => corners(x, y, (a, b) => a * b),
  max: (x, y) => [Math.max(x[0], y[0]), Math.max(x[1], y[1])],
  min: (x, y) => [Math.min(x[0], y[0]), Math.min(x[1], y[1])],
  div: (x, y) => x[0] >= 0 && y[0] > 0 ? [Math.floor(x[0] / y[1]), Math.floor(x[1] / y[0])] : anything,
  rem: (x, y) => x[0] >= 0 && y[0] > 0 ? [0, Math.min(x[1], y[1] - 1)] : anything
}

const of = (i: Instruction, known: ReadonlyArray<Interval>, space: ReadonlyArray<number>): Interval => {
  if (i.op === "literal") return typeof i.value === "number" ? [i.value, i.value] : anything
  if (i.op === "index") return [0, space[i.axis]! - 1]
  if (i.op === "select") {
    const [x, y] = [known[i.args[1]]!, known[i.args[2]]!]
    return [Math.min(x[0], y[0]), Math.max(x[1], y[1])]
  }
  if ("args" in i && i.args.length === 2) return binary[i.op]?.(known[i.args[0]]!, known[i.args[1]]!) ?? anything
  return anything
}

/** One interval for each instruction; those that may wrap, and those that are not int32, may be anything. */
export const intervals = (body: Body, space: ReadonlyArray<number>): ReadonlyArray<Interval> => {
  const known: Array<Interval> = []
  for (const i of body) {
    const interval = i.dtype === "int32" ? of(i, known, space) : anything
    known.push(interval[0] < anything[0] || interval[1] > anything[1] ? anything : interval)
  }
  return known
}
