/** Removes every package's `dist`, so that a build holds nothing of a source file that is gone. */
import { readdirSync, rmSync } from "node:fs"

const packages = new URL("../packages/", import.meta.url)
for (const name of readdirSync(packages)) rmSync(new URL(`${name}/dist`, packages), { recursive: true, force: true })
