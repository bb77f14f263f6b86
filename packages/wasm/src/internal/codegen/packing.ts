/**
 * Copies a block of a matrix into panels, in the order in which register tiles read them: for each `width` rows (or
 * columns) one panel, in which each step of k has `width` consecutive elements.
 */
import { type FunctionBuilder, i32, i32x4, i64x2, type Local, v128, type Value } from "../assembler/index.ts"
import { loadLanes, storeLanes, type TileArithmetic } from "./tileArithmetic.ts"

/**
 * Which way of the matrix is contiguous: `items` are the rows or columns that become lanes, `steps` those of k. The order
 * of the loops and what they read at a time depends on it.
 */
export type PackingOrder = "items" | "steps" | "neither"

export interface Packing {
  readonly arithmetic: TileArithmetic
  readonly width: number
  readonly order: PackingOrder
}

export const packingName = ({ arithmetic, order, width }: Packing): string =>
  ["pack", 8 * arithmetic.bytes, width, order].join("_")

/** Source and destination address, number of items and of steps, bytes from one to the next of each. */
export const packingParameters = ["i32", "i32", "i32", "i32", "i32", "i32"] as const

export const packingOrder = (arithmetic: TileArithmetic, itemStride: number, stepStride: number): PackingOrder =>
  itemStride === arithmetic.bytes ? "items" : stepStride === arithmetic.bytes ? "steps" : "neither"

type Vector = Value<"v128">

const lineBytes = 64

/** Rows of a square of lanes become its columns. */
const transpose = (f: FunctionBuilder, bytes: 4 | 8, rows: ReadonlyArray<Local<"v128">>): ReadonlyArray<Vector> => {
  if (bytes === 8) {
    return [i64x2.shuffle(rows[0]!, rows[1]!, [0, 2]), i64x2.shuffle(rows[0]!, rows[1]!, [1, 3])]
  }
  const [a, b, c, d] = rows as readonly [Local<"v128">, Local<"v128">, Local<"v128">, Local<"v128">]
  const low = [f.let(i32x4.shuffle(a, b, [0, 4, 1, 5])), f.let(i32x4.shuffle(c, d, [0, 4, 1, 5]))] as const
  const high = [f.let(i32x4.shuffle(a, b, [2, 6, 3, 7])), f.let(i32x4.shuffle(c, d, [2, 6, 3, 7]))] as const
  return [
    i64x2.shuffle(low[0], low[1], [0, 2]),
    i64x2.shuffle(low[0], low[1], [1, 3]),
    i64x2.shuffle(high[0], high[1], [0, 2]),
    i64x2.shuffle(high[0], high[1], [1, 3])
  ]
}

const copyElement = (bytes: 4 | 8) => (f: FunctionBuilder, to: Local<"i32">, from: Local<"i32">, lane: number): void =>
  f.do(
    bytes === 4
      ? v128.store32Lane(to, v128.load32Zero(from), 0, { offset: 4 * lane })
      : v128.store64Lane(to, v128.load64Zero(from), 0, { offset: 8 * lane })
  )

