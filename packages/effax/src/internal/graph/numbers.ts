/**
 * JavaScript numbers in the place of arrays: written beside arrays, or given as arguments of a traced function.
 *
 * They are weak float32 scalars that count as integers where only integers do: beside integer arrays, as bounds and as
 * positions. There they must be whole.
 */
import { DTypeError } from "../../Errors.ts"
import { convert } from "../../primitive/elementwise.ts"
import * as node from "./node.ts"
import { advice, holds } from "./scalars.ts"

/** Whether an integer is a value of float32, as which arguments travel. */
const isExact = (value: number): boolean => holds("int32", value) && Math.fround(value) === value

/** A number that is known while a function is traced, as the function's argument is to have it; undefined of anything else. */
export const argumentOf = ({ source }: node.Node): node.NumberArgument | undefined =>
  source._tag === "Literal"
    ? source.plain && typeof source.value === "number"
      ? { value: source.value, isInteger: isExact(source.value), asked: false }
      : undefined
    : source._tag === "Parameter"
    ? source.number
    : undefined

/** Whether an array stands for a JavaScript number. */
export const isNumber = ({ source }: node.Node): boolean =>
  source._tag === "Literal"
    ? source.plain && typeof source.value === "number"
    : source._tag === "Parameter" && source.number !== undefined

/** Whether an array stands for a JavaScript scalar, which takes the dtype of the arrays beside it. */
export const isPlain = (x: node.Node): boolean => x.source._tag === "Literal" ? x.source.plain : isNumber(x)

/** Whether a number can count as an integer. */
export const isInteger = ({ source }: node.Node): boolean => {
  if (source._tag === "Literal") return source.plain && Number.isInteger(source.value)
  if (source._tag !== "Parameter" || source.number === undefined) return false
  source.number.asked = true
  return source.number.isInteger
}

/** The integer that a number stands for, where only an integer will do. Anything but a number stays what it is. */
export const asInteger = (operation: string, x: node.Node): node.Node => {
  if (x.source._tag === "Literal" && isNumber(x) && holds("int32", Number(x.source.value))) {
    return node.literal(Number(x.source.value), "int32", true)
  }
  if (x.source._tag !== "Parameter" || x.source.number === undefined) return x
  const { value } = x.source.number
  if (isInteger(x)) return node.nodeOf(convert(x, "int32", true))
  throw new DTypeError({
    operation,
    message: Number.isInteger(value)
      ? `${operation}: the argument ${value} is used as an integer, but numbers as arguments are float32, which rounds it; ` +
        `give it as \`np.array(${value}n, { dtype: "${advice(value)}" })\``
      : `${operation}: the argument ${value} is used as an integer (a bound, a position, or beside an integer array), so ` +
        "that it must be whole; convert the array beside it with `np.astype(x, \"float32\")`"
  })
}
