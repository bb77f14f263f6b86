/**
 * A GPU where there is none: SwiftShader, a Vulkan driver that computes on the CPU, out of the npm package
 * `@sparticuz/chromium`. Dawn finds it when the loader of Vulkan is in the process.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { constants, tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { brotliDecompressSync } from "node:zlib"

/** Writes the files of a tar archive (POSIX ustar) to a folder. */
const extract = (archive: Buffer, folder: string): void => {
  const text = (from: number, to: number) => archive.toString("latin1", from, to).replace(/\0.*$/s, "")
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const size = parseInt(text(at + 124, at + 136), 8)
    const name = text(at, at + 100).split("/").at(-1)!
    if (name !== "" && size > 0) writeFileSync(join(folder, name), archive.subarray(at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
}

/** Loads SwiftShader into this process, once. */
export const load = (): void => {
  const folder = join(tmpdir(), "effax-swiftshader-153")
  if (!existsSync(folder)) {
    const require = createRequire(import.meta.url)
    const bin = join(dirname(require.resolve("@sparticuz/chromium")), "..", "bin", "swiftshader.tar.br")
    const own = `${folder}-${process.pid}`
    mkdirSync(own, { recursive: true })
    extract(brotliDecompressSync(readFileSync(bin)), own)
    try {
      renameSync(own, folder)
    } catch (error) {
      // another process was faster
      if (!existsSync(folder)) throw error
    }
  }
  process.env["VK_ICD_FILENAMES"] = join(folder, "vk_swiftshader_icd.json")
  try {
    // 0x1000 is RTLD_NODELETE: what Dawn holds must not go away
    process.dlopen({ exports: {} }, join(folder, "libvulkan.so.1"), constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL | 0x1000)
  } catch (error) {
    // no add-on of Node's, which is no matter: it is loaded
    if (!String(error).includes("did not self-register")) throw error
  }
}
