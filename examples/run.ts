/**
 * Runs an example by its name: `npm run example -- lstm`
 */
import { existsSync, readdirSync } from "node:fs"

const folder = new URL(".", import.meta.url)
const [name] = process.argv.splice(2, 1)
if (name !== undefined && existsSync(new URL(`${name}/main.ts`, folder))) {
  await import(new URL(`${name}/main.ts`, folder).href)
} else {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    .map((entry) => entry.name).filter((found) => existsSync(new URL(`${found}/main.ts`, folder)))
  process.stderr.write(`npm run example -- <name>, where the name is one of: ${names.join(", ")}\n`)
  process.exitCode = 1
}
