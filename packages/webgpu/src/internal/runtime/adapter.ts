/**
 * Where a GPU comes from: the browser's (and Deno's) own `navigator.gpu`, or Dawn in Node and Bun, by the npm package
 * `webgpu`, which is loaded only there.
 */
import type { DeviceTraits } from "../wgsl/kernel.ts"

export interface AdapterOptions {
  readonly powerPreference?: GPUPowerPreference | undefined
  /** Given to Dawn: `backend=vulkan`, `adapter=...`. */
  readonly flags?: ReadonlyArray<string> | undefined
}

export interface Opened {
  readonly device: GPUDevice
  readonly description: string
  readonly features: ReadonlyArray<string>
  readonly traits: DeviceTraits
}

/** What was tried, and what came of it. */
export class NoAdapter {
  readonly tried: ReadonlyArray<string>
  constructor(tried: ReadonlyArray<string>) {
    this.tried = tried
  }
}

/** Features that are used where they are there. */
const wanted: ReadonlyArray<GPUFeatureName> = ["shader-f16", "subgroups", "timestamp-query"]

const limits = [
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupStorageSize"
] as const

/**
 * Dawn's instances. The process crashes when one is collected while anything of it is left, so they are kept for its
 * whole life: one for each set of flags.
 */
const instances = new Map<string, GPU>()

const isNode = (): boolean => typeof process === "object" && process.versions?.node !== undefined

const firstLine = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split("\n")[0]!.trim()

const instanceOf = async (
  options: AdapterOptions,
  tried: Array<string>
): Promise<GPU | undefined> => {
  const own = (globalThis as { readonly navigator?: { readonly gpu?: GPU } }).navigator?.gpu
  if (own !== undefined && own !== null) return own
  tried.push("navigator.gpu: this host has none")
  if (!isNode()) return undefined
  try {
    const { create } = await import("webgpu")
    const flags = [...options.flags ?? []]
    const key = flags.join("\n")
    const gpu = instances.get(key) ?? create(flags)
    instances.set(key, gpu)
    return gpu
  } catch (cause) {
    tried.push(`the npm package webgpu: ${firstLine(cause)}`)
    return undefined
  }
}

/** Opens the preferred device. Rejects with {@link NoAdapter} where there is none. */
export const open = async (options: AdapterOptions): Promise<Opened> => {
  const tried: Array<string> = []
  const found = await instanceOf(options, tried)
  if (found === undefined) throw new NoAdapter(tried)
  const failed = (what: string) => (cause: unknown): never => {
    throw new NoAdapter([...tried, `${what}: ${firstLine(cause)}`])
  }
  const adapter = await found.requestAdapter(
    options.powerPreference === undefined ? {} : { powerPreference: options.powerPreference }
  ).catch(failed("requestAdapter()"))
  if (adapter === null) {
    throw new NoAdapter([
      ...tried,
      "requestAdapter(): there is no GPU, or no driver for it (Vulkan, Metal, Direct3D 12)"
    ])
  }
  const features = wanted.filter((feature) => adapter.features.has(feature))
  const device = await adapter.requestDevice({
    requiredFeatures: features,
    requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name]]))
  }).catch(failed("requestDevice()"))
  const { architecture, description, vendor } = adapter.info
  return {
    device,
    description: [description, vendor, architecture].filter((text) => text !== undefined && text !== "").join(", "),
    features,
    traits: {
      maxInvocations: Math.min(device.limits.maxComputeInvocationsPerWorkgroup, device.limits.maxComputeWorkgroupSizeX),
      sharedMemory: device.limits.maxComputeWorkgroupStorageSize,
      subgroups: device.features.has("subgroups")
    }
  }
}
