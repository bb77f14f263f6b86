/**
 * The backend's options as configuration.
 */
import * as Config from "effect/Config"
import * as Option from "effect/Option"

const flagOf = (backend: string): ReadonlyArray<string> => [`backend=${backend}`]

export const options = Config.map(
  Config.all({
    powerPreference: Config.option(Config.Literals(["low-power", "high-performance"], "EFFAX_WEBGPU_POWER_PREFERENCE")),
    backend: Config.option(Config.NonEmptyString("EFFAX_WEBGPU_BACKEND")),
    recover: Config.option(Config.Boolean("EFFAX_WEBGPU_RECOVER")),
    memoryLimit: Config.option(Config.ByteSize("EFFAX_MEMORY_LIMIT"))
  }),
  ({ backend, memoryLimit, powerPreference, recover }) => ({
    powerPreference: Option.getOrUndefined(powerPreference),
    flags: Option.getOrUndefined(Option.map(backend, flagOf)),
    recover: Option.getOrUndefined(recover),
    memoryLimit: Option.getOrUndefined(memoryLimit)
  })
)
