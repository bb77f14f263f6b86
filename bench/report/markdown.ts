/**
 * BENCHMARKS.md.
 */
import { median } from "../harness/sampler.ts"
import type { FirstSteps } from "../items/compilation.ts"
import { bandwidthTitle, type Work } from "../items/work.ts"
import { type Goal, megabytes } from "./goals.ts"
import { fault, mean, ratio, type Results, time } from "./results.ts"

const table = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const line = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
  return [line(header), line(header.map((_, i) => i === 0 ? "---" : "--:")), ...rows.map(line)].join("\n")
}

const number = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 0.01 ? String(Number(value.toPrecision(3))) : value.toPrecision(2)

const cell = (results: Results, title: string, subject: string): string => {
  const ms = time(results, title, subject)
  const wrong = fault(results, title, subject)
  if (ms === undefined) return wrong === undefined ? "" : "fails"
  return number(ms) + (wrong === undefined ? "" : " (wrong)")
}

const subjects = ["effax", "limit", "jax-js, 1 thread", "jax-js"]

/** Times and ratios of all work. */
export const workTable = (results: Results, works: ReadonlyArray<Work>): string => {
  const measured = works.filter(({ title }) => title in results.rounds)
  const times = (value: number | undefined) => value === undefined ? "" : number(value)
  return table(
    [
      "milliseconds",
      `effax, ${results.threads} threads`,
      "its mean",
      `limit, ${results.threads} threads`,
      "jax-js, 1 thread",
      `jax-js, ${results.threads} threads`,
      "limit / effax",
      "jax-js / effax"
    ],
    measured.map(({ title }) => [
      title,
      cell(results, title, "effax"),
      times(mean(results, title, "effax")),
      ...subjects.slice(1).map((subject) => cell(results, title, subject)),
      times(ratio(results, title, "effax", "limit")),
      times(ratio(results, title, "effax", "jax-js"))
    ])
  )
}

const goalTable = (goals: ReadonlyArray<Goal>): string =>
  [
    "| goal | measured | |",
    "| --- | --- | --- |",
    ...goals.map(({ goal, measured, met }) => `| ${goal} | ${measured} | ${met ? "met" : "**missed**"} |`)
  ].join("\n")

const middle = (values: ReadonlyArray<number>): string => values.length === 0 ? "" : number(median(values))

const firsts = ({ compilation, startup }: Results): string => {
  const first = (steps: FirstSteps) => steps.slice(0, 1), later = (steps: FirstSteps) => steps.slice(1)
  const row = (name: string, which: (steps: FirstSteps) => FirstSteps) => {
    const of = (subject: string) => (compilation[subject] ?? []).flatMap(which)
    return [
      name,
      middle(of("effax").map(({ total }) => total)),
      middle(of("effax").map(({ compilation }) => compilation!)),
      middle(of("jax-js").map(({ total }) => total)),
      ""
    ]
  }
  return table(["milliseconds", "effax", "of which compiling", "jax-js", "bare Node"], [
    [
      "first result of a process",
      middle(startup.effax ?? []),
      "",
      middle(startup["jax-js"] ?? []),
      middle(startup.node ?? [])
    ],
    row("first MLP step of a process", first),
    row("first MLP step with another shape", later)
  ])
}

const memoryTable = ({ memory }: Results): string =>
  table(
    ["after steps", "arrays live", "MB live on the device", "MB of the process", "us a step"],
    memory.map((at, i) => {
      const before = memory[i - 1] ?? { step: 0, ms: 0 }
      return [
        String(at.step),
        String(at.arraysLive),
        megabytes(at.bytesLive),
        megabytes(at.rss),
        (1000 * (at.ms - before.ms) / (at.step - before.step)).toFixed(0)
      ]
    })
  )

/** What is wrong or missing, one line each. */
export const faults = (results: Results): ReadonlyArray<string> =>
  Object.keys(results.rounds).flatMap((title) =>
    subjects.flatMap((subject) => {
      const found = fault(results, title, subject)
      return found === undefined ? [] : [`${title}, ${subject}: ${found}`]
    })
  )

export const markdown = (
  results: Results,
  works: ReadonlyArray<Work>,
  goals: ReadonlyArray<Goal>,
  findings: string
): string => {
  const bandwidth = time(results, bandwidthTitle, "limit")
  const wrong = faults(results)
  return `# Benchmarks

Written by \`npm run bench\`; what stands under "What falls short" comes from \`bench/findings.md\`.

- **Machine**: ${results.machine}
- **Date**: ${results.date}
- **Command**: \`${results.command}\`
- **effax**: the CPU backend on ${results.threads} threads, from these sources.
- **limit**: what hand-written WebAssembly reaches on as many threads: kernels in C (\`bench/limits/kernels.c\`) and one
  emitted instruction by instruction (\`bench/limits/chain.ts\`), each for its one shape, in plain 128-bit SIMD with relaxed
  fused multiply-add. Sort and cumsum run on one thread; conv2d has its input padded, channels last and its weights packed
  beforehand; nothing is allocated.${
    bandwidth === undefined ? "" : ` Reading memory gives ${bandwidth.toFixed(0)} GB/s.`
  }
- **jax-js**: 0.1.25 on its WebAssembly device, on one thread as it comes in Node, and on ${results.threads} with web workers
  given to it.

Each of ${
    rounds(results)
  } rounds has a process for each subject, and they take turns at each piece of work: three runs and
150 ms to warm up, then the median of what 300 ms hold. The table has the medians over the rounds, and ratios are medians
of the ratios in each round: 1 is as fast as the limit, and more than 1 is faster than jax-js. Every result is compared with
a float64 reference${wrong.length === 0 ? "; all are right." : ". Not right are:"}
${wrong.map((line) => `\n- ${line}`).join("")}
## Goals

${goalTable(goals)}

## Work

${workTable(results, works)}

effax allocates its results and lets the garbage collector find out that they were dropped; jax-js frees them by hand, and
the limit writes to the same place again. What the collections cost is in the mean and not in the median.

"add of 10" is of two arrays in a loop, each result awaited. For the limit it is a call of the kernel and nothing else.

## First runs

${firsts(results)}

The first result of a process is from its start, with Node's own: load, compile \`sin(x) * 2\` of three numbers, run, read;
effax as built. The first MLP step is from the function to its results: trace, differentiate, compile, run. In a fresh
process most of the time is the engine's, which sees the compiler's own code for the first time.

## Memory

Steps of the MLP in a loop; nothing is freed by hand.

${memoryTable(results)}

## What falls short, and what bounds it

${findings.trim()}

## How to run it again

\`\`\`sh
npm ci && npm ci --prefix bench
npm run bench                                  # writes this page, and bench/results/*.json with all numbers
npm run bench -- --filter 'matmul|MLP'         # some of the work: prints the table, writes no page
npm run bench -- --rounds 5 --threads 4
npm run bench -- --quick                       # small sizes, to see that everything runs
\`\`\`

On a machine that does other things too, trust the ratios more than the times.
`
}

const rounds = ({ rounds }: Results): number =>
  Math.max(0, ...Object.values(rounds).flatMap((subjects) => Object.values(subjects).map(({ length }) => length)))
