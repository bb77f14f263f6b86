/** The first result of a process: load, compile, run, read. */
import { defaultDevice, init, jit, numpy as np } from "@jax-js/jax"
import { answer } from "../harness/protocol.ts"

await init("wasm")
defaultDevice("wasm")
const f = jit((x: np.Array) => np.sin(x).mul(2))

answer([...await f(np.array([1, 2, 3])).data()])
