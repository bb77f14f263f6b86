/** The first result of a process: load, compile, run, read. */
import { CpuWasm } from "@effax/wasm"
import { jit, NdArray, Numpy as np } from "effax"
import * as Effect from "effect/Effect"
import { answer, task } from "../harness/protocol.ts"

const f = jit((x: NdArray.Any) => np.multiply(np.sin(x), 2))

const program = NdArray.toNested(f(np.array([1, 2, 3])))

answer(await Effect.runPromise(Effect.provide(program, CpuWasm.layerWith({ threads: task().threads }))))