/** The body of a packing function. The last panel is filled up with zeros, which cost no time in sums and are no NaN. */
export const emitPacking = (
  { arithmetic, order, width }: Packing
) =>
(
  f: FunctionBuilder,
  source: Local<"i32">,
  destination: Local<"i32">,
  items: Local<"i32">,
  steps: Local<"i32">,
  itemStride: Local<"i32">,
  stepStride: Local<"i32">
): void => {
  const { bytes, lanes } = arithmetic
  const copy = copyElement(bytes)
  const from = f.local("i32")
  const to = f.local("i32")
  const rest = f.local("i32")
  const at = f.local("i32")
  const panelBytes = f.let(i32.mul(steps, width * bytes))

  /** One step after the other, `each` for what is at `from`, going to `to`. */
  const forSteps = (count: Value<"i32">, each: () => void, together = 1): void => {
    f.set(rest, count)
    f.while(() => i32.geS(rest, together), () => {
      each()
      f.set(from, i32.add(from, together === 1 ? stepStride : together * bytes))
      f.set(to, i32.add(to, together * width * bytes))
      f.set(rest, i32.sub(rest, together))
    })
  }

  const elementwise = (): void => {
    f.set(at, from)
    for (let lane = 0; lane < width; lane++) {
      copy(f, to, at, lane)
      if (lane < width - 1) f.set(at, i32.add(at, itemStride))
    }
  }

  /** A step of neighbouring panels, whose destinations go along. */
  const consecutive = (destinations: ReadonlyArray<Local<"i32">>): void =>
    destinations.forEach((panel, i) => {
      for (let lane = 0; lane < width; lane += lanes) {
        const count = Math.min(lanes, width - lane)
        const vector = f.let(loadLanes(arithmetic, from, (i * width + lane) * bytes, count))
        for (const statement of storeLanes(arithmetic, panel, lane * bytes, vector, count)) f.do(statement)
        f.release(vector)
      }
      if (i > 0) f.set(panel, i32.add(panel, width * bytes))
    })

  /** A square of lanes at a time, each of whose rows is a load of consecutive steps. */
  const squares = (): void => {
    f.set(at, from)
    for (let lane = 0; lane < width; lane += lanes) {
      f.scope(() => {
        const rows: Array<Local<"v128">> = []
        for (let i = 0; i < lanes; i++) {
          rows.push(f.let(v128.load(at, { align: bytes })))
          f.set(at, i32.add(at, itemStride))
        }
        transpose(f, bytes, rows).forEach((vector, step) =>
          f.do(v128.store(to, vector, { offset: (step * width + lane) * bytes, align: bytes }))
        )
      })
    }
  }

  const partial = (): void => {
    f.set(at, from)
    for (let lane = 0; lane < width - 1; lane++) {
      f.if(i32.gtS(items, lane), () => {
        copy(f, to, at, lane)
        f.set(at, i32.add(at, itemStride))
      }, () => f.do(zeroElement(bytes, to, lane)))
    }
    f.do(zeroElement(bytes, to, width - 1))
  }

  const next = (panels: number): void => {
    f.set(source, i32.add(source, i32.mul(itemStride, panels * width)))
    f.set(destination, i32.add(destination, panels === 1 ? panelBytes : i32.mul(panelBytes, panels)))
    f.set(items, i32.sub(items, panels * width))
  }
  if (order === "items") {
    // Rows are read in parts of whole cache lines, which come from far away as a rule.
    const together = Math.max(1, Math.floor(lineBytes * 2 / (width * bytes)))
    if (together > 1) {
      const others = Array.from({ length: together - 1 }, () => f.local("i32"))
      f.while(() => i32.geS(items, together * width), () => {
        f.set(from, source)
        f.set(to, destination)
        others.forEach((other, i) => f.set(other, i32.add(i === 0 ? to : others[i - 1]!, panelBytes)))
        forSteps(steps, () => consecutive([to, ...others]))
        next(together)
      })
    }
  }
  f.while(() => i32.geS(items, width), () => {
    f.set(from, source)
    f.set(to, destination)
    if (order === "items") forSteps(steps, () => consecutive([to]))
    else if (order === "steps" && width % lanes === 0) {
      forSteps(steps, squares, lanes)
      f.set(rest, i32.and(steps, lanes - 1))
      forSteps(rest, elementwise)
    } else forSteps(steps, elementwise)
    next(1)
  })
  if (width > 1) {
    f.if(i32.gtS(items, 0), () => {
      f.set(from, source)
      f.set(to, destination)
      forSteps(steps, partial)
    })
  }
}

const zeroElement = (bytes: 4 | 8, to: Local<"i32">, lane: number) =>
  bytes === 4 ? i32.store(to, 0, { offset: 4 * lane }) : v128.store64Lane(to, v128.zero(), 0, { offset: 8 * lane })
