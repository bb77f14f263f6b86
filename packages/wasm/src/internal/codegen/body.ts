/**
 * Analysis of a body's instructions before code is emitted: on which axes each value depends, how it varies along
 * the axis that is vectorised, and where it is used last.
 */
import type { Body, Instruction, ValueId } from "@effax/compiler/Plan"

/** The values that an instruction uses. */
export const operandsOf = (instruction: Instruction): ReadonlyArray<ValueId> =>
  "args" in instruction ? instruction.args : instruction.op === "loadAt" ? [instruction.index] : []

/**
 * A value along the vectorised axis: the same everywhere; growing by a constant (modulo 2^32) from point to point; or
 * anything.
 */
export type Variation = "uniform" | number | "varying"

export interface BodyFacts {
  /** A bit for each axis on which the value depends. */
  readonly axes: ReadonlyArray<number>
  readonly variation: ReadonlyArray<Variation>
  /** Whether anything that is wanted depends on the value. */
  readonly live: ReadonlyArray<boolean>
}

const bit = (axis: number): number => 1 << axis

const axesOfStrides = (strides: ReadonlyArray<number>): number =>
  strides.reduce((mask, stride, axis) => stride === 0 ? mask : mask | bit(axis), 0)

const linear = (body: Body, instruction: Instruction, of: (id: ValueId) => Variation): Variation => {
  if (!("args" in instruction) || instruction.dtype !== "int32") return "varying"
  const [x, y] = instruction.args.map((id) => {
    const variation = of(id)
    return variation === "uniform" ? 0 : variation
  })
  if (instruction.op === "add" || instruction.op === "sub") {
    if (typeof x !== "number" || typeof y !== "number") return "varying"
    return instruction.op === "add" ? x + y : x - y
  }
  if (instruction.op === "mul") {
    const scale = (variation: Variation | undefined, by: ValueId): Variation => {
      const factor = body[by]!
      return typeof variation === "number" && factor.op === "literal" ? variation * Number(factor.value) : "varying"
    }
    return x === 0 ? scale(y, instruction.args[0]!) : y === 0 ? scale(x, instruction.args[1]!) : "varying"
  }
  if (instruction.op === "convert" && body[instruction.args[0]!]!.dtype === "uint32") return x!
  return "varying"
}

/**
 * @param vectorAxis the axis that is vectorised; -1 where none is
 * @param resultStrides for each result, its strides
 */
export const analyse = (
  body: Body,
  wanted: Iterable<ValueId>,
  vectorAxis: number,
  resultStrides: ReadonlyArray<ReadonlyArray<number>>
): BodyFacts => {
  const axes: Array<number> = []
  const variation: Array<Variation> = []
  body.forEach((instruction) => {
    let mask = 0
    if (instruction.op === "load") mask = axesOfStrides(instruction.index.strides)
    else if (instruction.op === "result") mask = axesOfStrides(resultStrides[instruction.which]!)
    else if (instruction.op === "index") mask = bit(instruction.axis)
    for (const operand of operandsOf(instruction)) mask |= axes[operand]!
    axes.push(mask)
    variation.push(
      vectorAxis < 0 || (mask & bit(vectorAxis)) === 0
        ? "uniform"
        : instruction.op === "index"
        ? 1
        : linear(body, instruction, (operand) => variation[operand]!)
    )
  })
  const live = body.map(() => false)
  const visit: Array<ValueId> = [...wanted]
  while (visit.length > 0) {
    const id = visit.pop()!
    if (live[id]) continue
    live[id] = true
    visit.push(...operandsOf(body[id]!))
  }
  return { axes, variation, live }
}
