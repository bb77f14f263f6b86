/**
 * Keys that are used twice. A key is two words; an operation that hashes the numbers 0, 1, 2, ... under them (bits and splits)
 * consumes it, and folding a number in does not: these are the rules of JAX's `jax.experimental.key_reuse`.
 *
 * The analysis follows words, not arrays: every element of the arrays that may be keys has a symbol, equal symbols are equal
 * words, and what a split gives has the symbols of its hashes.
 */
import * as aval from "../../Aval.ts"
import type { Aval } from "../../Aval.ts"
import { cond } from "../../primitive/cond.ts"
import type {
  BroadcastInDimParams,
  ConcatenateParams,
  CondParams,
  IotaParams,
  RevParams,
  ScanParams,
  SliceParams,
  TransposeParams,
  WhileParams
} from "../../primitive/params.ts"
import { threefry2x32 } from "../../primitive/random.ts"
import { scanPrimitive } from "../../primitive/scan.ts"
import { broadcastInDim, concatenate, iota, reshape, rev, slice, transpose } from "../../primitive/structural.ts"
import { whilePrimitive } from "../../primitive/while.ts"
import type { Location } from "../graph/location.ts"
import * as memo from "../program/memo.ts"
import { type Atom, type Equation, inputs as inputsOf, isOf, Literal, type Var } from "../program/model.ts"
import { everyProgram } from "../program/nested.ts"
import type { Program } from "../program/program.ts"

/** A word. */
interface Symbol {
  readonly id: number
  /** The loops that it changes in, counted from outside; 0 where it is the same all along. */
  readonly level: number
  /** The input of the Program that it is made of, if it is made of one alone, and how. */
  readonly input: number | "none" | "several"
  readonly text: string
}

/** The words of an array; before it was broadcast if it is not `exact`. Arrays that are too large have none. */
interface Words {
  readonly symbols: ReadonlyArray<Symbol> | undefined
  readonly exact: boolean
  readonly level: number
  /** Whether it counts places, as operations that consume keys do. */
  readonly counts: boolean
}

/** Where a key was consumed: the calls on the way there, outermost first, and the equation. */
export interface Use {
  readonly path: ReadonlyArray<Location | undefined>
}

/** A key that is part of an input. */
export interface Consumed extends Use {
  readonly input: number
  /** Which words of it. */
  readonly words: string
}

export interface Reuse {
  readonly first: Use
  readonly second: Use
  /** The loop that uses one key in every step. */
  readonly loop: string | undefined
}

export interface KeyUsage {
  readonly reuse: Reuse | undefined
  readonly consumed: ReadonlyArray<Consumed>
}

/** Arrays of more words than this are not followed. */
const largest = 1 << 14

/** Two 32-bit FNV-1a hashes as text (Fowler, Noll and Vo): a name of fixed length for a word that was hashed from others. */
const hash = (text: string): string => {
  let [a, b] = [0x811c9dc5, 0x01000193]
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    a = Math.imul(a ^ c, 0x01000193)
    b = Math.imul(b ^ (c + 0x9e37), 0x01000193)
  }
  return `${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}`
}

/** Two uses are one if the same call was computed again: locations are compared by reference. */
export const sameUse = (a: Use, b: Use): boolean =>
  a.path.length === b.path.length && a.path.every((location, i) => location !== undefined && location === b.path[i])

interface Record extends Use {
  readonly k1: Symbol
  readonly k2: Symbol
}

class Analysis {
  consumed: Map<string, Record> = new Map()
  /** The first key that is used twice. */
  reuse: Reuse | undefined
  private readonly interned = new Map<string, Symbol>()
  private count = 0

  /** A word that is unlike every other. */
  fresh(level: number): Symbol {
    const id = this.count++
    return { id, level, input: "several", text: `?${id}` }
  }

  ofInput(input: number, element: number): Symbol {
    return { id: this.count++, level: 0, input, text: `#${element}` }
  }

  /** The word that belongs to a text. */
  private intern(key: string, make: (id: number) => Symbol): Symbol {
    let symbol = this.interned.get(key)
    if (symbol === undefined) this.interned.set(key, symbol = make(this.count++))
    return symbol
  }

  constant(value: number | bigint | boolean): Symbol {
    const text = `=${Number(value)}`
    return this.intern(text, (id) => ({ id, level: 0, input: "none", text }))
  }

