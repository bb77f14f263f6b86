/**
 * Partition specifications: which axes of an array are divided along which axes of a mesh.
 *
 * @since 0.1.0
 */
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as Inspectable from "effect/Inspectable"
import { ArgumentError, AxisNameError } from "./Errors.ts"

const TypeId = "~effax/PartitionSpec"

/**
 * The mesh axes that an axis of an array is divided along: one, several of them (the first counts slowest), or none.
 *
 * @category models
 * @since 0.1.0
 */
export type Entry = string | ReadonlyArray<string> | null

/**
 * One entry for each axis of an array; axes at the end that have none are not divided.
 *
 * @category models
 * @since 0.1.0
 */
export interface PartitionSpec extends Equal.Equal, Inspectable.Inspectable {
  readonly [TypeId]: typeof TypeId
  readonly entries: ReadonlyArray<Entry>
}

const entryText = (entry: Entry): string =>
  entry === null
    ? "null"
    : typeof entry === "string"
    ? JSON.stringify(entry)
    : `[${entry.map((name) => JSON.stringify(name)).join(", ")}]`

class PartitionSpecImpl implements PartitionSpec {
  readonly [TypeId] = TypeId
  readonly entries: ReadonlyArray<Entry>

  constructor(entries: ReadonlyArray<Entry>) {
    this.entries = entries
  }

  [Equal.symbol](that: Equal.Equal): boolean {
    return isPartitionSpec(that) && String(this) === String(that)
  }

  [Hash.symbol](): number {
    return Hash.string(String(this))
  }

  toString(): string {
    return `P(${this.entries.map(entryText).join(", ")})`
  }

  toJSON(): unknown {
    return { _id: "PartitionSpec", entries: this.entries }
  }

  [Inspectable.NodeInspectSymbol](): unknown {
    return String(this)
  }
}

/** Whether a value is a partition specification. @category guards @since 0.1.0 */
export const isPartitionSpec = (u: unknown): u is PartitionSpec => typeof u === "object" && u !== null && TypeId in u

/**
 * A partition specification.
 *
 * **Details**
 *
 * `P("x", null, ["y", "z"])`: axis 0 is divided along the mesh axis `x`, axis 1 is whole on every device, and axis 2 is
 * divided along `y` and `z`. `P()` is an array that every device has all of. A mesh axis may occur once.
 *
 * @example
 * ```ts
 * import { P } from "effax"
 *
 * String(P("x", null, ["y", "z"])) // => "P(\"x\", null, [\"y\", \"z\"])"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (...entries: ReadonlyArray<Entry>): PartitionSpec => {
  const wrong = entries.findIndex((entry) =>
    entry !== null && typeof entry !== "string" &&
    !(Array.isArray(entry) && entry.every((name) => typeof name === "string"))
  )
  if (wrong !== -1) {
    throw new ArgumentError({
      operation: "P",
      message: `P: entry ${wrong} must be the name of a mesh axis, a list of names, or null, got ${
        JSON.stringify(entries[wrong]) ?? String(entries[wrong])
      }`
    })
  }
  const names = namesOf(entries)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) {
    throw new AxisNameError({
      operation: "P",
      message: `P: ${new PartitionSpecImpl(
        entries
      )} has the mesh axis "${twice}" twice; an array is divided along it once`
    })
  }
  return new PartitionSpecImpl(
    entries.map((entry) => Array.isArray(entry) ? [...entry] as ReadonlyArray<string> : entry)
  )
}

/** The names of the mesh axes that are mentioned. @category getters @since 0.1.0 */
export const namesOf = (entries: ReadonlyArray<Entry>): ReadonlyArray<string> => entries.flatMap((entry) => entry ?? [])

/** {@link make}, as the field writes it. @category constructors @since 0.1.0 */
export const P = make
