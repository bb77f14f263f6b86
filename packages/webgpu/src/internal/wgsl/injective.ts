/**
 * Whether the positions that a body computes are different at all points: where an update's position is `offset` plus
 * strides times coordinates, and no two sums of strides are equal. The offset may be anything that is the same everywhere.
 */
import type { Affine, Body, Instruction, ValueId } from "@effax/compiler/Plan"

/** An integer that depends on the point by strides alone; `value` is what it is at the origin, where that is known. */
interface Linear {
  readonly strides: ReadonlyArray<number>
  readonly value: number | undefined
}

const isUniform = ({ strides }: Linear): boolean => strides.every((stride) => stride === 0)

const isFixed = ({ strides }: Affine, space: ReadonlyArray<number>): boolean =>
  strides.every((stride, d) => stride === 0 || space[d] === 1)

const scaled = ({ strides, value }: Linear, by: number): Linear => ({
  strides: strides.map((stride) => stride * by),
  value: value === undefined ? undefined : value * by
})

const added = (x: Linear, y: Linear, sign: number): Linear => ({
  strides: x.strides.map((stride, d) => stride + sign * y.strides[d]!),
  value: x.value === undefined || y.value === undefined ? undefined : x.value + sign * y.value
})

type Rule = (x: Linear, y: Linear) => Linear | undefined

/** Products are linear where one factor is a constant. */
const multiplied: Rule = (x, y) =>
  isUniform(y) && y.value !== undefined
    ? scaled(x, y.value)
    : isUniform(x) && x.value !== undefined
    ? scaled(y, x.value)
    : undefined

const rules: { readonly [op: string]: Rule } = {
  add: (x, y) => added(x, y, 1),
  sub: (x, y) => added(x, y, -1),
  mul: multiplied
}

/** Values of instructions as linear functions of the point, where they are. */
const linearize = (body: Body, space: ReadonlyArray<number>): ReadonlyArray<Linear | undefined> => {
  const values: Array<Linear | undefined> = []
  const uniform: Linear = { strides: space.map(() => 0), value: undefined }
  const of = (id: ValueId): Linear | undefined => values[id]
  const isSame = (id: ValueId): boolean => of(id) !== undefined && isUniform(of(id)!)
  const linear = (instruction: Instruction): Linear | undefined => {
    switch (instruction.op) {
      case "literal":
        return { ...uniform, value: typeof instruction.value === "boolean" ? undefined : Number(instruction.value) }
      case "index":
        return { strides: space.map((_, d) => d === instruction.axis ? 1 : 0), value: 0 }
      case "load":
        return isFixed(instruction.index, space) ? uniform : undefined
      case "loadAt":
        return isSame(instruction.index) ? uniform : undefined
      case "result":
        return undefined
    }
    if (instruction.args.every(isSame) && !(instruction.op in rules)) return uniform
    const rule = rules[instruction.op]
    const [x, y] = instruction.args.map(of)
    return rule === undefined || instruction.dtype !== "int32" || x === undefined || y === undefined
      ? undefined
      : rule(x, y) ?? (isUniform(x) && isUniform(y) ? uniform : undefined)
  }
  for (const instruction of body) values.push(linear(instruction))
  return values
}

/** Whether a value of the body is another one at every point. */
export const isInjective = (body: Body, id: ValueId, space: ReadonlyArray<number>): boolean => {
  const found = linearize(body, space)[id]
  if (found === undefined) return false
  const axes = space
    .map((extent, d) => ({ extent, stride: Math.abs(found.strides[d]!) }))
    .filter(({ extent }) => extent > 1)
    .toSorted((a, b) => a.stride - b.stride)
  let reach = 0
  for (const { extent, stride } of axes) {
    if (stride <= reach) return false
    reach += stride * (extent - 1)
  }
  return true
}
