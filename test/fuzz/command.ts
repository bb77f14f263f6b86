/**
 * `npm run fuzz -- --programs 1000 --seed 7 --backend webgpu`: random programs, as many as asked for, beyond those of the
 * suite. A failure is printed with the seed that makes it again: `--only "functions of small arrays" --seed 12 --programs 1`.
 */
import { parseArgs } from "node:util"
import { families } from "./families.ts"
import { type Name, open } from "./subjects.ts"

const { values: options } = parseArgs({
  options: {
    programs: { type: "string", default: "1000" },
    seed: { type: "string", default: "1000000" },
    backend: { type: "string", default: "cpu-wasm" },
    only: { type: "string" }
  }
})
const [programs, first] = [Number(options.programs), Number(options.seed)]
if (!(Number.isInteger(programs) && programs > 0 && Number.isInteger(first) && first >= 0)) {
  throw new Error("--programs is a whole number of 1 or more, --seed one of 0 or more")
}
if (!Object.hasOwn(families, options.backend)) {
  throw new Error(`--backend is one of ${Object.keys(families).join(", ")}, not ${options.backend}`)
}
const backend = options.backend as Name
const all = families[backend]
const chosen = options.only === undefined ? all : all.filter(({ name }) => name === options.only)
if (chosen.length === 0) throw new Error(`--only is one of ${all.map(({ name }) => `"${name}"`).join(", ")}`)

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const total = chosen.reduce((n, { share }) => n + share, 0)
const subjects = open(backend)
const started = performance.now()
let failures = 0
let done = 0
// families take turns, so that whatever is stopped early has seen all of them
const counts = chosen.map(({ share }) => Math.ceil(programs * share / total))
for (let i = 0; done < programs; i++) {
  for (const [k, { name, wrong }] of chosen.entries()) {
    if (done >= programs || i * counts[k]! / counts[0]! >= counts[k]!) continue
    const turns = Math.floor((i + 1) * counts[k]! / counts[0]!) - Math.floor(i * counts[k]! / counts[0]!)
    for (let turn = 0; turn < turns && done < programs; turn++) {
      const seed = first + Math.floor(i * counts[k]! / counts[0]!) + turn
      const failure = await wrong(seed, subjects)
      done++
      if (failure !== undefined) {
        failures++
        print(`--- ${name}, seed ${seed}: ${failure}`)
      }
      if (done % 100 === 0) {
        const minutes = (performance.now() - started) / 60_000
        print(`${done} programs in ${minutes.toFixed(1)} minutes, ${failures} of them wrong`)
      }
    }
  }
}
await subjects.close()
print(`${done} programs, ${failures} of them wrong`)
process.exit(failures === 0 ? 0 : 1)