  hashed(which: number, parts: ReadonlyArray<Symbol>): Symbol {
    return this.intern(`${which}(${parts.map(({ id }) => id).join()})`, (id) => {
      const inputs = new Set(parts.map(({ input }) => input).filter((input) => input !== "none"))
      return {
        id,
        level: Math.max(...parts.map(({ level }) => level)),
        input: inputs.size === 0 ? "none" : inputs.size === 1 ? [...inputs][0]! : "several",
        text: hash(`${which}(${parts.map(({ text }) => text).join()})`)
      }
    })
  }

  consume(k1: Symbol, k2: Symbol, use: Use, level: number, loop: string | undefined): void {
    const key = `${k1.id},${k2.id}`
    const before = this.consumed.get(key)
    if (before !== undefined && !sameUse(before, use)) this.reuse ??= { first: before, second: use, loop: undefined }
    if (loop !== undefined && Math.max(k1.level, k2.level) < level) this.reuse ??= { first: use, second: use, loop }
    this.consumed.set(key, { ...use, k1, k2 })
  }
}

/** Where the analysis is. */
interface Context {
  readonly analysis: Analysis
  readonly path: ReadonlyArray<Location | undefined>
  /** How many loops it is in. */
  readonly level: number
  /** The innermost loop. */
  readonly loop: string | undefined
}

type Transfer = (context: Context, equation: Equation, operands: ReadonlyArray<Words>) => ReadonlyArray<Words>

const unknown = (level: number): Words => ({ symbols: undefined, exact: false, level, counts: false })

const levelOf = (operands: ReadonlyArray<Words>): number => operands.reduce((level, x) => Math.max(level, x.level), 0)

const mayBeWords = (of: Aval): boolean => of.dtype === "uint32" && aval.size(of) <= largest

/** Words that nothing is known of. Small arrays only: they may be numbers that are folded in. */
const anonymous = ({ analysis }: Context, outputs: ReadonlyArray<Var>, level: number): ReadonlyArray<Words> =>
  outputs.map((output) =>
    mayBeWords(output.aval) && aval.size(output.aval) <= 64
      ? {
        symbols: Array.from({ length: aval.size(output.aval) }, () => analysis.fresh(level)),
        exact: true,
        level,
        counts: false
      }
      : unknown(level)
  )

/** Elements of the result are elements of the operand: `from` says which, given an index of the result. */
const moved =
  (from: (index: ReadonlyArray<number>, equation: Equation) => ReadonlyArray<number>): Transfer =>
  (_, equation, operands) => {
    const [x] = operands
    const { shape } = equation.outputs[0]!.aval
    if (x!.symbols === undefined || !x!.exact || !mayBeWords(equation.outputs[0]!.aval)) {
      return [{ ...unknown(levelOf(operands)), counts: x!.counts }]
    }
    const strides = stridesOf(equation.inputs[0]!.aval.shape)
    const symbols = indices(shape).map((index) =>
      x!.symbols![from(index, equation).reduce((sum, i, axis) => sum + i * strides[axis]!, 0)]!
    )
    return [{ ...x!, symbols }]
  }

const stridesOf = (shape: ReadonlyArray<number>): ReadonlyArray<number> => {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= shape[axis]!
  }
  return strides
}

/** Every index of a shape, in row-major order. */
const indices = (shape: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
  shape.reduce<ReadonlyArray<ReadonlyArray<number>>>(
    (all, n) => all.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])),
    [[]]
  )

