import { Reference } from "@effax/reference"
import { CpuWasm } from "@effax/wasm"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { read, type Run } from "../fuzz/check.ts"
import { generateCase } from "./cases.ts"
import { wrongWith } from "./check.ts"
import { sizes } from "./sizes.ts"
const runOn = (layer: any): Run => {
  const rt = ManagedRuntime.make(layer) as any
  return (a) => rt.runPromise(read(a))
}
const oracle = runOn(Reference.layer)
const subjects = [{ name: "cpu-wasm on two threads", run: runOn(CpuWasm.layerWith({ threads: 2 })) }, {
  name: "on one",
  run: runOn(CpuWasm.layerWith({ threads: 1 })),
  sameAs: "cpu-wasm on two threads"
}]
const [size, from, to] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])]
const t0 = Date.now()
let bad = 0
for (let seed = from; seed < to; seed++) {
  const t = Date.now()
  let m: string | undefined
  try {
    m = await wrongWith(generateCase(seed, (sizes as any)[size]), oracle, subjects)
  } catch (e) {
    m = "threw " + ((e as any).stack ?? e)
  }
  if (Date.now() - t > 4000) console.log("slow", seed, Date.now() - t)
  if (m) {
    bad++
    console.log(`--- seed ${seed}: ${m}`)
  }
}
console.log(size, from, to, "bad", bad, Date.now() - t0, "ms")
process.exit(0)
