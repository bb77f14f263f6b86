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

const number = (value: number | bigint | boolean, dtype: DType.DType): string => {
  if (typeof value === "boolean" || typeof value === "bigint") return String(value)
  if (!DType.isFloating(dtype)) return String(value)
  if (Number.isNaN(value)) return "nan"
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf"
  const digits = dtype === "float64" ? 9 : dtype === "float32" ? 8 : 4
  const text = Object.is(value, -0) ? "-0" : String(Number(value.toPrecision(digits)))
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
