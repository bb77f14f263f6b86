/**
 * The features of the engine that runs this code, found by validating one tiny module per feature, and by running one.
 */
import { atomic } from "./atomicInstructions.ts"
import { ModuleBuilder } from "./moduleBuilder.ts"
import { f32x4, i32x4 } from "./simdInstructions.ts"

export interface Features {
  readonly simd: boolean
  readonly relaxedSimd: boolean
  /** Whether relaxed multiply-add is one rounding here, as it is where the machine has the instruction. */
  readonly fma: boolean
  /** Shared memories and atomics. That memories can be shared with workers is another question. */
  readonly threads: boolean
}

/** `WebAssembly.validate`, which the DOM's types declare and Node has without them. */
const validates = (build: (module: ModuleBuilder) => void): boolean => {
  const module = new ModuleBuilder()
  build(module)
  return WebAssembly.validate(module.bytes())
}

/** x^2 + y for x = 1 + 2^-23, y = -(1 + 2^-22): 2^-46 if the product is not rounded. */
const multiplyAddIsFused = (): boolean => {
  const module = new ModuleBuilder()
  module.function({ params: ["f32", "f32"], results: ["f32"], export: "run" }, (f, x, y) => {
    f.return(f32x4.extractLane(f32x4.relaxedMadd(f32x4.splat(x), f32x4.splat(x), f32x4.splat(y)), 0))
  })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()))
  const run = exports["run"] as (x: number, y: number) => number
  return run(1 + 2 ** -23, -(1 + 2 ** -22)) === 2 ** -46
}

const relaxedSimdValidates = (): boolean =>
  validates((module) =>
    module.function({ results: ["v128"] }, (f) => {
      f.return(f32x4.relaxedMadd(f32x4.const(1), f32x4.const(2), f32x4.const(3)))
    })
  )

export const features = (): Features => ({
  simd: validates((module) =>
    module.function({ results: ["v128"] }, (f) => f.return(i32x4.add(i32x4.const(1), i32x4.const(2))))
  ),
  relaxedSimd: relaxedSimdValidates(),
  fma: relaxedSimdValidates() && multiplyAddIsFused(),
  threads: validates((module) => {
    module.importMemory({ shared: true, initial: 1, maximum: 1 })
    module.function({}, (f) => f.drop(atomic.notify(0, 1)))
  })
})