const transfers = new Map<unknown, Transfer>([
  [iota.primitive, ({ analysis }, { outputs, params }) => {
    const { dimension, shape } = params as IotaParams
    const known = mayBeWords(outputs[0]!.aval)
    return [{
      symbols: known ? indices(shape).map((index) => analysis.constant(index[dimension]!)) : undefined,
      exact: known,
      level: 0,
      counts: true
    }]
  }],
  [reshape.primitive, (_, __, operands) => [operands[0]!]],
  [
    slice.primitive,
    moved((index, { params }) => {
      const { startIndices, strides } = params as SliceParams
      return index.map((i, axis) => startIndices[axis]! + i * (strides?.[axis] ?? 1))
    })
  ],
  [
    transpose.primitive,
    moved((index, { params }) => {
      const from = new Array<number>(index.length)
      ;(params as TransposeParams).permutation.forEach((axis, i) => from[axis] = index[i]!)
      return from
    })
  ],
  [
    rev.primitive,
    moved((index, { outputs, params }) => {
      const { dimensions } = params as RevParams
      return index.map((i, axis) => dimensions.includes(axis) ? outputs[0]!.aval.shape[axis]! - 1 - i : i)
    })
  ],
  [broadcastInDim.primitive, (context, equation, operands) => {
    const [x] = operands
    const large = aval.size(equation.outputs[0]!.aval) > largest
    if (large || !x!.exact) return [{ ...x!, exact: false }]
    const { shape } = equation.inputs[0]!.aval
    const { broadcastDimensions } = equation.params as BroadcastInDimParams
    return moved((index) => broadcastDimensions.map((axis, i) => shape[i] === 1 ? 0 : index[axis]!))(
      context,
      equation,
      operands
    )
  }],
  [concatenate.primitive, (_, { inputs, outputs, params }, operands) => {
    const level = levelOf(operands)
    if (operands.some((x) => x.symbols === undefined || !x.exact)) return [unknown(level)]
    const { dimension } = params as ConcatenateParams
    const row = (shape: ReadonlyArray<number>) => shape.slice(dimension).reduce((n, size) => n * size, 1)
    const outer = outputs[0]!.aval.shape.slice(0, dimension).reduce((n, size) => n * size, 1)
    const symbols = Array.from({ length: outer }, (_, o) =>
      operands.flatMap((x, i) => {
        const n = row(inputs[i]!.aval.shape)
        return x.symbols!.slice(o * n, (o + 1) * n)
      })).flat()
    return [{ symbols, exact: true, level, counts: false }]
  }],
  [threefry2x32.primitive, (context, { location, outputs }, operands) => {
    const [k1, k2, , numbers] = operands
    const { analysis, level, loop, path } = context
    if (numbers!.counts && k1!.symbols !== undefined && k2!.symbols?.length === k1!.symbols.length) {
      const seen = new Set<string>()
      k1!.symbols.forEach((word, i) => {
        const other = k2!.symbols![i]!
        const key = `${word.id},${other.id}`
        if (seen.has(key)) return
        seen.add(key)
        analysis.consume(word, other, { path: [...path, location] }, level, loop)
      })
    }
    const size = aval.size(outputs[0]!.aval)
    const own = levelOf(operands)
    const scalars = operands.every((x) =>
      x.symbols !== undefined && x.exact && (x.symbols.length === size || x.symbols.length === 1)
    )
    if (!scalars || size > largest) return outputs.map(() => unknown(own))
    return [0, 1].map((which) => ({
      symbols: Array.from(
        { length: size },
        (_, i) => analysis.hashed(which, operands.map((x) => x.symbols![x.symbols!.length === 1 ? 0 : i]!))
      ),
      exact: true,
      level: own,
      counts: false
    }))
  }],
  [cond.primitive, (context, { location, outputs, params }, operands) => {
    const { analysis } = context
    const before = analysis.consumed
    const after = new Map(before)
    for (const branch of (params as CondParams).branches) {
      analysis.consumed = new Map(before)
      run({ ...context, path: [...context.path, location] }, branch, operands.slice(1))
      for (const [key, use] of analysis.consumed) after.set(key, use)
    }
    analysis.consumed = after
    return anonymous(context, outputs, levelOf(operands))
  }],
  [scanPrimitive.primitive, (context, equation, operands) => {
    const { jaxpr, length, numCarry, numConsts } = equation.params as ScanParams
    return repeat(context, equation, operands, length > 1, [{
      program: jaxpr,
      constants: operands.slice(0, numConsts),
      carry: operands.slice(numConsts, numConsts + numCarry),
      scanned: operands.slice(numConsts + numCarry)
    }])
  }],
  [whilePrimitive.primitive, (context, equation, operands) => {
    const { bodyJaxpr, bodyNconsts, condJaxpr, condNconsts } = equation.params as WhileParams
    const carry = operands.slice(condNconsts + bodyNconsts)
    const constants = operands.slice(condNconsts, condNconsts + bodyNconsts)
    return repeat(context, equation, operands, true, [
      { program: bodyJaxpr, constants, carry, scanned: [] },
      { program: condJaxpr, constants: operands.slice(0, condNconsts), carry, scanned: [] }
    ])
  }]
])

interface Step {
  readonly program: Program
  readonly constants: ReadonlyArray<Words>
  readonly carry: ReadonlyArray<Words>
  readonly scanned: ReadonlyArray<Words>
}

