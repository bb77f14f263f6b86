/**
 * Random programs run on these: the reference backend says what is right, and others must agree with it.
 */
import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import { WebGpu } from "@effax/webgpu"
import type { Backend } from "effax/Backend"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { load } from "../../packages/webgpu/test/swiftshader.ts"
import { read, type Run } from "./check.ts"

/** A backend in some configuration. */
export interface Subject {
  readonly name: string
  readonly run: Run
  /** The subject that it must give the same bits as, however its work is divided. */
  readonly sameAs?: string
}

export interface Subjects {
  readonly oracle: Run
  readonly subjects: ReadonlyArray<Subject>
  readonly close: () => Promise<void>
}

export type Name = "cpu-wasm" | "webgpu"

export const open = (name: Name): Subjects => {
  const runtimes: Array<{ readonly dispose: () => Promise<void> }> = []
  const runOn = <E>(layer: Layer.Layer<Backend, E>): Run => {
    const runtime = ManagedRuntime.make(layer)
    runtimes.push(runtime)
    return (arrays) => runtime.runPromise(read(arrays))
  }
  const close = async (): Promise<void> => {
    for (const runtime of runtimes) await runtime.dispose()
  }
  const oracle = runOn(Reference.layer)
  if (name === "webgpu") {
    load()
    return { oracle, subjects: [{ name, run: runOn(WebGpu.layer) }], close }
  }
  const parallel = "cpu-wasm on two threads"
  const subjects = [
    { name: parallel, run: runOn(CpuWasm.layerWith({ threads: 2 })) },
    { name: "cpu-wasm on one thread", run: runOn(CpuWasm.layerWith({ threads: 1 })), sameAs: parallel }
  ]
  return { oracle, subjects, close }
}
