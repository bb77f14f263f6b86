/**
 * Programs for a mesh of devices, written and tested without one.
 *
 * `npm run example -- shardMap`
 */
import { CpuWasm } from "@effax/wasm"
import { NodeRuntime } from "@effect/platform-node"
import { grad, jit, makeProgram, NdArray, Numpy as np, Program, Random } from "effax"
import { Console, Effect } from "effect"
import { dataParallel, matmul, mesh } from "./matmul.ts"

const program = Effect.gen(function*() {
  const [k1, k2] = Random.keys(Random.key(0), 2)
  const a = yield* Random.normal(k1, [8, 16])
  const b = yield* Random.normal(k2, [16, 4])

  yield* Console.log(`a matrix product over ${mesh}, in JAX's notation; types say along which axes a value varies:\n`)
  yield* Console.log(Program.print(makeProgram(matmul)(a, b)))

  const difference = np.max(np.abs(np.subtract(jit(matmul)(a, b), np.matmul(a, b))))
  yield* Console.log(`\nfurthest from the product without a mesh: ${yield* NdArray.toNumber(difference)}`)

  const loss = (w: NdArray.Any, x: NdArray.Any, y: NdArray.Any) => np.mean(np.square(np.subtract(np.matmul(x, w), y)))
  const w = np.ones([16, 4])
  const targets = np.matmul(a, b)
  const together = jit(grad(dataParallel(loss)))(w, a, targets)
  const alone = jit(grad(loss))(w, a, targets)
  const apart = np.max(np.abs(np.subtract(together, alone)))
  yield* Console.log(
    `gradients of eight devices, each with an eighth of the batch, arrive summed: ${yield* NdArray.toNumber(apart)}`
  )
})

NodeRuntime.runMain(program.pipe(Effect.provide(CpuWasm.layer)))
