/**
 * Literal zeros in arithmetic. Compilers of shaders take `x + 0` for x, `x * 0` for 0 and -0 for 0, where they see the zero;
 * so these are told by bits.
 */
import type { BinaryOp, Instruction, UnaryOp } from "@effax/compiler/Plan"
import { laneOf } from "./lanes.ts"
import type { Shader } from "./shader.ts"

const literalOf = (instruction: Instruction): number | undefined =>
  instruction.op === "literal" && laneOf(instruction.dtype) === "f32" ? Number(instruction.value) : undefined

const isNegative = (zero: number): boolean => Object.is(zero, -0)
const signOf = (zero: number): string => isNegative(zero) ? "0x80000000u" : "0u"

/** `x` plus a zero: -0 leaves every number as it is. */
const plus = (shader: Shader, x: string, zero: number): string => isNegative(zero) ? x : shader.call("plus_zero", x)

/** An operation of which an operand is a literal zero; `undefined` where it is left as it is. */
export const withZero = (
  shader: Shader,
  op: UnaryOp | BinaryOp,
  operands: ReadonlyArray<Instruction>,
  [x, y]: ReadonlyArray<string>
): string | undefined => {
  const [left, right] = operands.map(literalOf)
  switch (op) {
    case "add":
      return right === 0 ? plus(shader, x!, right) : left === 0 ? plus(shader, y!, left) : undefined
    case "sub":
      return right === 0 ? plus(shader, x!, -right) : left === 0 ? plus(shader, `(-(${y}))`, left) : undefined
    case "mul":
      return right === 0
        ? shader.call("times_zero", x!, signOf(right))
        : left === 0
        ? shader.call("times_zero", y!, signOf(left))
        : undefined
    default:
      return undefined
  }
}

/** A choice between two literal zeros. */
export const chooseZero = (
  shader: Shader,
  [onTrue, onFalse]: ReadonlyArray<Instruction>,
  condition: string
): string | undefined => {
  const [first, second] = [literalOf(onTrue!), literalOf(onFalse!)]
  return first === 0 && second === 0
    ? shader.call("from_bits", `select(${signOf(second)}, ${signOf(first)}, ${condition})`)
    : undefined
}
