/**
 * How far results of the elementary functions are from the truth, in units in the last place.
 */
import { i32, ModuleBuilder, v128 } from "../../src/internal/assembler/index.ts"
import {
  Constants,
  type ConstantsMode,
  functions,
  type MathFunction,
  MathLibrary
} from "../../src/internal/math/index.ts"

export type FloatType = "float32" | "float64"
export type Floats = Float32Array | Float64Array
export type Variant = { readonly fma: boolean; readonly mode: "call" | "global" | ConstantsMode }

export const namesOf = (arity: 1 | 2): ReadonlyArray<MathFunction> =>
  (Object.keys(functions) as ReadonlyArray<MathFunction>).filter((name) => functions[name].arity === arity)

const isBinary = (name: MathFunction): boolean => functions[name].arity === 2

/** Elements that fit between the three arrays of a page run. */
export const capacity = 1 << 16
const stride = capacity * 8
const memory = new WebAssembly.Memory({ initial: 3 * stride / 65536 })

/** Applies a function to arrays of at most `capacity` elements. */
export const compile = (name: MathFunction, dtype: FloatType, { fma, mode }: Variant) => {
  const module = new ModuleBuilder()
  module.importMemory()
  const library = new MathLibrary(module, { fma })
  module.function({ params: ["i32"], export: "run" }, (f, byteLength) => {
    const constants = mode === "global" || mode === "call" ? library.constants(f) : new Constants(f, mode)
    f.forRange({ to: byteLength, step: 16 }, (i) => {
      const x = f.let(v128.load(i))
      const y = f.let(v128.load(i, { offset: stride }))
      const operands = isBinary(name) ? [x, y] : [x]
      const result = mode === "call"
        ? dtype === "float32" ? library.call32(f, name, ...operands) : library.call64(f, name, ...operands)
        : dtype === "float32"
        ? library.inline32(f, constants, name, ...operands)
        : library.inline64(f, constants, name, ...operands)
      f.do(v128.store(i32.add(i, 0), result, { offset: 2 * stride }))
    })
  })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), { env: { memory } })
  const run = exports["run"] as (byteLength: number) => void
  const View = dtype === "float32" ? Float32Array : Float64Array
  return (x: ArrayLike<number>, y?: ArrayLike<number>): Floats => {
    new View(memory.buffer, 0, x.length).set(x)
    if (y !== undefined) new View(memory.buffer, stride, x.length).set(y)
    run(Math.ceil(x.length * View.BYTES_PER_ELEMENT / 16) * 16)
    return new View(memory.buffer, 2 * stride, x.length).slice() as Floats
  }
}

export const variants: ReadonlyArray<Variant> = [{ fma: true, mode: "global" }, { fma: false, mode: "hoist" }]

const scratch = new DataView(new ArrayBuffer(8))

/** The distance between a number's neighbours: that of the largest finite number for infinity. */
const unit = (x: number, dtype: FloatType): number => {
  const a = Math.abs(x)
  if (dtype === "float32") {
    const exponent = Math.floor(Math.log2(Math.max(a, 2 ** -126)))
    return 2 ** (Math.min(exponent, 127) - 23)
  }
  scratch.setFloat64(0, Math.min(a, Number.MAX_VALUE / 2))
  scratch.setBigInt64(0, scratch.getBigInt64(0) + 1n)
  return scratch.getFloat64(0) - Math.min(a, Number.MAX_VALUE / 2)
}

/**
 * The error of a result in ULP. `nearest` is the expected value rounded to the dtype and `rest` what it lacks: NaN,
 * infinities and the sign of zero have to be the same, an infinity where the nearest is finite within the bound.
 */
export const errorOf = (result: number, nearest: number, rest: number, dtype: FloatType, smallest: number): number => {
  if (Object.is(result, nearest)) return Math.abs(rest) / Math.max(unit(nearest, dtype), smallest)
  if (Number.isNaN(result) || Number.isNaN(nearest) || (result === 0 && nearest === 0)) return Infinity
  const bound = dtype === "float32" ? 2 ** 128 : Number.MAX_VALUE
  const finite = (x: number): number => Number.isFinite(x) ? x : Math.sign(x) * bound
  return Math.abs(finite(result) - finite(nearest) - rest) / Math.max(unit(nearest, dtype), smallest)
}

/** Near zeros of lgamma and digamma on the negative axis errors are absolute. */
export const smallestUnit = (name: MathFunction, dtype: FloatType, x: number): number => {
  if (x > 0 || (name !== "lgamma" && name !== "digamma")) return 0
  return dtype === "float32" ? 2 ** -26 : 2 ** -50
}

export interface Worst {
  error: number
  at: string
}

export const note = (worst: Worst, error: number, at: () => string): void => {
  if (error > worst.error) {
    worst.error = error
    worst.at = at()
  }
}
