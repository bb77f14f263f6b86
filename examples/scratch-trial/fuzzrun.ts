import { CpuWasm } from "@effax/wasm"
import { Reference } from "@effax/reference"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { generate } from "../../test/fuzz/generate.ts"
import * as check from "../../test/fuzz/check.ts"
const [from, to, limit, steps, least] = process.argv.slice(2).map(Number) as [number, number, number, number, number]
const oracle = ManagedRuntime.make(Reference.layer)
const two = ManagedRuntime.make(CpuWasm.layerWith({threads: 2}))
const one = ManagedRuntime.make(CpuWasm.layerWith({threads: 1}))
const on = (r: any): check.Run => (a) => r.runPromise(check.read(a))
let [tg, tr, tw, t1] = [0,0,0,0]
const seen = new Map<string, number>()
const names = new Map<string, number>()
for (let seed = from; seed < to; seed++) {
  let recipe
  let t = performance.now()
  try { recipe = generate(seed, { limit, inputs: 3, steps, least }) } catch (e) { console.log("SEED", seed, "GENERATE", e instanceof Error ? e.stack?.split("\n").slice(0,12).join("\n") : e); continue }
  tg += performance.now() - t; t = performance.now()
  for (const v of recipe) if (v.make._tag === "Step") { const n = v.make.name.split(" ")[0]!; names.set(n, (names.get(n) ?? 0) + 1) }
  let expected
  try { expected = await check.expectedOf(recipe, on(oracle)) } catch (e) { console.log("SEED", seed, "ORACLE", String(e).slice(0, 600)); continue }
  tr += performance.now() - t; t = performance.now()
  const { build } = await import("../../test/fuzz/recipe.ts")
  const wanted = check.wantedOf(recipe)
  let bad: string | undefined
  let got: any
  try {
    got = await on(two)(build(recipe, wanted))
    wanted.forEach((i, k) => { bad ??= check.difference(recipe![i]!, expected!, got[k]) })
  } catch (e) { bad = String(e) }
  tw += performance.now() - t; t = performance.now()
  if (bad === undefined) {
    const again = await on(one)(build(recipe, wanted))
    again.forEach((x, k) => { if (Buffer.compare(Buffer.from(x.buffer), Buffer.from(got[k].buffer)) !== 0) console.log("SEED", seed, "THREADS DIFFER", recipe![wanted[k]!]!.make) })
    t1 += performance.now() - t
  } else {
    const text = await check.shrink(recipe, wanted, expected, on(two))
    const key = text.split("\n")[1] ?? ""
    const n = (seen.get(key) ?? 0) + 1
    seen.set(key, n)
    if (n <= 1) console.log("SEED", seed, bad.slice(0, 400), "\n", text.slice(0, 2500), "\n")
  }
}
console.log({ tg, tr, tw, t1 })
if (process.env.NAMES) console.log([...names].sort((a,b)=>b[1]-a[1]).map(([n,c])=>`${n}:${c}`).join(" "))
process.exit(0)
