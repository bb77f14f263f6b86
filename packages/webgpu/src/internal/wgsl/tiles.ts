/**
 * Matrix products in tiles: a workgroup makes a tile of results from slabs of both operands, which it fetches into shared
 * memory; an invocation makes blocks of four by four of them in registers. (Volkov and Demmel, "Benchmarking GPUs to Tune
 * Dense Linear Algebra", 2008.)
 *
 * Where there are few tiles and the sums are long, workgroups share a tile, each with a stretch of the depth of its own, and
 * a second dispatch adds up what they have, in order: the results depend on the shapes alone.
 */
import type { BufferId } from "@effax/compiler/Plan"
import type { DType } from "effax/DType"
import { unravel } from "./body.ts"
import { defaultWorkgroup, type KernelContext, pointsOf, withScratch } from "./kernel.ts"
import { laneOf } from "./lanes.ts"
import { literal, operation } from "./operations.ts"
import { type Dispatch, Shader } from "./shader.ts"
import type { ProductShape, TileChoice } from "./tile.ts"

/** A matrix by its elements: names of what depends on its line alone, and on the place in the sum alone, are shared. */
export interface TileOperand {
  /** Whether neighbours in the sum, rather than neighbouring lines, are neighbours in memory. */
  readonly byDepth: boolean
  readonly line: (shader: Shader, outer: ReadonlyArray<string>, line: string) => ReadonlyArray<string>
  readonly deep: (shader: Shader, at: string) => ReadonlyArray<string>
  /**
   * Where four neighbours, along the sum if `byDepth`, are one vector in memory: how it is loaded. Asked before anything
   * else is.
   */
  readonly fours?: (shader: Shader) => ((line: string, deep: string) => string) | undefined
  /** The value of an element that exists. */
  readonly element: (shader: Shader, line: ReadonlyArray<string>, deep: ReadonlyArray<string>) => string
}

export interface Product extends ProductShape {
  readonly name: string
  readonly left: TileOperand
  readonly right: TileOperand
  readonly stores: ReadonlyArray<BufferId>
  /** Writes what is done with a result. */
  readonly finish: (
    shader: Shader,
    outer: ReadonlyArray<string>,
    row: string,
    column: string,
    sum: string
  ) => void
}

const components = ["x", "y", "z", "w"] as const

const zeroOf = (shader: Shader, dtype: DType): string => literal(shader, dtype, dtype === "bool" ? false : 0)

/** `x * y + sum`; of bools, `x and y or sum`. */
const multiplyAdd = (shader: Shader, dtype: DType, x: string, y: string, sum: string): string =>
  dtype === "bool"
    ? `(${sum} | (${x} & ${y}))`
    : operation(shader, "add", dtype, [operation(shader, "mul", dtype, [x, y]), sum])

interface Fetch {
  readonly operand: TileOperand
  readonly four: ((line: string, deep: string) => string) | undefined
  readonly shared: string
  /** The tile's first line, lines of a tile, and of all. */
  readonly first: string
  readonly size: number
  readonly limit: number
}

/** What an invocation fetches of each slab in a turn: four lines, at one depth, or at four where vectors lie along it. */
interface Turn {
  /** The number of the four lines among those of the tile. */
  readonly four: string
  /** Which of the slab's depths they are at, or the first of them. */
  readonly depth: string
  /** Whether there is something to fetch at all; empty where there always is. */
  readonly guard: string
  readonly lines: ReadonlyArray<{ readonly number: string; readonly names: ReadonlyArray<string> }>
}

