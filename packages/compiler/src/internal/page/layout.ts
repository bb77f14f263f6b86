/**
 * Where boxes and arrows go: layers by longest path, order within layers by barycentres, places by least squares
 * (Sugiyama, Tagawa, Toda 1981; the last step solves isotonic regression by pooling adjacent violators).
 */

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Placed {
  readonly x: number
  readonly y: number
}

export interface Layout extends Size {
  /** The upper left corner of each box. */
  readonly places: ReadonlyArray<Placed>
  /** For each arrow, the points that it goes through. */
  readonly routes: ReadonlyArray<ReadonlyArray<Placed>>
}

const gap = { column: 18, layer: 34, dummy: 8 }

/** How often the order of layers is improved, down and up. */
const sweeps = 8

interface Item {
  readonly width: number
  readonly height: number
  layer: number
  /** The middle. */
  x: number
  readonly up: Array<number>
  readonly down: Array<number>
  readonly dummy: boolean
}

/** Sources go right above what they feed, everything else as high as it can. */
export const layersOf = (count: number, arrows: ReadonlyArray<readonly [number, number]>): Int32Array => {
  const layers = new Int32Array(count)
  const lowest = new Int32Array(count).fill(-1)
  const isSource = new Uint8Array(count).fill(1)
  // Boxes are in order of evaluation, so that arrows go forward
  const sorted = [...arrows].sort((a, b) => a[0] - b[0])
  for (const [from, to] of sorted) {
    layers[to] = Math.max(layers[to]!, layers[from]! + 1)
    isSource[to] = 0
  }
  for (const [from, to] of sorted) {
    lowest[from] = lowest[from] === -1 ? layers[to]! - 1 : Math.min(lowest[from]!, layers[to]! - 1)
  }
  for (let i = 0; i < count; i++) if (isSource[i] === 1 && lowest[i]! > 0) layers[i] = lowest[i]!
  return layers
}

/** Middles as near as can be to where they are wanted, in order and apart. */
const settle = (wanted: ReadonlyArray<number>, half: ReadonlyArray<number>, between: ReadonlyArray<number>) => {
  // With distances taken off, what is left must only not decrease
  const offsets: Array<number> = []
  wanted.forEach((_, i) => offsets.push(i === 0 ? 0 : offsets[i - 1]! + half[i - 1]! + between[i - 1]! + half[i]!))
  const blocks: Array<{ sum: number; count: number }> = []
  wanted.forEach((x, i) => {
    blocks.push({ sum: x - offsets[i]!, count: 1 })
    for (
      let last = blocks.at(-1)!, previous = blocks.at(-2);
      previous !== undefined && previous.sum / previous.count > last.sum / last.count;
      last = blocks.at(-1)!, previous = blocks.at(-2)
    ) {
      blocks.pop()
      previous.sum += last.sum
      previous.count += last.count
    }
  })
  return blocks.flatMap(({ count, sum }) => Array.from({ length: count }, () => sum / count))
    .map((x, i) => x + offsets[i]!)
}

const mean = (xs: ReadonlyArray<number>): number => xs.reduce((a, b) => a + b, 0) / xs.length

