/**
 * Groups: operations that one kernel computes together.
 */
import type { Kernel } from "../../Plan.ts"
import type { LoopOp } from "../6-decompose/loopOp.ts"

type Ints = ReadonlyArray<number>

/** How one group uses an operation: where in the group, and at which positions. */
export interface Use {
  readonly group: Group
  /** In the body of a reduction or scatter, as against per point of the main space. */
  readonly inBody: boolean
  /** Each point uses the element of its own row-major position. */
  readonly flat: boolean
  /** The shape that, transposed, is the operation's, where points of that shape use each element once. */
  readonly transposed: Ints | undefined
  /** At positions that are computed while the kernel runs. */
  readonly computed: boolean
  /** How many points use it. */
  readonly points: number
}

export type GroupKind = Kernel["kind"]

export class Group {
  kind: GroupKind
  /**
   * Higher levels run first. A value goes from a group to groups of lower levels only, so that groups of one level never
   * depend on each other, and no circle can arise.
   */
  readonly level: number
  /** The shape that the iteration space is made of. */
  seed: Ints
  readonly points: number
  /** Values that are stored. */
  readonly roots: Array<LoopOp> = []
  /** The reductions, or the one contraction or the like, that the kernel is there for. */
  readonly heroes: Array<LoopOp> = []
  /** About how many instructions its bodies have. */
  instructions = 0
  /** At most how many buffers it loads from and stores to. */
  buffers = 0
  /** The position in the Program that it should run at. */
  key: number

  readonly flat: Use
  readonly scalar: Use
  bodyFlat: Use | undefined
  bodyScalar: Use | undefined

  constructor(kind: GroupKind, level: number, seed: Ints, points: number, key: number) {
    this.kind = kind
    this.level = level
    this.seed = seed
    this.points = points
    this.key = key
    this.flat = { group: this, inBody: false, flat: true, transposed: undefined, computed: false, points }
    this.scalar = { ...this.flat, flat: false }
  }

  /** Gives it a second space, over which the operand of a reduction or the updates of a scatter are read. */
  openBody(points: number): Use {
    this.bodyFlat ??= { group: this, inBody: true, flat: true, transposed: undefined, computed: false, points }
    this.bodyScalar ??= { ...this.bodyFlat, flat: false }
    return this.bodyFlat
  }
}

/** The use of a scalar operand by an elementwise operation that is used so. */
export const scalarUse = (use: Use): Use => use.inBody ? use.group.bodyScalar! : use.group.scalar

/** Whether row-major arrays of two shapes can be walked with one set of axes, each cutting the other's evenly. */
export const walkTogether = (x: Ints, y: Ints): boolean => {
  const cuts = (shape: Ints): ReadonlyArray<number> => {
    const result = [1]
    for (let d = shape.length - 1; d >= 0; d--) result.push(result.at(-1)! * shape[d]!)
    return result
  }
  const all = [...new Set([...cuts(x), ...cuts(y)])].sort((a, b) => a - b)
  return all.every((c, i) => i === 0 || c % all[i - 1]! === 0)
}
