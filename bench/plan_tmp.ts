import { NdArray, Program } from "effax"
import * as Compiler from "@effax/compiler/Compiler"
import { generate } from "../packages/wasm/src/internal/codegen/module.ts"
import { programs } from "./effax/programs.ts"
import { works } from "./work/work.ts"
const want = new RegExp(process.argv[2] ?? ".")
for (const w of works(false)) if (want.test(w.title)) {
  const arrays = w.inputs().map(({ data, shape }) => NdArray.fromTypedArray(data, shape))
  const n: any = programs[w.kind](arrays, w)
  let y: any
  try { y = n() } catch (e) { console.log(w.title, e); continue }
  const app = y?.source?.application
  if (!app) { console.log(w.title, 'skip'); continue }
  const program = app.params.jaxpr
  const t0 = performance.now()
  const plan = Compiler.compile(program)
  const t1 = performance.now()
  const g = generate(plan, { threads: true, relaxedSimd: true } as never)
  console.log(`== ${w.title}: plan ${(t1-t0).toFixed(1)} ms, gen ${(performance.now()-t1).toFixed(1)} ms, ${g.bytes.length} bytes, arena ${g.arena}, parallel ${g.parallel}, cost ${g.cost}, kernels ${plan.kernels.map((k: any) => k.kind + (k.barrier ? '|' : '')).join(' ')}`)
  if (process.argv[3]) console.log(Object.entries(Compiler.stages(program)).map(([k,v])=>k+'\n'+v).at(-1))
}
