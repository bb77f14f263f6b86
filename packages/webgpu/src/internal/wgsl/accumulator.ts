/**
 * The state of reductions, as variables of a shader: how a value enters them, and how two sets become one.
 */
import type { Accumulation, Combiner, Reducer } from "@effax/compiler/Plan"
import type { DType } from "effax/DType"
import { type Lane, laneOf } from "./lanes.ts"
import { convert, literal, operation } from "./operations.ts"
import type { Shader } from "./shader.ts"

const computed: { readonly [D in DType]?: DType } = {
  float16: "float32",
  bfloat16: "float32",
  int8: "int32",
  int16: "int32",
  uint8: "uint32",
  uint16: "uint32"
}

/** The dtype that values of a dtype are accumulated in. */
export const accumulatedDtype = (dtype: DType): DType => computed[dtype] ?? dtype

const least = (dtype: DType): number | boolean =>
  dtype === "float32" ? -Infinity : dtype === "int32" ? -(2 ** 31) : dtype === "uint32" ? 0 : false
const greatest = (dtype: DType): number | boolean =>
  dtype === "float32" ? Infinity : dtype === "int32" ? 2 ** 31 - 1 : dtype === "uint32" ? 2 ** 32 - 1 : true

const identities: { readonly [C in Reducer]: (dtype: DType) => number | boolean } = {
  add: (dtype) => dtype === "bool" ? false : 0,
  mul: (dtype) => dtype === "bool" ? true : 1,
  max: least,
  min: greatest,
  and: (dtype) => dtype === "bool" ? true : dtype === "uint32" ? 2 ** 32 - 1 : -1,
  or: (dtype) => dtype === "bool" ? false : 0,
  argmax: least,
  argmin: greatest
}

const isPlain = (combiner: Reducer): combiner is Combiner => combiner !== "argmax" && combiner !== "argmin"

/** The values of one accumulation: one, or the best one and its position. */
export type Fields = ReadonlyArray<string>

/** The types of an accumulation's fields. */
export const typesOf = ({ combiner, dtype }: Pick<Accumulation, "combiner" | "dtype">): ReadonlyArray<Lane> => {
  const lane = laneOf(accumulatedDtype(dtype))
  return isPlain(combiner) ? [lane] : [lane, "i32"]
}

export class Accumulator {
  /** The dtype of what is kept. */
  readonly dtype: DType
  /** The types of the fields. */
  readonly types: ReadonlyArray<Lane>
  /** Whether a long sum is kept in blocks, so that its rounding errors stay small. */
  readonly blocked: boolean
  private readonly shader: Shader
  private readonly combiner: Reducer

  constructor(shader: Shader, { combiner, dtype }: Pick<Accumulation, "combiner" | "dtype">) {
    this.shader = shader
    this.combiner = combiner
    this.dtype = accumulatedDtype(dtype)
    this.types = typesOf({ combiner, dtype })
    this.blocked = combiner === "add" && this.dtype === "float32"
  }

  /** What nothing at all adds up to. A position of none comes after all others. */
  get identity(): Fields {
    const value = literal(this.shader, this.dtype, identities[this.combiner](this.dtype))
    return isPlain(this.combiner) ? [value] : [value, "2147483647"]
  }

  /** A value of the body as fields. */
  fieldsOf(dtype: DType, value: string, index: string): Fields {
    const own = convert(this.shader, dtype, this.dtype, value)
    return isPlain(this.combiner) ? [own] : [own, index]
  }

  /** Expressions of two sets of fields joined. Fields are names. */
  join(x: Fields, y: Fields): Fields {
    const { combiner, dtype, shader } = this
    if (isPlain(combiner)) {
      if (dtype === "bool") {
        return [`(${x[0]} ${combiner === "add" || combiner === "max" || combiner === "or" ? "|" : "&"} ${y[0]})`]
      }
      return [operation(shader, combiner, dtype, [x[0]!, y[0]!])]
    }
    const [a, b] = combiner === "argmax" ? [y[0]!, x[0]!] : [x[0]!, y[0]!]
    // y is better: strictly, or as good and earlier; NaN above all
    const better = dtype === "bool"
      ? combiner === "argmax" ? `(${a} && !${b})` : `(${a} && !${b})`
      : dtype === "float32"
      ? `((${shader.call("lt_f32", b, a)} && !${shader.call("is_nan", x[0]!)}) || ` +
        `(${shader.call("is_nan", y[0]!)} && !${shader.call("is_nan", x[0]!)}))`
      : `(${b} < ${a})`
    const same = dtype === "float32"
      ? `(${shader.call("eq_f32", x[0]!, y[0]!)} || (${shader.call("is_nan", x[0]!)} && ${
        shader.call("is_nan", y[0]!)
      }))`
      : `(${x[0]} == ${y[0]})`
    const take = shader.let("bool", `${better} || (${same} && ${y[1]} < ${x[1]})`)
    return [`select(${x[0]}, ${y[0]}, ${take})`, `select(${x[1]}, ${y[1]}, ${take})`]
  }

  /** The value that the epilogue sees: the position, of `argmax` and `argmin`. */
  result(fields: Fields): { readonly dtype: DType; readonly value: string } {
    return isPlain(this.combiner) ? { dtype: this.dtype, value: fields[0]! } : { dtype: "int32", value: fields[1]! }
  }
}
