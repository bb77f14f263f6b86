/**
 * The number of a unit as the position it stands for: one digit for each axis that units are cut along, the fastest first.
 */
import { type FunctionBuilder, i32, type Local } from "../assembler/index.ts"
import { type Index, minimum } from "./tileGrid.ts"

export interface UnitDigits {
  /** The next digit, of that many values. */
  readonly take: (count: number) => Index
  /** What the digits that were taken leave: the last digit. */
  readonly rest: Local<"i32">
  /** Where block `index` of `size` begins and ends among `count`; an axis that is not cut is one whole block. */
  readonly range: (index: Index, size: number, count: number) => readonly [from: Index, to: Index]
}

export const unitDigits = (f: FunctionBuilder, unit: Local<"i32">): UnitDigits => {
  const rest = f.let(i32.add(unit, 0))
  return {
    rest,
    take: (count) => {
      if (count === 1) return 0
      const digit = f.let(i32.remU(rest, count))
      f.set(rest, i32.divU(rest, count))
      return digit
    },
    range: (index, size, count) => {
      if (typeof index === "number") return [0, count]
      const from = f.let(i32.mul(index, size))
      return [from, minimum(f, i32.add(from, size), count)]
    }
  }
}
