/**
 * The elementary functions of one module: each emitted inline where a kernel wants it, or once as a function.
 */
import type { FunctionBuilder, FunctionHandle, Local, ModuleBuilder } from "../assembler/index.ts"
import { Constants, GlobalConstants } from "./constants.ts"
import { Float32Lanes, Float64Lanes, type Helpers, type VectorLocal } from "./lanes.ts"
import { functions, type MathFunction } from "./table.ts"

export interface MathOptions {
  /**
   * Whether to use relaxed SIMD, fused multiply-add and lane selection: `features().fma`. Emitters rely on the single
   * rounding.
   */
  readonly fma: boolean
}

type VectorFunction = FunctionHandle<ReadonlyArray<"v128">, readonly ["v128"]>

export class MathLibrary implements Helpers {
  readonly module: ModuleBuilder
  readonly fma: boolean
  private readonly globals: GlobalConstants
  private readonly helpers: Map<string, FunctionHandle>
  private readonly functions: Map<string, VectorFunction>

  constructor(module: ModuleBuilder, options: MathOptions) {
    this.module = module
    this.fma = options.fma
    this.globals = new GlobalConstants(module)
    this.helpers = new Map()
    this.functions = new Map()
  }

  /** Constants for a function of this module that need no setting up: the default, for loops and without. */
  constants(f: FunctionBuilder): Constants {
    return new Constants(f, this.globals)
  }

  /** A function that emitters share, made at its first use. */
  helper<H extends FunctionHandle>(name: string, make: (module: ModuleBuilder) => H): H {
    const known = this.helpers.get(name)
    if (known !== undefined) return known as H
    const made = make(this.module)
    this.helpers.set(name, made)
    return made
  }

  /** Emits a float32 function of four lanes in place. */
  inline32(
    f: FunctionBuilder,
    constants: Constants,
    name: MathFunction,
    ...x: ReadonlyArray<VectorLocal>
  ): VectorLocal {
    return f.scope(() => functions[name].float32(new Float32Lanes({ f, constants, library: this }), ...x))
  }

  /** Emits a float64 function of two lanes in place. */
  inline64(
    f: FunctionBuilder,
    constants: Constants,
    name: MathFunction,
    ...x: ReadonlyArray<VectorLocal>
  ): VectorLocal {
    return f.scope(() => functions[name].float64(new Float64Lanes({ f, constants, library: this }, "full"), ...x))
  }

  /** A call of a float32 function that the module has once. */
  call32(f: FunctionBuilder, name: MathFunction, ...x: ReadonlyArray<VectorLocal>): VectorLocal {
    return f.let(
      f.call(
        this.function(`${name}_f32x4`, x.length, (g, ...y) => this.inline32(g, this.constants(g), name, ...y)),
        ...x
      )
    )
  }

  /** A call of a float64 function that the module has once. */
  call64(f: FunctionBuilder, name: MathFunction, ...x: ReadonlyArray<VectorLocal>): VectorLocal {
    return f.let(
      f.call(
        this.function(`${name}_f64x2`, x.length, (g, ...y) => this.inline64(g, this.constants(g), name, ...y)),
        ...x
      )
    )
  }

  private function(
    name: string,
    arity: number,
    emit: (f: FunctionBuilder, ...x: ReadonlyArray<VectorLocal>) => VectorLocal
  ): VectorFunction {
    const known = this.functions.get(name)
    if (known !== undefined) return known
    const params = Array.from({ length: arity }, () => "v128" as const)
    const made = this.module.function({ params, results: ["v128"], name }, (f, ...x) => {
      f.return(emit(f, ...x as ReadonlyArray<Local<"v128">>))
    })
    this.functions.set(name, made)
    return made
  }
}
