/**
 * Values as text, shortened the way NumPy does.
 */
import type { Aval } from "../Aval.ts"
import * as aval from "../Aval.ts"
import * as DType from "../DType.ts"
import type { TypedArray } from "../DType.ts"
import { reader } from "./hostData.ts"

/** More elements than this are summarised: the first and last three of each axis. */
const threshold = 1000
const edge = 3

/** Digits that always tell numbers of a dtype apart. */
const precision: { readonly [D in DType.Floating]: number } = { bfloat16: 4, float16: 5, float32: 9, float64: 17 }

/** NumPy prints 8 digits after the point at most. */
const decimals = 8

/** As few digits as tell a number from its neighbours, as far as NumPy prints them. */
const shortest = (value: number, digits: number): string => {
  for (let n = 1; n < digits; n++) {
    const text = value.toPrecision(n)
    if (
      digits === 9
        ? Math.fround(Number(text)) === value
        : digits < 9
        ? near(Number(text), value, digits)
        : Number(text) === value
    ) {
      return String(Number(text).toFixed(decimals).length > 24 ? Number(text) : trim(Number(text)))
    }
  }
  return String(trim(value))
}

const near = (a: number, b: number, digits: number): boolean => a.toPrecision(digits) === b.toPrecision(digits)

const trim = (value: number): number =>
  Math.abs(value) >= 1e-4 ? Number(value.toFixed(decimals)) : Number(value.toPrecision(decimals + 1))

const number = (value: number | bigint | boolean, dtype: DType.DType): string => {
  if (typeof value === "boolean" || typeof value === "bigint") return String(value)
  if (!DType.isFloating(dtype)) return String(value)
  if (Number.isNaN(value)) return "nan"
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf"
  const text = Object.is(value, -0) ? "-0" : shortest(value as number, precision[dtype])
  return /[.e]/.test(text) ? text : `${text}.`
}

/** Nested brackets, one row a line as NumPy prints them, cells aligned to the right. */
export const format = (data: TypedArray, of: Aval): string => {
  const { dtype, shape } = of
  const read = reader(dtype)
  const complex = DType.isComplex(dtype)
  const cell = (i: number): string =>
    complex
      ? `${number(data[2 * i] as number, "float32")}+${number(data[2 * i + 1] as number, "float32")}j`
      : number(read(data, i), dtype)
  const short = aval.size(of) > threshold
  const picks = shape.map((n) =>
    short && n > 2 * edge
      ? [...Array(edge).keys(), -1, ...Array.from({ length: edge }, (_, i) => n - edge + i)]
      : [...Array(n).keys()]
  )
  const cells: Array<string> = []
  const collect = (axis: number, offset: number): void => {
    if (axis === shape.length) cells.push(cell(offset))
    else for (const i of picks[axis]!) if (i >= 0) collect(axis + 1, offset * shape[axis]! + i)
  }
  collect(0, 0)
  const width = cells.reduce((w, c) => Math.max(w, c.length), 0)
  const render = (axis: number, offset: number): string => {
    if (axis === shape.length) return cell(offset).padStart(shape.length === 0 ? 0 : width)
    const last = axis === shape.length - 1
    const parts = picks[axis]!.map((i) => i < 0 ? "..." : render(axis + 1, offset * shape[axis]! + i))
    const separator = last ? ", " : `,${"\n".repeat(shape.length - axis - 1)}${" ".repeat(axis + 1)}`
    return `[${parts.join(separator)}]`
  }
  return render(0, 0)
}
