/**
 * Vector constants of a kernel: in globals of the module, in locals set at the function's entry, or inline.
 */
import {
  Constant,
  f32x4,
  f64x2,
  type FunctionBuilder,
  i32x4,
  i64x2,
  type ModuleBuilder,
  type Value
} from "../assembler/index.ts"

/**
 * `GlobalConstants`: a global per value, loaded where it is used. As fast as `"hoist"` and without setting up, so the
 * one to take; a module with 100 constants has 100 globals of 16 bytes in each instance.
 *
 * `"hoist"`: a local per constant, set at the entry of the function. V8 keeps what fits in registers and reloads the
 * rest from the stack. What the 256-bit pass of V8 can pair (peers.md, point 4).
 *
 * `"inline"`: `v128.const` at every use: three instructions each, nearly twice the time of exp.
 */
export type ConstantsMode = "hoist" | "inline" | GlobalConstants

/** Constants as globals of a module, one for each value: a load where they are used, and nothing to set up. */
export class GlobalConstants {
  private readonly module: ModuleBuilder
  private readonly known: Map<string, Constant<"v128">>

  constructor(module: ModuleBuilder) {
    this.module = module
    this.known = new Map()
  }

  get(key: string, make: () => Constant<"v128">): Constant<"v128"> {
    const known = this.known.get(key)
    if (known !== undefined) return known
    // Mutable, although nothing writes to it: V8 makes an immutable one a constant in the code, which is what costs.
    const global = this.module.global(make(), { mutable: true })
    const read = new Constant("v128", (code) => {
      code.byte(0x23)
      code.u32(global.index)
    })
    this.known.set(key, read)
    return read
  }
}

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
    const value = this.mode === "hoist"
      ? this.f.hoist(make())
      : this.mode === "inline"
      ? make()
      : this.mode.get(key, make)
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