export const layout = (sizes: ReadonlyArray<Size>, arrows: ReadonlyArray<readonly [number, number]>): Layout => {
  const layers = layersOf(sizes.length, arrows)
  const items: Array<Item> = sizes.map(({ height, width }, i) => ({
    width,
    height,
    layer: layers[i]!,
    x: 0,
    up: [],
    down: [],
    dummy: false
  }))
  // Arrows over several layers bend in each; those from one box share their bends
  const bends = new Map<string, number>()
  const paths = arrows.map(([from, to]) => {
    const path = [from]
    for (let layer = items[from]!.layer + 1; layer < items[to]!.layer; layer++) {
      const key = `${from} ${layer}`
      let bend = bends.get(key)
      if (bend === undefined) {
        bend = items.push({ width: gap.dummy, height: 0, layer, x: 0, up: [], down: [], dummy: true }) - 1
        bends.set(key, bend)
        link(items, path.at(-1)!, bend)
      }
      path.push(bend)
    }
    link(items, path.at(-1)!, to)
    return [...path, to]
  })
  const rows: Array<Array<number>> = []
  items.forEach((item, i) => (rows[item.layer] ??= []).push(i))
  order(items, rows)
  place(items, rows)

  const left = items.reduce((x, item) => Math.min(x, item.x - item.width / 2), Infinity)
  const right = items.reduce((x, item) => Math.max(x, item.x + item.width / 2), -Infinity)
  const tops: Array<number> = []
  let height = 0
  rows.forEach((row, layer) => {
    tops[layer] = height
    height += Math.max(...row.map((i) => items[i]!.height)) + gap.layer
  })
  const heights = rows.map((row) => Math.max(...row.map((i) => items[i]!.height)))
  const middle = (i: number): number => items[i]!.x - left
  const topOf = (i: number): number => {
    const { height, layer } = items[i]!
    return tops[layer]! + (heights[layer]! - height) / 2
  }
  return {
    width: items.length === 0 ? 0 : right - left,
    height: Math.max(0, height - gap.layer),
    places: sizes.map(({ width }, i) => ({ x: middle(i) - width / 2, y: topOf(i) })),
    routes: paths.map((path) =>
      path.flatMap((i, k) => {
        const { dummy, height, layer } = items[i]!
        if (!dummy) return [{ x: middle(i), y: k === 0 ? topOf(i) + height : topOf(i) }]
        return [{ x: middle(i), y: tops[layer]! }, { x: middle(i), y: tops[layer]! + heights[layer]! }]
      })
    )
  }
}

const link = (items: ReadonlyArray<Item>, from: number, to: number): void => {
  items[from]!.down.push(to)
  items[to]!.up.push(from)
}

/** Puts each box at the mean position of its neighbours, layer by layer, down and up again. */
const order = (items: ReadonlyArray<Item>, rows: ReadonlyArray<Array<number>>): void => {
  const positions = new Float64Array(items.length)
  const number = (row: ReadonlyArray<number>): void => row.forEach((i, k) => positions[i] = (k + 0.5) / row.length)
  rows.forEach(number)
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const down = sweep % 2 === 0
    for (const row of down ? rows : [...rows].reverse()) {
      const keys = new Map(row.map((i) => {
        const near = down ? items[i]!.up : items[i]!.down
        return [i, near.length === 0 ? positions[i]! : mean(near.map((k) => positions[k]!))]
      }))
      row.sort((a, b) => keys.get(a)! - keys.get(b)! || positions[a]! - positions[b]!)
      number(row)
    }
  }
}

const place = (items: ReadonlyArray<Item>, rows: ReadonlyArray<ReadonlyArray<number>>): void => {
  const spread = (row: ReadonlyArray<number>, wanted: ReadonlyArray<number>): void => {
    const xs = settle(
      wanted,
      row.map((i) => items[i]!.width / 2),
      row.map((i, k) => k + 1 < row.length && (items[i]!.dummy || items[row[k + 1]!]!.dummy) ? gap.dummy : gap.column)
    )
    row.forEach((i, k) => items[i]!.x = xs[k]!)
  }
  for (const row of rows) spread(row, row.map(() => 0))
  for (let sweep = 0; sweep < 2 * sweeps; sweep++) {
    const down = sweep % 2 === 0
    for (const row of down ? rows : [...rows].reverse()) {
      spread(
        row,
        row.map((i) => {
          const near = [
            ...down ? items[i]!.up : items[i]!.down,
            ...sweep < sweeps ? [] : down ? items[i]!.down : items[i]!.up
          ]
          return near.length === 0 ? items[i]!.x : mean(near.map((k) => items[k]!.x))
        })
      )
    }
  }
}
