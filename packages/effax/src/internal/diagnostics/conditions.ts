/**
 * Faults that an equation can hide: for each kind of check, a condition as part of a Program, and what to say of
 * the values when it holds. Of indices and divisions these are the checks of JAX's `checkify`.
 */
import * as DType from "../../DType.ts"
import type { CheckKind } from "../../Errors.ts"
import type * as NdArray from "../../NdArray.ts"
import type { Bound, Guard, Primitive } from "../../Primitive.ts"
import { check } from "../../primitive/check.ts"
import { eq, gt, lt, ne, not, or } from "../../primitive/elementwise.ts"
import type { CheckParams } from "../../primitive/params.ts"
import { reduceOr } from "../../primitive/reduction.ts"
import { slice } from "../../primitive/structural.ts"
import * as Shape from "../../Shape.ts"
import { format } from "../graph/format.ts"
import * as node from "../graph/node.ts"
import { type Equation, isOf } from "../program/model.ts"
import { atIndex, indexOf, numbers } from "./report.ts"
import type { Value } from "./stepping.ts"

/** What is wrong, and with which element. */
export interface Finding {
  readonly message: string
  readonly index: ReadonlyArray<number>
}

/** A check of one equation. */
export interface Condition {
  readonly kind: CheckKind
  /** Bool arrays, one of whose elements is true where something is wrong. */
  readonly wrong: (
    inputs: ReadonlyArray<node.Node>,
    outputs: ReadonlyArray<node.Node>
  ) => ReadonlyArray<NdArray.Any>
  /** What to say of values; `undefined` where nothing is wrong with them. */
  readonly explain: (inputs: ReadonlyArray<Value>, outputs: ReadonlyArray<Value>) => Finding | undefined
}

/** The first element that a predicate holds for; `undefined` if there is none. */
const firstWhere = (value: Value, holds: (element: number) => boolean): ReadonlyArray<number> | undefined => {
  const read = numbers(value)
  const { dtype, shape } = value.aval
  for (let i = 0; i < value.data.length; i++) {
    if (holds(read(i))) return indexOf(shape, DType.isComplex(dtype) ? i >> 1 : i)
  }
  return undefined
}

// --- indices --------------------------------------------------------------------------------------------------------

const outside = (start: NdArray.Any, { size, window }: Bound): ReadonlyArray<NdArray.Any> => [
  ...(DType.isUnsigned(start.dtype) ? [] : [lt(start, 0)]),
  // a dtype that can't say the bound can't pass it
  ...(fits(size - window, start.dtype) ? [gt(start, size - window)] : [])
]

const fits = (bound: number, dtype: DType.DType): boolean =>
  bound < 2 ** (DType.itemSize(dtype) * 8 - (DType.isUnsigned(dtype) ? 0 : 1))

const outsideText = (at: number, { axis, size, window }: Bound): string =>
  window === 1
    ? `index ${at} is out of bounds for axis ${axis} of length ${size}`
    : `a window of ${window} from ${at} is out of bounds for axis ${axis} of length ${size}`

/** Index vectors, the last axis of an operand. */
const ofVectors = (operand: number, bounds: ReadonlyArray<Bound>): Condition => ({
  kind: "index",
  wrong: (inputs) => {
    const indices = inputs[operand]
    const { shape } = indices!
    const last = shape.length - 1
    if (indices!.size === 0) return []
    return bounds.flatMap((bound, k) => {
      const at = (position: number) => shape.map((n, i) => i === last ? position : n)
      const component = slice(indices!, shape.map((_, i) => i === last ? k : 0), at(k + 1))
      return outside(component, bound)
    })
  },
  explain: (inputs) => {
    const indices = inputs[operand]
    const read = numbers(indices!)
    const n = bounds.length
    for (let i = 0; i < indices!.data.length; i++) {
      const bound = bounds[i % n]!
      const at = read(i)
      if (at < 0 || at > bound.size - bound.window) {
        const index = indexOf(indices!.aval.shape, i).slice(0, -1)
        const which = index.length === 0 ? "" : ` (index vector ${Shape.format(index)})`
        return { message: `${outsideText(at, bound)}${which}`, index }
      }
    }
    return undefined
  }
})

