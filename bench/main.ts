/**
 * Side-by-side benchmarks: effax, the limits and jax-js, in turns; see README.md.
 */
import { execSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"
import { Child, runOnce, type Subject } from "./harness/child.ts"
import type { Answer, Task } from "./harness/protocol.ts"
import type { FirstSteps } from "./items/compilation.ts"
import type { Memory } from "./items/memory.ts"
import { bandwidthTitle, works } from "./items/work.ts"
import { goals } from "./report/goals.ts"
import { machine } from "./report/machine.ts"
import { faults, markdown, workTable } from "./report/markdown.ts"
import type { Results } from "./report/results.ts"
import { section } from "./report/soak.ts"

const { values: options } = parseArgs({
  options: {
    filter: { type: "string" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: "2" },
    quick: { type: "boolean", default: false }
  }
})
const threads = Number(options.threads)
const rounds = Number(options.rounds)
if (!(Number.isInteger(threads) && threads > 0 && Number.isInteger(rounds) && rounds > 0)) {
  throw new Error("--threads and --rounds are whole numbers of 1 or more")
}
const { filter, quick } = options
const complete = filter === undefined && !quick
const task: Task = { threads, quick, measuring: quick ? 20 : 300 }

const installed = existsSync(new URL("node_modules/@jax-js/jax", import.meta.url))

const print = (line: string): void => void process.stdout.write(`${line}\n`)
if (!installed) print("jax-js is not installed, so it is left out: npm ci --prefix bench")
if (threads > availableParallelism()) print(`there are ${availableParallelism()} cores for ${threads} threads`)

const subjects: ReadonlyArray<Subject> = [
  { name: "effax", module: "effax/main.ts", threads },
  { name: "limit", module: "limits/main.ts", threads },
  ...(installed
    ? [
      { name: "jax-js, 1 thread", module: "peers/jaxjs.ts", threads: 1 },
      { name: "jax-js", module: "peers/jaxjs.ts", threads }
    ]
    : [])
]

const wanted = new RegExp(filter ?? "")
const all = works(quick)
const titles = all
  .flatMap(({ kind, title }) => kind === "sumAxis1" ? [bandwidthTitle, title] : [title])
  .filter((title) => wanted.test(title))

const build = (): boolean => {
  try {
    execSync("npm run build", { cwd: new URL("..", import.meta.url), stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

/** One process for each subject, which take turns at each piece of work; another begins in each round. */
const round = async (number: number, measured: Record<string, Record<string, Array<Answer>>>): Promise<void> => {
  const children = subjects.map((subject) => new Child(subject.module, { ...task, threads: subject.threads }))
  for (const title of titles) {
    const of = measured[title] ??= {}
    for (let turn = 0; turn < subjects.length; turn++) {
      const at = (turn + number) % subjects.length
      const { name } = subjects[at]!
      if (title === bandwidthTitle && name !== "limit") continue
      const answer = await children[at]!.measure(title)
      ;(of[name] ??= []).push(answer)
      const shown = "failure" in answer ? answer.failure : answer.value.toPrecision(4)
      print(`round ${number + 1}/${rounds}  ${title.padEnd(44)} ${name.padEnd(18)} ${shown}`)
    }
  }
  for (const child of children) await child.stop()
}

const measured: Record<string, Record<string, Array<Answer>>> = {}
const compilation: Record<string, Array<FirstSteps>> = {}
const startup: Record<string, Array<number>> = {}
let memory: ReadonlyArray<Memory> = []

for (let number = 0; number < rounds; number++) await round(number, measured)

if (filter === undefined) {
  // as its users get it: from sources, most of the time would go into stripping types
  const built = build()
  if (!built) print("effax doesn't build, so its time to the first result is left out")
  const compiling = { effax: "effax/compilation.ts", ...(installed && { "jax-js": "peers/jaxjsCompilation.ts" }) }
  const starting = {
    node: "harness/bareStartup.ts",
    ...(built && { effax: "effax/startup.ts" }),
    ...(installed && { "jax-js": "peers/jaxjsStartup.ts" })
  }
  for (let number = 0; number < Math.max(rounds, 3); number++) {
    for (const [name, module] of Object.entries(compiling)) {
      const { message } = await runOnce<FirstSteps>(module, task)
      ;(compilation[name] ??= []).push(message)
      print(`first MLP step  ${name.padEnd(18)} ${message.map(({ total }) => total.toFixed(0)).join(" ")}`)
    }
    for (const [name, module] of Object.entries(starting)) {
      const { wall } = await runOnce(module, task, { built: true })
      ;(startup[name] ??= []).push(wall)
      print(`first result    ${name.padEnd(18)} ${wall.toFixed(0)}`)
    }
  }
  memory = (await runOnce<ReadonlyArray<Memory>>("effax/memory.ts", task)).message
}

const results: Results = {
  date: new Date().toISOString().slice(0, 10),
  machine: machine(),
  command: ["npm run bench", ...process.argv.slice(2).length > 0 ? ["--", ...process.argv.slice(2)] : []].join(" "),
  threads,
  rounds: measured,
  compilation,
  startup,
  memory
}
const folder = new URL("results/", import.meta.url)
mkdirSync(folder, { recursive: true })
const raw = new URL(`${new Date().toISOString().replaceAll(":", "")}.json`, folder)
writeFileSync(raw, JSON.stringify(results, null, 2))

// what small sizes take says nothing about the goals
const judged = quick ? [] : goals(results, all)
print(`\n${workTable(results, all)}\n`)
for (const { goal, measured, met } of judged) print(`${met ? "met   " : "MISSED"}  ${goal}: ${measured}`)
for (const line of faults(results)) print(`FAULT   ${line}`)
if (complete) {
  const findings = readFileSync(new URL("findings.md", import.meta.url), "utf8")
  const soak = readFileSync(new URL("soak.md", import.meta.url), "utf8")
  writeFileSync(new URL("../BENCHMARKS.md", import.meta.url), section(markdown(results, all, judged, findings), soak))
  execSync("npx dprint fmt BENCHMARKS.md", { cwd: new URL("..", import.meta.url), stdio: "ignore" })
  print("\nBENCHMARKS.md is written")
}
