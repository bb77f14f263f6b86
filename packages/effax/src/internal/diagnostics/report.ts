/**
 * The texts of errors that were found by stepping through a Program: the equation, the user's line, the way there, and the
 * values that did it.
 */
import * as aval from "../../Aval.ts"
import * as DType from "../../DType.ts"
import { fromBfloat16Bits, fromFloat16Bits } from "../../HostArray.ts"
import * as Shape from "../../Shape.ts"
import { format } from "../graph/format.ts"
import { placeOf } from "../graph/location.ts"
import type { Equation } from "../program/model.ts"
import { print } from "../program/printer.ts"
import { primitiveName } from "../program/spelling.ts"
import { holdsSteps, single, type Value } from "./stepping.ts"

/** Row-major position of an element to its index. */
export const indexOf = (shape: ReadonlyArray<number>, position: number): ReadonlyArray<number> => {
  const index: Array<number> = new Array(shape.length)
  let rest = position
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!
    rest = Math.floor(rest / shape[axis]!)
  }
  return index
}

/** ` at [2, 0]`; nothing for scalars. */
export const atIndex = (index: ReadonlyArray<number>): string => index.length === 0 ? "" : ` at ${Shape.format(index)}`

/** Equations that take more have their parameters left out. */
const longestLine = 120

/** An equation in one line, without the Programs in it. */
export const equationText = (equation: Equation): string => {
  const types = (atoms: Equation["inputs"]) => atoms.map((atom) => aval.format(atom.aval)).join(" ")
  if (holdsSteps(equation)) {
    const { name } = equation.params
    return `${types(equation.outputs)} = ${primitiveName(equation.primitive)}${
      typeof name === "string" ? `[name=${name}]` : ""
    } ${types(equation.inputs)}`
  }
  const text = print(single(equation), { width: Infinity })
  const line = text.slice(text.indexOf(". let ") + ". let ".length, text.lastIndexOf(" in ("))
  return line.length <= longestLine ? line : line.replace(/\[[a-z_]+=.*\](?= )/, "[...]")
}

/** A reader of real elements, and of the parts of complex ones, as numbers. */
const numberOf: { readonly [D in DType.DType]?: (bits: number) => number } = {
  float16: fromFloat16Bits,
  bfloat16: fromBfloat16Bits
}

/** The elements as numbers; a complex one is two of them. */
export const numbers = ({ aval: { dtype }, data }: Value): (i: number) => number => {
  const read = numberOf[dtype]
  return read === undefined ? (i) => Number(data[i]) : (i) => read(Number(data[i]))
}

const numberText = (x: number): string => Number.isFinite(x) ? String(x) : x > 0 ? "inf" : "-inf"

/** `min -1, max 2`, of what is not NaN. */
const range = (value: Value): string => {
  if (value.aval.dtype === "bool" || value.data.length < 2) return ""
  const read = numbers(value)
  let [least, largest] = [Infinity, -Infinity]
  for (let i = 0; i < value.data.length; i++) {
    const x = read(i)
    if (x < least) least = x
    if (x > largest) largest = x
  }
  return least > largest ? "" : `, min ${numberText(least)}, max ${numberText(largest)}`
}

/** Values longer than this are shown by their edges. */
const longest = 24

/** An array in a line or a few: its type, its range, and what it holds. */
export const preview = (value: Value): string => {
  const { aval: of, data } = value
  const head = `${aval.format(of)}${range(value)}`
  if (aval.size(of) > longest) {
    const edge = { aval: { ...of, shape: [6] }, data: data.slice(0, DType.isComplex(of.dtype) ? 12 : 6) as typeof data }
    return `${head}: ${format(edge.data, edge.aval).slice(0, -1)}, ...]`
  }
  return `${head}: ${format(data, of).replaceAll(/\n\s*/g, " ")}`
}

/** The lines below the first one: where it was, the way there, the operands. */
export const details = (
  equation: Equation,
  path: ReadonlyArray<string>,
  operands: ReadonlyArray<Value>
): ReadonlyArray<string> => [
  `  at ${placeOf(equation.location)}`,
  ...(path.length === 0 ? [] : [`  in ${path.toReversed().join(", in ")}`]),
  `  equation: ${equationText(equation)}`,
  ...operands.map((operand, i) => `  operand ${i}: ${preview(operand)}`)
]