/** A loop: keys that it closes over may not be consumed in it, and those that it hands on must be new ones then. */
const repeat = (
  context: Context,
  equation: Equation,
  operands: ReadonlyArray<Words>,
  repeated: boolean,
  steps: ReadonlyArray<Step>
): ReadonlyArray<Words> => {
  const { analysis } = context
  const { location, outputs, primitive: { name } } = equation
  const level = context.level + 1
  const inner: Context = {
    analysis,
    level,
    path: [...context.path, location],
    loop: repeated ? name : context.loop
  }
  /** What a word inside is in each step outside, where it is one of an array that is scanned, or in the first step. */
  const outside = new Map<number, ReadonlyArray<Symbol>>()
  const own = (program: Program, first: number, values: ReadonlyArray<Words>, slices: boolean): ReadonlyArray<Words> =>
    values.map((value, i) => {
      const of = inputsOf(program)[first + i]!.aval
      const size = aval.size(of)
      if (!mayBeWords(of)) return unknown(level)
      const symbols = Array.from({ length: size }, (_, j) => {
        const symbol = analysis.fresh(level)
        const all = value.exact ? value.symbols : undefined
        if (all !== undefined) outside.set(symbol.id, slices ? all.filter((_, k) => k % size === j) : [all[j]!])
        return symbol
      })
      return { symbols, exact: true, level, counts: false }
    })
  for (const { carry, constants, program, scanned } of steps) {
    const at = constants.length
    const carries = own(program, at, carry, false)
    const results = run(inner, program, [...constants, ...carries, ...own(program, at + carry.length, scanned, true)])
    if (!repeated) continue
    const handedOn = new Set(results.slice(0, carry.length).flatMap(({ symbols }) => symbols ?? []).map(({ id }) => id))
    const carried = new Set(carries.flatMap(({ symbols }) => symbols ?? []).map(({ id }) => id))
    for (const use of analysis.consumed.values()) {
      const { k1, k2 } = use
      if (carried.has(k1.id) && carried.has(k2.id) && handedOn.has(k1.id) && handedOn.has(k2.id)) {
        analysis.reuse ??= { first: use, second: use, loop: name }
      }
    }
  }
  // keys that are consumed outside are added in between
  for (const use of Array.from(analysis.consumed.values())) {
    const [first, second] = [outside.get(use.k1.id), outside.get(use.k2.id)]
    first?.forEach((k1, i) => {
      const k2 = second?.[i]
      if (k2 !== undefined) analysis.consume(k1, k2, use, context.level, context.loop)
    })
  }
  return anonymous(context, outputs, levelOf(operands))
}

const run = (context: Context, program: Program, operands: ReadonlyArray<Words>): ReadonlyArray<Words> => {
  const { analysis } = context
  const values = new Map<Atom, Words>()
  inputsOf(program).forEach((variable, i) => values.set(variable, operands[i]!))
  const read = (atom: Atom): Words =>
    atom instanceof Literal
      ? { symbols: [analysis.constant(atom.value)], exact: true, level: 0, counts: false }
      : values.get(atom)!
  for (const equation of program.equations) {
    const { inputs, location, outputs, params, primitive } = equation
    const given = inputs.map(read)
    const transfer = transfers.get(primitive)
    const results = transfer !== undefined
      ? transfer(context, equation, given)
      // what is computed again for a derivative draws nothing new
      : primitive.called !== undefined && params.differentiated !== true
      ? run({ ...context, path: [...context.path, location] }, primitive.called(params), given)
      : anonymous(context, outputs, levelOf(given))
    outputs.forEach((variable, i) => values.set(variable, results[i]!))
  }
  return program.results.map(read)
}

/** Whether a Program, or one in it, hashes anything. */
const draws = (program: Program): boolean =>
  [...everyProgram(program)].some(({ equations }) =>
    equations.some((equation) => isOf(equation, threefry2x32.primitive))
  )

const usages = memo.make<KeyUsage>()

const nothing: KeyUsage = { reuse: undefined, consumed: [] }

/** Which keys a Program consumes, and whether it does so with one of them twice. */
export const usageOf = (program: Program): KeyUsage =>
  usages.of(program, (program) => draws(program) ? analyse(program) : nothing)

const analyse = (program: Program): KeyUsage => {
  const analysis = new Analysis()
  const inputs = inputsOf(program).map(({ aval: of }, input): Words => {
    const size = aval.size(of)
    if (!mayBeWords(of)) return unknown(0)
    const symbols = Array.from({ length: size }, (_, element) => analysis.ofInput(input, element))
    return { symbols, exact: true, level: 0, counts: false }
  })
  run({ analysis, path: [], level: 0, loop: undefined }, program, inputs)
  const consumed = [...analysis.consumed.values()].flatMap(({ k1, k2, path }): ReadonlyArray<Consumed> =>
    typeof k1.input === "number" && k1.input === k2.input
      ? [{ path, input: k1.input, words: `${k1.text},${k2.text}` }]
      : []
  )
  return { reuse: analysis.reuse, consumed }
}
