/**
 * The names that each package exports, so that growth and loss are a diff. After a change that is meant,
 * `npm test -- test/publicSurface.test.ts -u` writes the lists again.
 */
import { expect, it } from "@effect/vitest"
import { readdirSync } from "node:fs"

const root = new URL("../packages/", import.meta.url)

/** Public modules of a package: files of its source folder that begin with a capital letter. */
const modulesOf = (name: string): ReadonlyArray<string> =>
  readdirSync(new URL(`${name}/src/`, root)).filter((file) => /^[A-Z]\w*\.ts$/.test(file)).toSorted()

it.each(readdirSync(root).toSorted())("the public names of %s", async (name) => {
  const lines: Array<string> = []
  for (const file of modulesOf(name)) {
    const module: object = await import(new URL(`${name}/src/${file}`, root).href)
    lines.push(file.replace(/\.ts$/, ""), ...Object.keys(module).toSorted().map((each) => `  ${each}`))
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`surface/${name}.txt`)
})
