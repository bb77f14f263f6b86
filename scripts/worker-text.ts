/**
 * Writes `packages/wasm/src/internal/runtime/workerText.ts`: the script of the worker threads as a string, made of
 * `worker.ts` beside it. A test says when it is out of date.
 */
import { transform } from "esbuild"
import { readFile, writeFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"

const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../packages/wasm/src/internal/runtime/${name}`, import.meta.url))

/** Where the module is written. */
export const target = fileOf("workerText.ts")

/** The text of the module, out of the script's present source. */
export const generate = async (): Promise<string> => {
  // A function around everything: the text is valid as a classic script, as a module and as CommonJS.
  const { code } = await transform(await readFile(fileOf("worker.ts"), "utf8"), {
    loader: "ts",
    format: "iife",
    target: "es2022",
    legalComments: "none"
  })
  const lines = code.trimEnd().split("\n").map((line) => `  ${JSON.stringify(line)}`)
  return `/**
 * The script of \`worker.ts\` as text: threads are started from it. Made by \`npm run worker\`; not to be edited.
 */
export const workerText: string = [
${lines.join(",\n")}
].join("\\n")
`
}

if (import.meta.main) await writeFile(target, await generate())
