/**
 * Vector constants of a kernel: in locals that are set once at the function's entry, or inline where they are used.
 */
import { type Constant, f32x4, f64x2, type FunctionBuilder, i32x4, i64x2, type Value } from "../assembler/index.ts"

/**
 * `"hoist"`: a local per constant, set at the entry of the function. For loops: V8 keeps what fits in registers and
 * reloads the rest from the stack, which costs less than making it again.
 *
 * `"inline"`: `v128.const` at every use. For functions without a loop.
 */
export type ConstantsMode = "hoist" | "inline"

export class Constants {
  private readonly f: FunctionBuilder
  private readonly mode: ConstantsMode
  private readonly known: Map<string, Value<"v128">>

  constructor(f: FunctionBuilder, mode: ConstantsMode) {
    this.f = f
    this.mode = mode
    this.known = new Map()
  }

  private get(key: string, make: () => Constant<"v128">): Value<"v128"> {
    const known = this.known.get(key)
    if (known !== undefined) return known
    const value = this.mode === "hoist" ? this.f.hoist(make()) : make()
    this.known.set(key, value)
    return value
  }

  /** `value`, rounded to float32, in every lane. */
  f32x4(value: number): Value<"v128"> {
    return this.get(`f32:${Object.is(value, -0) ? "-0" : value}`, () => f32x4.const(value))
  }

  f64x2(value: number): Value<"v128"> {
    return this.get(`f64:${Object.is(value, -0) ? "-0" : value}`, () => f64x2.const(value))
  }

  /** The low 32 bits of `value` in every lane. */
  i32x4(value: number): Value<"v128"> {
    return this.get(`i32:${value | 0}`, () => i32x4.const(value | 0))
  }

  i64x2(value: bigint): Value<"v128"> {
    return this.get(`i64:${value}`, () => i64x2.const(BigInt.asIntN(64, value)))
  }
}
