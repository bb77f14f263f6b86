/**
 * What the npm package `@sparticuz/chromium` carries: a headless Chromium, the libraries it wants, and SwiftShader, a
 * Vulkan driver that computes on the CPU. They are unpacked once for each machine.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { brotliDecompressSync } from "node:zlib"

/** Writes the files of a tar archive (POSIX ustar) into one folder, whatever folders they were in. */
const extract = (archive: Buffer, folder: string): void => {
  const text = (from: number, to: number) => archive.toString("latin1", from, to).replace(/\0.*$/s, "")
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const size = parseInt(text(at + 124, at + 136), 8)
    const name = text(at, at + 100).split("/").at(-1)!
    if (name !== "" && size > 0) writeFileSync(join(folder, name), archive.subarray(at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
}

/** The package's version, which has to be known before it is looked for. */
const version = "153.0.0"

/** Where archives are unpacked under a name. */
export const folderOf = (name: string): string => join(tmpdir(), `effax-${name}-${version}`)

/** The folder with the contents of some of the package's archives, `swiftshader.tar.br` for example. */
export const unpacked = (name: string, archives: ReadonlyArray<string>): string => {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium")
  const found: { readonly version: string } = JSON.parse(readFileSync(join(dirname(entry), "../package.json"), "utf8"))
  if (found.version !== version) {
    throw new Error(`@sparticuz/chromium is ${found.version}, and ${import.meta.filename} says ${version}`)
  }
  const folder = folderOf(name)
  if (existsSync(folder)) return folder
  const own = `${folder}-${process.pid}`
  mkdirSync(own, { recursive: true })
  for (const archive of archives) {
    const data = brotliDecompressSync(readFileSync(join(dirname(entry), "../bin", archive)))
    if (archive.endsWith(".tar.br")) extract(data, own)
    else writeFileSync(join(own, archive.replace(/\.br$/, "")), data, { mode: 0o755 })
  }
  try {
    renameSync(own, folder)
  } catch (error) {
    // another process was faster
    if (!existsSync(folder)) throw error
    rmSync(own, { recursive: true })
  }
  return folder
}