const turnsOf = (
  shader: Shader,
  { first: tile, four: vector, operand, size }: Fetch,
  options: { readonly local: string; readonly depth: number; readonly outer: ReadonlyArray<string> }
): ReadonlyArray<Turn> => {
  const { depth, local, outer } = options
  const fours = size / 4
  const steps = vector !== undefined && operand.byDepth ? depth / 4 : depth
  const cells = fours * steps
  const linesOf = (four: string): Turn["lines"] => {
    const first = shader.let("i32", `${tile} + ${four} * 4`)
    const wanted = vector !== undefined && !operand.byDepth ? components.slice(0, 1) : components
    return wanted.map((_, j) => {
      const number = shader.let("i32", j === 0 ? first : `${first} + ${j}`)
      return { number, names: operand.line(shader, outer, number) }
    })
  }
  const depthOf = (step: string): string => steps === depth ? step : shader.let("i32", `${step} * 4`)
  // what runs fastest is the same in all turns, if a turn is made of whole rounds of it
  const fast = operand.byDepth ? steps : fours
  const whole = shader.workgroup % fast === 0
  const quotient = shader.let("i32", `${local} / ${fast}`)
  const rest = shader.let("i32", `${local} % ${fast}`)
  const shared = !whole ? undefined : operand.byDepth ? { depth: depthOf(rest) } : { four: rest, lines: linesOf(rest) }
  return Array.from({ length: Math.ceil(cells / shader.workgroup) }, (_, i): Turn => {
    const which = i === 0 ? local : shader.let("i32", `${local} + ${i * shader.workgroup}`)
    const slow = i === 0
      ? quotient
      : shader.let("i32", whole ? `${quotient} + ${i * shader.workgroup / fast}` : `${which} / ${fast}`)
    const quick = i === 0 || whole ? rest : shader.let("i32", `${which} % ${fast}`)
    const [step, four] = operand.byDepth ? [quick, slow] : [slow, quick]
    return {
      four,
      depth: shared?.depth ?? depthOf(step),
      guard: (i + 1) * shader.workgroup > cells ? `${which} < ${cells}` : "",
      lines: shared?.lines ?? linesOf(four)
    }
  })
}

interface Slab {
  readonly from: string
  readonly end: string
  readonly ragged: boolean
}

/** Writes a statement, under conditions that are not empty. */
const under = (shader: Shader, conditions: ReadonlyArray<string>, write: () => void): void => {
  const some = conditions.filter((condition) => condition !== "")
  if (some.length === 0) write()
  else shader.block(`if (${some.join(" && ")})`, write)
}

const fetchSlab = (
  shader: Shader,
  dtype: DType,
  { four: vector, limit, operand, shared, size }: Fetch,
  turns: ReadonlyArray<Turn>,
  slab: Slab
): void => {
  const lane = laneOf(dtype)
  const fours = size / 4
  const zero = zeroOf(shader, dtype)
  const [type, nothing] = vector === undefined ? [lane, zero] : [`vec4<${lane}>`, `vec4<${lane}>(${zero})`]
  // turns at the same depth share what depends on it
  const places = new Map<string, { readonly at: string; readonly deep: ReadonlyArray<string> }>()
  for (const { depth } of turns) {
    if (places.has(depth)) continue
    const at = shader.let("i32", `${slab.from} + ${depth}`)
    places.set(depth, { at, deep: operand.deep(shader, at) })
  }
  for (const { depth, four, guard, lines } of turns) {
    const { at, deep } = places.get(depth)!
    under(shader, [guard], () => {
      const values = lines.map(() => shader.var(type, nothing))
      under(shader, [slab.ragged ? `${at} < ${slab.end}` : ""], () => {
        lines.forEach(({ names, number }, j) => {
          under(shader, [limit % size === 0 ? "" : `${number} < ${limit}`], () => {
            const value = vector === undefined ? operand.element(shader, names, deep) : vector(names[0]!, deep[0]!)
            shader.line(`${values[j]} = ${value};`)
          })
        })
      })
      if (vector === undefined) {
        shader.line(`${shared}[${depth} * ${fours} + ${four}] = vec4<${lane}>(${values.join(", ")});`)
      } else if (operand.byDepth) {
        // four lines along the sum become four depths across lines
        components.forEach((component, c) => {
          const across = values.map((value) => `${value}.${component}`).join(", ")
          shader.line(`${shared}[(${depth} + ${c}) * ${fours} + ${four}] = vec4<${lane}>(${across});`)
        })
      } else shader.line(`${shared}[${depth} * ${fours} + ${four}] = ${values[0]};`)
    })
  }
}

