/**
 * Meshes: devices in a grid with named axes.
 *
 * **Details**
 *
 * A mesh is a value that says how many devices there are along which axis. `shardMap` maps a function over it, and
 * collectives refer to its axes by their names. No device belongs to it: a backend that has a single one computes what a
 * mesh of any size would.
 *
 * @example
 * ```ts
 * import { Mesh } from "effax"
 *
 * const mesh = Mesh.make({ data: 4, model: 2 })
 * String(mesh) // => "Mesh(data: 4, model: 2)"
 * mesh.size // => 8
 * mesh.shape.model // => 2
 * ```
 *
 * @since 0.1.0
 */
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as Inspectable from "effect/Inspectable"
import { ArgumentError } from "./Errors.ts"
import { count } from "./primitive/rule.ts"

const TypeId = "~effax/Mesh"

/**
 * Named axes, each with a number of devices, in order: the first one counts slowest.
 *
 * @category models
 * @since 0.1.0
 */
export interface Mesh<Name extends string = string> extends Equal.Equal, Inspectable.Inspectable {
  readonly [TypeId]: typeof TypeId
  readonly axisNames: ReadonlyArray<Name>
  readonly axisSizes: ReadonlyArray<number>
  /** The size of each axis, by name. */
  readonly shape: { readonly [K in Name]: number }
  /** The number of devices. */
  readonly size: number
}

class MeshImpl implements Mesh {
  readonly [TypeId] = TypeId
  readonly axisNames: ReadonlyArray<string>
  readonly axisSizes: ReadonlyArray<number>
  readonly shape: { readonly [name: string]: number }

  constructor(shape: { readonly [name: string]: number }) {
    this.axisNames = Object.keys(shape)
    this.axisSizes = Object.values(shape)
    this.shape = shape
  }

  get size(): number {
    return count(this.axisSizes)
  }

  [Equal.symbol](that: Equal.Equal): boolean {
    return isMesh(that) && String(this) === String(that)
  }

  [Hash.symbol](): number {
    return Hash.string(String(this))
  }

  toString(): string {
    return `Mesh(${this.axisNames.map((name, i) => `${name}: ${this.axisSizes[i]}`).join(", ")})`
  }

  toJSON(): unknown {
    return { _id: "Mesh", shape: this.shape }
  }

  [Inspectable.NodeInspectSymbol](): unknown {
    return String(this)
  }
}

/** Whether a value is a mesh. @category guards @since 0.1.0 */
export const isMesh = (u: unknown): u is Mesh => typeof u === "object" && u !== null && TypeId in u

/**
 * A mesh of the axes of a record, in its order.
 *
 * **Details**
 *
 * Sizes are positive integers. Meshes are equal when they have the same axes in the same order.
 *
 * **Gotchas**
 *
 * Names may not be numbers, which JavaScript would put in an order of its own.
 *
 * @example
 * ```ts
 * import { Mesh } from "effax"
 * import { Equal } from "effect"
 *
 * Equal.equals(Mesh.make({ x: 2, y: 4 }), Mesh.make({ x: 2, y: 4 })) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <const S extends { readonly [name: string]: number }>(shape: S): Mesh<keyof S & string> => {
  for (const [name, size] of Object.entries(shape)) {
    if (name === "" || /^\d+$/.test(name)) {
      throw new ArgumentError({
        operation: "Mesh.make",
        message: `Mesh.make: an axis can't be named "${name}"; its name must have a character that is not a digit`
      })
    }
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new ArgumentError({
        operation: "Mesh.make",
        message: `Mesh.make: the size of the axis "${name}" must be a positive integer, got ${size}`
      })
    }
  }
  return new MeshImpl({ ...shape }) as unknown as Mesh<keyof S & string>
}
