import { CpuWasm } from "@effax/wasm"
import { Numpy as np } from "effax"
import { Effect } from "effect"
await Effect.runPromise(Effect.gen(function*() {
  const x = yield* np.add(np.ones([4]), 1)
  for (let k = 0; k < 4; k++) {
  const t = performance.now()
  for (let i = 0; i < 1e6; i++) yield* x
  console.log((performance.now() - t), "ns per yield*")
  }
}).pipe(Effect.provide(CpuWasm.layer)))