/** The dispatch that makes tiles; `write` is given each result, and the part it is of. */
const emitProduct = (
  shader: Shader,
  { batch, dtype, k, left, m, n, right }: Product,
  { blocks: [down, across], columns, depth, parts, rows }: TileChoice,
  write: (outer: ReadonlyArray<string>, row: string, column: string, part: string, sum: string) => void
): number => {
  const lane = laneOf(dtype)
  const four = `vec4<${lane}>`
  const [sideRows, sideColumns] = [rows / (4 * down), columns / (4 * across)]
  const places = [...batch, parts, Math.ceil(m / rows), Math.ceil(n / columns)]
  const groups = pointsOf(places)
  const local = shader.let("i32", `i32(${shader.local})`)
  // workgroups beyond the last do what the last does, so that barriers are met by all
  const group = shader.let("i32", `min(${shader.group}, ${groups - 1})`)
  const place = unravel(shader, group, places)
  const outer = place.slice(0, batch.length)
  const [part, tileRow, tileColumn] = place.slice(batch.length) as [string, string, string]
  const top = tileRow === "0" ? "0" : shader.let("i32", `${tileRow} * ${rows}`)
  const start = tileColumn === "0" ? "0" : shader.let("i32", `${tileColumn} * ${columns}`)
  const [y, x] = [shader.let("i32", `${local} / ${sideColumns}`), shader.let("i32", `${local} % ${sideColumns}`)]
  const [leftFour, rightFour] = [left, right].map((operand) => operand.fours?.(shader))
  const lefts: Fetch = {
    operand: left,
    four: leftFour,
    shared: shader.shared(`array<${four}, ${depth * rows / 4}>`),
    first: top,
    size: rows,
    limit: m
  }
  const rights: Fetch = {
    operand: right,
    four: rightFour,
    shared: shader.shared(`array<${four}, ${depth * columns / 4}>`),
    first: start,
    size: columns,
    limit: n
  }
  const [leftTurns, rightTurns] = [lefts, rights].map((fetch) => turnsOf(shader, fetch, { local, depth, outer }))
  /** One for each row of a block and each block across. */
  const sums = Array.from(
    { length: down },
    () =>
      components.map(() => Array.from({ length: across }, () => shader.var(four, `${four}(${zeroOf(shader, dtype)})`)))
  )
  // stretches of the depth are whole slabs
  const stretch = Math.ceil(Math.ceil(k / depth) / parts) * depth
  const from = parts === 1 ? "0" : shader.let("i32", `${part} * ${stretch}`)
  const end = parts === 1 ? String(k) : shader.let("i32", `min(${from} + ${stretch}, ${k})`)
  const slab = shader.fresh("slab")
  shader.block(`for (var ${slab} = ${from}; ${slab} < ${end}; ${slab} += ${depth})`, () => {
    const options = { from: slab, end, ragged: k % depth !== 0 }
    fetchSlab(shader, dtype, lefts, leftTurns!, options)
    fetchSlab(shader, dtype, rights, rightTurns!, options)
    shader.line("workgroupBarrier();")
    const d = shader.fresh("d")
    shader.block(`for (var ${d} = 0; ${d} < ${depth}; ${d} += 1)`, () => {
      const load = (shared: string, fours: number, count: number, at: string, side: number) =>
        Array.from(
          { length: count },
          (_, i) => shader.let(four, `${shared}[${d} * ${fours} + ${at}${i === 0 ? "" : ` + ${i * side}`}]`)
        )
      const a = load(lefts.shared, rows / 4, down, y, sideRows)
      const b = load(rights.shared, columns / 4, across, x, sideColumns)
      sums.forEach((block, i) =>
        block.forEach((row, c) =>
          row.forEach((sum, j) => {
            const splat = `${four}(${a[i]}.${components[c]})`
            shader.line(`${sum} = ${multiplyAdd(shader, dtype, splat, b[j]!, sum)};`)
          })
        )
      )
    })
    shader.line("workgroupBarrier();")
  })
  // the epilogue stands there once, however many results there are
  const i = shader.fresh("i")
  shader.block(`for (var ${i} = 0; ${i} < ${16 * down * across}; ${i} += 1)`, () => {
    const values = shader.var(four, `${four}(${zeroOf(shader, dtype)})`)
    const flat = sums.flatMap((block) => block.flat())
    const which = shader.let("i32", `${i} / 4`)
    shader.block(`switch (${which})`, () => {
      flat.forEach((sum, s) => shader.line(`case ${s}: { ${values} = ${sum}; }`))
      shader.line("default: {}")
    })
    const rowOfBlocks = shader.let("i32", `${which} / ${across}`)
    const row = shader.let("i32", `${top} + (${y} + (${rowOfBlocks} / 4) * ${sideRows}) * 4 + ${rowOfBlocks} % 4`)
    const column = shader.let("i32", `${start} + (${x} + (${which} % ${across}) * ${sideColumns}) * 4 + ${i} % 4`)
    shader.block(
      `if (${row} < ${m} && ${column} < ${n})`,
      () => write(outer, row, column, part, shader.let(lane, `${values}[${i} % 4]`))
    )
  })
  return groups
}

