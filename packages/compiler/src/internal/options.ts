/**
 * The demands of a device on its Plans, and their defaults.
 */
import type { FuseOptions } from "./7-fuse/fuse.ts"
import { mostPosition } from "./limits.ts"

/**
 * The demands of a device on its Plans.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** About how many instructions the bodies of one kernel may have; 256 unless told. */
  readonly maxInstructions?: number | undefined
  /** How many buffers one kernel may load from and store to; 32 unless told. */
  readonly maxBuffers?: number | undefined
  /** Whether long sums of float32 are finished in float64, as they are unless told. */
  readonly wideAccumulator?: boolean | undefined
  /** How many elements one array may have; 2^32 unless told, as positions have 32 bits. */
  readonly maxElements?: number | undefined
  /** How many points the iteration space of one kernel may have; any number unless told. */
  readonly maxPoints?: number | undefined
  /**
   * Whether the result of every stage is verified, which takes about half as long as compilation itself: a stage that breaks a
   * rule throws a `VerificationError` that names it. They are not unless told, here or by the environment variable
   * `EFFAX_VERIFY=1`.
   */
  readonly verify?: boolean | undefined
}

interface WithEnvironment {
  readonly process?: { readonly env?: { readonly [name: string]: string | undefined } }
}

/** Tests set the variable, so that Programs that backends compile are verified too. */
const verifiesUnlessTold = (): boolean => (globalThis as WithEnvironment).process?.env?.["EFFAX_VERIFY"] === "1"

/** Options of the stages, apart from how Plans of nested regions are made. */
export type Complete = Omit<FuseOptions, "planOf"> & { readonly verify: boolean }

export const withDefaults = (options: Options | undefined): Complete => ({
  maxInstructions: options?.maxInstructions ?? 256,
  maxBuffers: options?.maxBuffers ?? 32,
  wideAccumulator: options?.wideAccumulator ?? true,
  limits: {
    maxElements: options?.maxElements ?? mostPosition + 1,
    maxPoints: options?.maxPoints ?? Infinity
  },
  verify: options?.verify ?? verifiesUnlessTold()
})
