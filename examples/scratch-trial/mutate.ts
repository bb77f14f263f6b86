import { CpuWasm } from "@effax/wasm"
import { Reference } from "@effax/reference"
import { Numpy as np } from "effax"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { generate } from "../../test/fuzz/generate.ts"
import * as check from "../../test/fuzz/check.ts"
import { build } from "../../test/fuzz/recipe.ts"
const oracle = ManagedRuntime.make(Reference.layer)
const two = ManagedRuntime.make(CpuWasm.layerWith({threads: 2}))
const on = (r: any): check.Run => (a) => r.runPromise(check.read(a))
let found = 0, all = 0, nosteps = 0
let certain = 0, uncertain = 0
const ratios: number[] = []
for (let seed = 0; seed < 200; seed++) {
  const recipe = generate(seed, { limit: 2000, inputs: 3, steps: 10, least: 1 })
  const wanted = check.wantedOf(recipe)
  for (const i of wanted) recipe[i]!.certain ? certain++ : uncertain++
  const expected = await check.expectedOf(recipe, on(oracle))
  // tightness
  const got0 = await on(two)(build(recipe, wanted))
  wanted.forEach((i, k) => { const s = expected.spreads[i]!; const v = recipe[i]!; if (!v.certain && v.array.dtype === "float32" && Number.isFinite(s.error) && s.error > 0) ratios.push(s.error / (s.most || 1)) ; void got0; void k })
  const steps = recipe.filter((v) => v.make._tag === "Step" && v.array.size > 0 && wanted.includes(v.index))
  if (steps.length === 0) { nosteps++; continue }
  const victim = steps[seed % steps.length]!
  const make = victim.make as any
  const mutated = recipe.map((v) => v !== victim ? v : { ...v, make: { ...make, apply: (a: any) => { const x = make.apply(a); return x.dtype === "bool" ? np.logicalNot(x) : np.multiply(x, np.astype(np.reshape(np.where(np.equal(np.arange(x.size), Math.floor(x.size / 2)), 2, 1), x.shape), x.dtype)) } } })
  const got = await on(two)(build(mutated as any, wanted))
  all++
  if (wanted.some((i, k) => check.difference(recipe[i]!, expected, got[k]!) !== undefined)) found++
  else console.log("missed", seed, make.name, victim.array.dtype, victim.certain, expected.spreads[victim.index])
}
ratios.sort((a, b) => a - b)
console.log({ found, all, nosteps, certain, uncertain }, "relative bound percentiles", [0.1, 0.25, 0.5, 0.75, 0.9].map((q) => ratios[Math.floor(q * ratios.length)]))
process.exit(0)