/** The number of a result among all. */
const resultAt = (
  shader: Shader,
  { batch, m, n }: Product,
  outer: ReadonlyArray<string>,
  row: string,
  column: string
): string => {
  let at = "0"
  outer.forEach((coordinate, d) => at = at === "0" ? coordinate : `(${at}) * ${batch[d]} + ${coordinate}`)
  return shader.let("i32", `((${at}) * ${m} + ${row}) * ${n} + ${column}`)
}

export const emitTiles = (context: KernelContext, product: Product, choice: TileChoice): ReadonlyArray<Dispatch> => {
  const { batch, dtype, finish, k, m, n, name, stores } = product
  const { blocks: [down, across], columns, parts, rows } = choice
  const workgroup = rows * columns / (16 * down * across)
  const results = pointsOf(batch) * m * n
  const flops = 2 * results * k
  if (parts === 1) {
    const shader = new Shader({ plan: context.plan, label: name, workgroup, stores })
    const workgroups = emitProduct(
      shader,
      product,
      choice,
      (outer, row, column, _part, sum) => finish(shader, outer, row, column, sum)
    )
    return [shader.finish({ workgroups, flops })]
  }
  const [{ plan }, partials] = withScratch(context, dtype, parts * results)
  const first = new Shader({ plan, label: `${name}_parts`, workgroup, stores: [partials] })
  const workgroups = emitProduct(
    first,
    product,
    choice,
    (outer, row, column, part, sum) =>
      first.store(dtype, partials, `${part} * ${results} + ${resultAt(first, product, outer, row, column)}`, sum)
  )
  const second = new Shader({ plan, label: name, workgroup: defaultWorkgroup, stores })
  const point = second.let("i32", `${second.group} * ${defaultWorkgroup} + i32(${second.local})`)
  second.line(`if (${point} >= ${results}) { return; }`)
  const lane = laneOf(dtype)
  const sum = second.var(lane, zeroOf(second, dtype))
  const part = second.fresh("part")
  second.block(`for (var ${part} = 0; ${part} < ${parts}; ${part} += 1)`, () => {
    const value = second.let(lane, second.load(dtype, partials, `${part} * ${results} + ${point}`))
    second.line(`${sum} = ${operation(second, "add", dtype, [sum, value])};`)
  })
  const coordinates = unravel(second, point, [...batch, m, n])
  finish(second, coordinates.slice(0, -2), coordinates.at(-2)!, coordinates.at(-1)!, sum)
  return [
    first.finish({ workgroups, flops }),
    second.finish({ workgroups: Math.ceil(results / defaultWorkgroup) })
  ]
}
