/**
 * What the engine that runs this code accepts, found by validating one tiny module per feature.
 */
import { ModuleBuilder } from "./moduleBuilder.ts"
import { atomic } from "./atomicInstructions.ts"
import { f32x4, i32x4 } from "./simdInstructions.ts"

export interface Features {
  readonly simd: boolean
  /** Fused multiply-add among them, fused where the machine has it. */
  readonly relaxedSimd: boolean
  /** Shared memories and atomics. That memories can be shared with workers is another question. */
  readonly threads: boolean
}

/** `WebAssembly.validate`, which the DOM's types declare and Node has without them. */
const validates = (build: (module: ModuleBuilder) => void): boolean => {
  const module = new ModuleBuilder()
  build(module)
  return WebAssembly.validate(module.bytes())
}

export const features = (): Features => ({
  simd: validates((module) =>
    module.function({ results: ["v128"] }, (f) => f.return(i32x4.add(i32x4.const(1), i32x4.const(2))))
  ),
  relaxedSimd: validates((module) =>
    module.function({ results: ["v128"] }, (f) => {
      f.return(f32x4.relaxedMadd(f32x4.const(1), f32x4.const(2), f32x4.const(3)))
    })
  ),
  threads: validates((module) => {
    module.importMemory({ shared: true, initial: 1, maximum: 1 })
    module.function({}, (f) => f.drop(atomic.notify(0, 1)))
  })
})
