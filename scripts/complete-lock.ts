/**
 * Adds to package-lock.json the platform packages (`@oxlint/binding-darwin-arm64`, ...) that npm left out.
 *
 * npm drops an optional dependency that the registry at hand does not carry, and `npm ci` then refuses the lock file
 * on every machine ("Missing: ... from lock file"). The entries written here say what npm itself would have written,
 * less the integrity hash, which only the registry knows. Run it after an `npm install` that changed the lock file.
 */
import { readFileSync, writeFileSync } from "node:fs"

interface Entry {
  readonly version?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly os?: ReadonlyArray<string>
  readonly cpu?: ReadonlyArray<string>
  readonly libc?: ReadonlyArray<string>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const lockPath = new URL("../package-lock.json", import.meta.url)
const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync(lockPath, "utf8"))

const known = {
  os: ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"],
  cpu: ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64"]
}

/** `@oxlint/binding-linux-arm-musleabihf` is os linux, cpu arm, libc musl. */
const platform = (name: string) => {
  const words = name.slice(name.lastIndexOf("/") + 1).split("-")
  const os = words.filter((word) => known.os.includes(word))
  const cpu = words.filter((word) => known.cpu.includes(word))
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`${name}: no operating system and processor in the name`)
  const tail = words.at(-1)!
  const libc = tail.startsWith("musl") ? ["musl"] : tail.startsWith("gnu") || tail === "glibc" ? ["glibc"] : undefined
  return { os, cpu, libc: os[0] === "linux" ? libc : undefined }
}

const added: Array<string> = []
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`
    const hoisted = `node_modules/${name}`
    if (lock.packages[nested] !== undefined || lock.packages[hoisted] !== undefined) continue
    if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${name}@${version} of ${path}: not an exact version`)
    const { cpu, libc, os } = platform(name)
    // npm's own order of keys, so that its next write leaves these lines as they are
    lock.packages[hoisted] = {
      version,
      cpu,
      ...(entry.dev === true ? { dev: true } : {}),
      ...(libc ? { libc } : {}),
      optional: true,
      os
    }
    added.push(`${name}@${version}`)
  }
}

const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"))
if (added.length > 0) {
  writeFileSync(lockPath, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`)
}
process.stdout.write(`package-lock.json: ${added.length} platform packages added\n`)
