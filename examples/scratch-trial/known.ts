import { CpuWasm } from "@effax/wasm"
import { Reference } from "@effax/reference"
import { NdArray, Numpy as np } from "effax"
import { Effect, Console } from "effect"
const program = Effect.gen(function*() {
  yield* Console.log(yield* NdArray.toNested(np.multiply(np.array(0.5), 2)))
  yield* Console.log(yield* NdArray.toNested(np.ones([3])))
  yield* Console.log(yield* NdArray.toNested(np.array(3)))
  yield* Console.log(yield* NdArray.evaluate([np.array(3), np.array(3), np.ones([2])]))
})
await Effect.runPromise(program.pipe(Effect.provide(CpuWasm.layer)))
await Effect.runPromise(program.pipe(Effect.provide(Reference.layer)))
