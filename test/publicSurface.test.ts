/**
 * The modules and names that each package exports, so that growth and loss are a diff. After a change that is meant,
 * `npm test -- test/publicSurface.test.ts -u` writes the lists again.
 */
import { expect, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"

const root = new URL("../packages/", import.meta.url)

/** Public modules of a package: files of its source folder that begin with a capital letter. */
const modulesOf = (name: string): ReadonlyArray<string> =>
  readdirSync(new URL(`${name}/src/`, root)).filter((file) => /^[A-Z]\w*\.ts$/.test(file)).toSorted()

const names = readdirSync(root).toSorted()

/** What is public without being a module for programs: manifests, and the script of the threads, which pages serve. */
const others: ReadonlySet<string> = new Set([".", "./package.json", "./worker"])

it.each(names)("the exports of %s name its public modules one by one", (name) => {
  const manifest = JSON.parse(readFileSync(new URL(`${name}/package.json`, root), "utf8"))
  const listed = Object.entries(manifest.exports).filter(([path]) => !others.has(path))
  expect(listed).toEqual(
    modulesOf(name).map((file) => {
      const module = file.replace(/\.ts$/, "")
      return [`./${module}`, {
        "effax-source": `./src/${module}.ts`,
        types: `./dist/${module}.d.ts`,
        default: `./dist/${module}.js`
      }]
    })
  )
})

it.each(names)("the public names of %s", async (name) => {
  const lines: Array<string> = []
  for (const file of modulesOf(name)) {
    const module: object = await import(new URL(`${name}/src/${file}`, root).href)
    lines.push(file.replace(/\.ts$/, ""), ...Object.keys(module).toSorted().map((each) => `  ${each}`))
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`surface/${name}.txt`)
})
