/**
 * The packages as npm publishes them, in a project of their own, for tests that bundle it and open it in a page.
 */
import { execFile } from "node:child_process"
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { extname, join, resolve } from "node:path"
import { promisify } from "node:util"

const root = join(import.meta.dirname, "../..")
const packages = { effax: "effax", "@effax/compiler": "compiler", "@effax/wasm": "wasm", "@effax/webgpu": "webgpu" }

/** Links the packages that the tree depends on into a folder `node_modules`. */
const linkDependencies = async (folder: string): Promise<void> => {
  await mkdir(join(folder, "@effax"), { recursive: true })
  for (const name of await readdir(join(root, "node_modules"))) {
    if (name === "effax" || name === "@effax" || name.startsWith(".")) continue
    await symlink(join(root, "node_modules", name), join(folder, name))
  }
}

/** A folder whose `node_modules` has the compiled packages, as an installation would. The caller removes it. */
export const project = async (): Promise<string> => {
  const scratch = await realpath(await mkdtemp(join(tmpdir(), "effax-published-")))
  const workspace = join(scratch, ".workspace")
  await linkDependencies(join(workspace, "node_modules"))
  await linkDependencies(join(scratch, "node_modules"))
  await cp(join(root, "tsconfig.base.json"), join(workspace, "tsconfig.base.json"))
  for (const [name, folder] of Object.entries(packages)) {
    await cp(join(root, "packages", folder), join(workspace, "packages", folder), {
      recursive: true,
      filter: (path) => !/[\\/]packages[\\/][^\\/]+[\\/](node_modules|dist|test)$/.test(path)
    })
    await symlink(join(workspace, "packages", folder), join(workspace, "node_modules", name))
  }
  const tsc = join(root, "node_modules/typescript/bin/tsc")
  const targets = ["packages/wasm/tsconfig.build.json", "packages/webgpu/tsconfig.build.json"]
  await promisify(execFile)(process.execPath, [tsc, "-b", ...targets], { cwd: workspace }).catch(({ stdout }) => {
    throw new Error(`the packages don't compile:\n${stdout}`)
  })
  for (const [name, folder] of Object.entries(packages)) {
    for (const part of ["package.json", "dist"]) {
      await cp(join(workspace, "packages", folder, part), join(scratch, "node_modules", name, part), {
        recursive: true
      })
    }
  }
  await rm(workspace, { recursive: true })
  return scratch
}

const types: { readonly [extension: string]: string } = { ".html": "text/html", ".js": "text/javascript" }

/** Serves the files of a folder with these headers. */
export const serve = async (folder: string, headers: Record<string, string>): Promise<Server & { url: string }> => {
  const server = createServer((request, response) => {
    const path = new URL(request.url!, "http://localhost").pathname
    const file = resolve(join(folder, path.endsWith("/") ? `${path}index.html` : path))
    readFile(file).then(
      (data) => response.writeHead(200, { "Content-Type": types[extname(file)] ?? "", ...headers }).end(data),
      () => response.writeHead(404).end()
    )
  })
  await new Promise<void>((listening) => server.listen(0, "localhost", listening))
  return Object.assign(server, { url: `http://localhost:${(server.address() as AddressInfo).port}/` })
}

/** The headers that isolate a page from other origins, without which it has no threads. */
export const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp"
}
