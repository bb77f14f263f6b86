/**
 * The backend's options as configuration.
 */
import * as Config from "effect/Config"
import * as Option from "effect/Option"

export const options = Config.map(
  Config.all({
    threads: Config.option(Config.Int("EFFAX_THREADS")),
    memoryLimit: Config.option(Config.ByteSize("EFFAX_MEMORY_LIMIT"))
  }),
  ({ memoryLimit, threads }) => ({
    threads: Option.getOrUndefined(threads),
    memoryLimit: Option.getOrUndefined(memoryLimit)
  })
)
