/**
 * Rough costs of bodies, in CPU cycles of one core per vector of four 32-bit elements. They decide how work is cut into
 * units and whether more than one thread is worth waking; results never depend on them.
 */
import type { Body, Instruction } from "@effax/compiler/Plan"
import { isWide } from "./lanes.ts"

/** Cycles of operations that are not one or two cheap instructions. */
const cycles: { readonly [Op in Instruction["op"]]?: number } = {
  load: 1,
  loadAt: 6,
  literal: 0,
  result: 1,
  div: 4,
  rem: 20,
  sqrt: 5,
  rsqrt: 8,
  exp: 10,
  exp2: 10,
  expm1: 14,
  log: 14,
  log1p: 18,
  logistic: 16,
  cbrt: 40,
  sin: 14,
  cos: 14,
  tan: 40,
  asin: 20,
  acos: 20,
  atan: 18,
  sinh: 18,
  cosh: 18,
  tanh: 18,
  asinh: 60,
  acosh: 60,
  atanh: 60,
  erf: 24,
  erfc: 80,
  erf_inv: 30,
  lgamma: 150,
  digamma: 150,
  pow: 90,
  atan2: 25,
  nextafter: 10,
  clz: 6
}

/** Cycles of a conversion to float16, and of those from it that likely go along. */
const halfConversion = 6

const cyclesOf = (instruction: Instruction): number => {
  if (instruction.op === "convert" && instruction.dtype === "float16") return halfConversion
  const base = cycles[instruction.op] ?? 0.5
  return isWide(instruction.dtype) ? base * (base >= 10 ? 4 : 2) : base
}

/** Cycles for four points. */
export const bodyCycles = (body: Body): number => body.reduce((sum, instruction) => sum + cyclesOf(instruction), 0)

const clock = 4000

/** Microseconds for a number of points, loads and stores included. */
export const microseconds = (points: number, cyclesPerVector: number): number =>
  points / 4 * Math.max(cyclesPerVector, 1) / clock

/**
 * How many vectors a loop computes at a time: cheap bodies amortise the loop's own instructions, expensive ones have
 * enough to overlap and would not fit into the registers.
 */
export const copiesInFlight = (body: Body): number => {
  const cost = bodyCycles(body)
  return cost <= 6 ? 4 : cost <= 60 ? 2 : 1
}
