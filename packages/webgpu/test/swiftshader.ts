/**
 * A GPU where there is none: SwiftShader in this process. Dawn finds it when the loader of Vulkan is there.
 */
import { constants } from "node:os"
import { join } from "node:path"
import { unpacked } from "./archive.ts"

/** Loads SwiftShader into this process, once. */
export const load = (): void => {
  const folder = unpacked("swiftshader", ["swiftshader.tar.br"])
  process.env["VK_ICD_FILENAMES"] = join(folder, "vk_swiftshader_icd.json")
  try {
    // 0x1000 is RTLD_NODELETE: what Dawn holds must not go away
    process.dlopen(
      { exports: {} },
      join(folder, "libvulkan.so.1"),
      constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL | 0x1000
    )
  } catch (error) {
    // no add-on of Node's, which is no matter: it is loaded
    if (!String(error).includes("did not self-register")) throw error
  }
}
