/**
 * Every example in the documentation type-checks against the sources and has the values that it says it has.
 */
import { beforeAll, describe, expect, it } from "@effect/vitest"
import { execFile, fork } from "node:child_process"
import { existsSync, globSync, readFileSync } from "node:fs"
import { mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { type Example, extract, instrument } from "./documentation/examples.ts"
import { exportsOf } from "./documentation/exports.ts"
import type { Report, Task } from "./documentation/runner.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

const sources = [
  ...globSync("packages/*/src/**/*.ts", { cwd: root }),
  ...globSync("packages/*/README.md", { cwd: root }),
  ...globSync("docs/*.md", { cwd: root }),
  "README.md",
  "CONTRIBUTING.md"
]
  .filter((file) => !file.includes("node_modules") && existsSync(join(root, file)))
  .toSorted()

const documented = sources.flatMap((file) => extract(file, readFileSync(join(root, file), "utf8")))

// what the checks themselves must find wrong
const faulty = extract(
  "faulty.md",
  readFileSync(fileURLToPath(new URL("documentation/faulty.md", import.meta.url)), "utf8")
)

const compilerOptions = {
  target: "ES2024",
  lib: ["ESNext", "DOM"],
  types: ["node"],
  module: "NodeNext",
  moduleDetection: "force",
  customConditions: ["effax-source"],
  allowImportingTsExtensions: true,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true
}

/** The type checker's messages about each example. */
const typeCheck = async (folder: string, examples: ReadonlyArray<Example>): Promise<ReadonlyArray<Array<string>>> => {
  const files = examples.map((_, i) => `checked${i}.ts`)
  await Promise.all(examples.map(({ code }, i) => writeFile(join(folder, files[i]!), code)))
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }))
  const tsc = join(root, "node_modules/typescript/bin/tsc")
  const output = await new Promise<string>((resolve) =>
    execFile(
      process.execPath,
      [tsc, "-p", folder, "--pretty", "false"],
      { maxBuffer: 64 << 20 },
      (_, stdout, stderr) => resolve(stdout + stderr)
    )
  )
  const messages = examples.map((): Array<string> => [])
  // Sources have a check of their own, and errors of the project itself have no file.
  for (const [line] of output.matchAll(/^.*error TS.*$/gm)) {
    const at = line.match(/^(.*?)\((\d+),\d+\): (.*)$/)
    if (at === null) throw new Error(output)
    const i = files.indexOf(basename(at[1]!))
    if (i >= 0) messages[i]!.push(`line ${examples[i]!.line + Number(at[2]) - 1}: ${at[3]}`)
  }
  return messages
}

/** What was wrong with each example when it ran. */
const execute = async (folder: string, examples: ReadonlyArray<Example>): Promise<ReadonlyArray<Array<string>>> => {
  const results = examples.map((): Array<string> => ["it was not run"])
  const indices: Array<number> = []
  const tasks: Array<Task> = []
  for (const [i, example] of examples.entries()) {
    if (example.notRun !== undefined) {
      results[i] = []
      continue
    }
    const { code, expectations } = instrument(example)
    const module = join(folder, `run${i}.ts`)
    await writeFile(module, `declare const __record: <A>(i: number, value: A) => A; ${code}`)
    indices.push(i)
    tasks.push({ module: pathToFileURL(module).href, expectations })
  }
  const runner = fork(fileURLToPath(new URL("documentation/runner.ts", import.meta.url)), {
    execArgv: ["--conditions=effax-source"],
    silent: true
  })
  let output = ""
  runner.stderr!.on("data", (text) => output += text)
  runner.on("message", ({ failures, task }: Report) => {
    results[indices[task]!] = [...failures]
  })
  runner.send(tasks)
  await new Promise((resolve) => runner.once("exit", resolve))
  if (results.flat().includes("it was not run")) results.at(-1)!.push(output)
  return results
}

describe("documentation", () => {
  const all = [...documented, ...faulty]
  let types: ReadonlyArray<Array<string>>
  let values: ReadonlyArray<Array<string>>

  beforeAll(async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "effax-documentation-")))
    try {
      await symlink(join(root, "node_modules"), join(folder, "node_modules"))
      await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }))
      ;[types, values] = await Promise.all([typeCheck(folder, all), execute(folder, all)])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }, 120_000)

  it("has examples", () => {
    expect(documented.length).toBeGreaterThan(150)
  })

  it("says of every public name what it is, where it belongs and since when", () => {
    const modules = sources.filter((file) => /^packages\/\w+\/src\/[A-Z]\w+\.ts$/.test(file))
    const exported = modules.flatMap((file) => exportsOf(root, file))
    expect(exported.length).toBeGreaterThan(300)
    const silent = exported.filter(({ comment }) =>
      !(/@category \w/.test(comment) && /@since \d/.test(comment) && /^\/\*\*[\s*]+[^\s@*]/.test(comment))
    )
    expect(new Set(silent.map(({ file, name }) => `${file}: ${name}`))).toEqual(new Set())
  })

  const cases = documented.map((example, i) => ({ name: `${example.file}:${example.line}`, i }))

  it.each(cases)("$name", ({ i }) => {
    expect([...types[i]!, ...values[i]!].join("\n")).toBe("")
  })

  it("is found wrong where it is", () => {
    const found = faulty.map((_, i) => ({ types: types[documented.length + i], values: values[documented.length + i] }))
    expect(found).toMatchSnapshot()
  })
})
