/**
 * Random reads and writes at computed positions.
 */
import type * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import { both, type Context, isCertain, isFloating, isInteger, isSolid, type Operation } from "../context.ts"
import { epsilon, type Value } from "../recipe.ts"
import { isExactSum } from "./reductions.ts"
import { randomSlice } from "./structural.ts"

/** Positions, a few of them outside where the axis is that short: literals would be refused then. */
const positions = (c: Context): Value => {
  const suits = both(isInteger, isCertain, (x) => x.array.size <= 64 && x.array.ndim > 0)
  const found = c.r.chance(0.5) ? c.pick(suits) : undefined
  return found ??
    c.input(c.r.pick(["int32", "int32", "uint8", "int8", c.plain ? "int32" : "int64"]), c.shape(c.r.int(0, 2), 32))
}

const take: Operation = (c) => {
  const x = c.pick((v) => v.array.ndim > 0 && isSolid(v))
  if (x === undefined) return
  const [at, axis] = [positions(c), c.r.int(0, x.array.ndim - 1)]
  const mode = c.r.pick(["fill", "clip"] as const)
  // what is read outside is no multiple of anything
  c.step(`take ${axis} ${mode}`, [x, at], (a) => np.take(a[0]!, a[1]!, { axis, mode }), {
    grid: mode === "clip" ? x.grid : undefined,
    error: ([a]) => a!.error
  })
}

const takeAlong: Operation = (c) => {
  const x = c.pick((v) => v.array.ndim > 0 && isSolid(v))
  if (x === undefined) return
  const axis = c.r.int(0, x.array.ndim - 1)
  const shape = x.array.shape.map((n, d) => d === axis ? c.r.int(1, 5) : n)
  const at = c.input("int32", shape)
  const mode = c.r.pick(["fill", "clip"] as const)
  c.step(`takeAlongAxis ${axis} ${mode}`, [x, at], (a) => np.takeAlongAxis(a[0]!, a[1]!, { axis, mode }), {
    grid: mode === "clip" ? x.grid : undefined,
    error: ([a]) => a!.error
  })
}

type Entry = { readonly _tag: "Position"; readonly which: number } | np.Slice | number | null

/** An index with arrays, slices, positions and new axes; the arrays are of shapes that broadcast. */
const randomIndex = (c: Context, x: Value): readonly [entries: ReadonlyArray<Entry>, arrays: ReadonlyArray<Value>] => {
  const arrays: Array<Value> = []
  const entries: Array<Entry> = []
  const joint = c.shape(c.r.int(1, 2), 12)
  for (const n of x.array.shape) {
    if (c.r.chance(0.1)) entries.push(null)
    const kind = c.r.int(0, 5)
    if (kind <= 1) {
      entries.push({ _tag: "Position", which: arrays.length })
      arrays.push(c.input("int32", joint.slice(c.r.int(0, joint.length)).map((m) => c.r.chance(0.2) ? 1 : m)))
    } else if (kind === 2 && n > 0) entries.push(c.r.int(-n, n - 1))
    else entries.push(randomSlice(c, n))
  }
  return [entries.slice(0, c.r.int(Math.min(1, entries.length), entries.length)), arrays]
}

const indexOf = (entries: ReadonlyArray<Entry>, arrays: ReadonlyArray<NdArray.Any>): np.Index =>
  entries.map((e) => typeof e === "object" && e !== null && e._tag === "Position" ? arrays[e.which]! : e)

const text = (entries: ReadonlyArray<Entry>): string =>
  entries.map((e) =>
    e === null ? "new" : typeof e === "number" ? e : e._tag === "Position" ? "array" : `${e.start}:${e.stop}:${e.step}`
  ).join(",")

const read: Operation = (c) => {
  const x = c.pick((v) => isSolid(v) && v.array.ndim > 0)
  if (x === undefined) return
  const [entries, arrays] = randomIndex(c, x)
  c.step(`index ${text(entries)}`, [x, ...arrays], ([a, ...at]) => np.index(a!, indexOf(entries, at)), {
    grid: x.grid,
    error: ([a]) => a!.error
  })
}

const written = ["set", "add", "subtract", "multiply", "min", "max"] as const

const write: Operation = (c) => {
  const x = c.pick((v) => isSolid(v) && v.array.ndim > 0 && v.array.dtype !== "bool")
  if (x === undefined) return
  const [entries, arrays] = randomIndex(c, x)
  const part = np.index(x.array, indexOf(entries, arrays.map((v) => v.array)))
  if (part.size > c.limit) return
  const own = part.shape.slice(c.r.int(0, part.ndim)).map((n) => c.r.chance(0.2) ? 1 : n)
  const found = c.pick((v) => v.array.dtype === x.array.dtype && v.array.shape.join() === part.shape.join())
  const values = found ?? c.input(x.array.dtype as never, own)
  const name = c.r.pick(written)
  const floating = isFloating(x)
  // products of many and sums in narrow formats depend on the order
  if (floating && name === "multiply" && arrays.length > 0) return
  const narrow = x.array.dtype === "float16" || x.array.dtype === "bfloat16"
  const most = Math.max(x.grid?.most ?? 0, values.grid?.most ?? 0)
  const bits = Math.max(x.grid?.bits ?? 0, values.grid?.bits ?? 0)
  const grid = x.grid && values.grid ? { bits, most } : undefined
  const sums = name === "add" || name === "subtract"
  const exact = !floating || arrays.length === 0 || !sums ||
    !narrow && grid !== undefined && isExactSum({ ...x, grid }, part.size + 1)
  c.step(
    `at ${text(entries)} ${name}`,
    [x, values, ...arrays],
    ([a, v, ...at]) => np.at(a!, indexOf(entries, at))[name](v!),
    {
      uncertain: !exact,
      grid: grid && (sums ? { ...grid, most: grid.most * (part.size + 1) } : name === "multiply" ? undefined : grid),
      error: ([a, v], all) =>
        sums
          ? a!.error + part.size * (v!.error + epsilon(x.array.dtype) * 8 * (a!.most + all + v!.most))
          : name === "multiply"
          ? a!.error * (1 + v!.most) + v!.error * (1 + a!.most)
          : Math.max(a!.error, v!.error)
    }
  )
}

const histogram: Operation = (c) => {
  const at = c.pick(both(isInteger, isCertain, (v) => v.array.size <= 1000 && v.array.ndim > 0))
  if (at === undefined) return
  const bins = c.r.int(1, 20)
  c.step(`histogram ${bins}`, [at], (a) => np.at(np.zeros([bins], { dtype: "int32" }), [a[0]!]).add(1))
}

export const indexing: ReadonlyArray<readonly [operation: Operation, weight: number]> = [
  [take, 3],
  [takeAlong, 2],
  [read, 4],
  [write, 5],
  [histogram, 1]
]
