import { CpuWasm } from "@effax/wasm"
import { NdArray, Numpy as np, Random } from "effax"
import { Effect } from "effect"
await Effect.runPromise(Effect.gen(function*() {
  const v6 = yield* Random.normal(Random.key(1), [1_000_000])
  for (const n of [16, 64, 100, 1000, 100000]) {
    const s = yield* np.sort(Random.normal(Random.key(3), [n]))
    for (let i = 0; i < 3; i++) { const t = performance.now(); yield* NdArray.scoped(NdArray.evaluate(np.searchsorted(s, v6))); console.log(n, (performance.now() - t).toFixed(1)) }
    const a = yield* NdArray.toTypedArray(np.searchsorted(s, v6, {side: "right"}))
    const host = yield* NdArray.toTypedArray(s), vh = yield* NdArray.toTypedArray(v6)
    for (let i = 0; i < 1000; i++) { let c = 0; for (const x of host as Float32Array) if (x <= Number(vh[i])) c++; if (c !== a[i]) throw new Error(`${i} ${c} ${a[i]}`) }
  }
}).pipe(Effect.provide(CpuWasm.layer)))