/** Scalar starts, operands from `first` on. */
const ofStarts = (first: number, bounds: ReadonlyArray<Bound>): Condition => ({
  kind: "index",
  wrong: (inputs) => bounds.flatMap((bound, k) => outside(inputs[first + k]!, bound)),
  explain: (inputs) => {
    for (const [k, bound] of bounds.entries()) {
      const at = numbers(inputs[first + k]!)(0)
      if (at < 0 || at > bound.size - bound.window) return { message: outsideText(at, bound), index: [] }
    }
    return undefined
  }
})

// --- values ---------------------------------------------------------------------------------------------------------

const ofDivisor = (operand: number): Condition => ({
  kind: "division",
  wrong: (inputs) => [eq(inputs[operand]!, 0)],
  explain: (inputs) => {
    const index = firstWhere(inputs[operand]!, (element) => element === 0)
    if (index === undefined) return undefined
    return { message: `the divisor is 0${atIndex(index)}`, index }
  }
})

const nan: Condition = {
  kind: "nan",
  wrong: (_, outputs) => outputs.filter(({ dtype }) => DType.isInexact(dtype)).map((output) => ne(output, output)),
  explain: (_, outputs) => {
    for (const [i, output] of outputs.entries()) {
      const index = DType.isInexact(output.aval.dtype) ? firstWhere(output, Number.isNaN) : undefined
      if (index !== undefined) {
        return { message: `${outputs.length === 1 ? "the result" : `result ${i}`} is NaN${atIndex(index)}`, index }
      }
    }
    return undefined
  }
}

const user = ({ count, message, names }: CheckParams): Condition => {
  return {
    kind: "user",
    wrong: (inputs) => [not(inputs[count]!)],
    explain: (inputs) => {
      const index = firstWhere(inputs[count]!, (element) => element === 0)
      if (index === undefined) return undefined
      const text = names.reduce(
        (filled, name, i) => filled.replaceAll(`{${name}}`, short(inputs[count + 1 + i]!)),
        message
      )
      return { message: text, index }
    }
  }
}

/** Values as text, in one line. */
const short = ({ aval, data }: Value): string => format(data, aval).replaceAll(/\n\s*/g, " ")

/** Which checks a Layer makes. */
export interface Enabled {
  readonly index: boolean
  readonly division: boolean
  readonly nan: boolean
}

const ofGuard = (guard: Guard): Condition =>
  guard.kind === "division"
    ? ofDivisor(guard.divisor)
    : "vectors" in guard
    ? ofVectors(guard.vectors, guard.bounds)
    : ofStarts(guard.starts, guard.bounds)

/** The checks of an equation that holds no Programs. */
export const conditionsOf = (equation: Equation, enabled: Enabled): ReadonlyArray<Condition> => {
  const { inputs, outputs, params, primitive } = equation
  if (isOf(equation, check.primitive)) return [user(equation.params)]
  const guards = primitive.guards?.(inputs.map(({ aval }) => aval), params) ?? []
  const found = guards.filter(({ kind }) => enabled[kind]).map(ofGuard)
  if (enabled.nan && primitive.keepsNaN !== true && outputs.some(({ aval }) => DType.isInexact(aval.dtype))) {
    found.push(nan)
  }
  return found
}

/** Whether something is wrong, as a bool scalar; `undefined` where it plainly isn't. */
export const flagOf = (
  condition: Condition,
  inputs: ReadonlyArray<node.Node>,
  outputs: ReadonlyArray<node.Node>
): NdArray.Any | undefined => {
  const wrong = condition.wrong(inputs, outputs).filter((array) => !isKnownFalse(array))
  return any(wrong.map((array) => array.shape.length === 0 ? array : reduceOr(array, array.shape.map((_, i) => i))))
}

/** One bool scalar of several. */
export const any = (flags: ReadonlyArray<NdArray.Any>): NdArray.Any | undefined =>
  flags.length === 0 ? undefined : flags.reduce((a, b) => or(a, b))

/** Comparisons of two numbers that a user wrote. */
const isKnownFalse = (array: NdArray.Any): boolean => {
  const { source } = node.nodeOf(array)
  if (source._tag !== "Apply") return false
  const [left, right] = source.application.inputs.map((input) => input.source)
  if (left?._tag !== "Literal" || right?._tag !== "Literal") return false
  const compare = comparisons.get(source.application.primitive)
  return compare !== undefined && !compare(Number(left.value), Number(right.value))
}

const comparisons = new Map<Primitive, (a: number, b: number) => boolean>([
  [lt.primitive, (a, b) => a < b],
  [gt.primitive, (a, b) => a > b],
  [eq.primitive, (a, b) => a === b],
  [ne.primitive, (a, b) => a !== b]
])
