/**
 * Straight-line code at one point of an iteration space.
 */
import type { Affine, BinaryOp, Body, Store, UnaryOp, ValueId } from "@effax/compiler/Plan"
import { laneOf } from "./lanes.ts"
import { bitcast, convert, literal, operation } from "./operations.ts"
import type { Shader } from "./shader.ts"
import { chooseZero, withZero } from "./zeros.ts"

/** Where a body is: the coordinates of its point, `i32` expressions, and what a reduction arrived at. */
export interface Point {
  readonly coordinates: ReadonlyArray<string>
  readonly results?: ReadonlyArray<string>
}

/** `offset + sum(strides[d] * coordinates[d])`. */
export const position = ({ offset, strides }: Affine, coordinates: ReadonlyArray<string>): string => {
  const terms = strides.flatMap((stride, d) =>
    stride === 0 || coordinates[d] === "0" ? [] : stride === 1 ? [coordinates[d]!] : [`${stride} * ${coordinates[d]}`]
  )
  if (offset !== 0 || terms.length === 0) terms.push(String(offset))
  return terms.join(" + ")
}

/** Writes the instructions that the wanted values need; gives the name of every value. */
export const emitBody = (
  shader: Shader,
  body: Body,
  wanted: ReadonlyArray<ValueId>,
  { coordinates, results = [] }: Point
): ReadonlyArray<string> => {
  const needed = new Array<boolean>(body.length).fill(false)
  for (const id of wanted) needed[id] = true
  for (let id = body.length - 1; id >= 0; id--) {
    const instruction = body[id]!
    if (!needed[id]) continue
    if ("args" in instruction) { for (const arg of instruction.args) needed[arg] = true }
    if (instruction.op === "loadAt") needed[instruction.index] = true
  }
  const names: Array<string> = []
  body.forEach((instruction, id) => {
    if (!needed[id]) return names.push("")
    const { dtype, op } = instruction
    const args = "args" in instruction ? instruction.args.map((arg) => names[arg]!) : []
    const operands = "args" in instruction ? instruction.args.map((arg) => body[arg]!) : []
    const from = operands[0]?.dtype ?? dtype
    const bind = (expression: string): number => names.push(shader.let(laneOf(dtype), expression))
    switch (op) {
      case "load":
        return bind(shader.load(dtype, instruction.buffer, position(instruction.index, coordinates)))
      case "loadAt":
        return bind(shader.load(dtype, instruction.buffer, names[instruction.index]!))
      case "literal":
        return names.push(literal(shader, dtype, instruction.value))
      case "index":
        return names.push(coordinates[instruction.axis]!)
      case "result":
        return names.push(results[instruction.which]!)
      case "convert":
        return bind(convert(shader, from, dtype, args[0]!))
      case "bitcast":
        return bind(bitcast(from, dtype, args[0]!))
      case "select":
        return bind(
          chooseZero(shader, operands.slice(1), args[0]!) ?? `select(${args[2]}, ${args[1]}, ${args[0]})`
        )
      default: {
        const of = op as UnaryOp | BinaryOp
        return bind(withZero(shader, of, operands, args) ?? operation(shader, of, from, args))
      }
    }
  })
  return names
}

/** Writes a body and its stores. */
export const emitStores = (shader: Shader, body: Body, stores: ReadonlyArray<Store>, point: Point): void => {
  const names = emitBody(shader, body, stores.map(({ value }) => value), point)
  for (const { buffer, index, value } of stores) {
    shader.store(body[value]!.dtype, buffer, position(index, point.coordinates), names[value]!)
  }
}

/** Names for the coordinates of the point of a number: the last axis runs fastest. */
export const unravel = (shader: Shader, linear: string, space: ReadonlyArray<number>): ReadonlyArray<string> => {
  const coordinates = new Array<string>(space.length).fill("0")
  let rest = linear
  let first = 0
  while (first < space.length && space[first] === 1) first++
  for (let d = space.length - 1; d > first; d--) {
    if (space[d] === 1) continue
    const whole = shader.let("i32", rest)
    coordinates[d] = shader.let("i32", `${whole} % ${space[d]}`)
    rest = `${whole} / ${space[d]}`
  }
  if (first < space.length) coordinates[first] = shader.let("i32", rest)
  return coordinates
}
