/**
 * The text of one compute shader while it is written: bindings, functions of the library, shared memory, and the code.
 *
 * Storage is bound as `array<u32>`: the arena of temporaries, in which every dtype lives, as one binding at most, and
 * every input and output as another. Where a kernel stores packed elements, their words are atomic: neighbours in a word
 * are written by different invocations.
 */
import type { BufferId } from "@effax/compiler/Plan"
import { type DType, itemSize } from "effax/DType"
import { bitsOf, isPacked, laneOf, ofBits, unpack } from "./lanes.ts"
import { collect, type FunctionName } from "./library.ts"
import { type PlacedPlan, placeOf, type Slot } from "./place.ts"

export interface Binding {
  readonly slot: Slot
  readonly writable: boolean
}

/** A number of a loop's step that a shader is given: `low` below {@link stepDigit}, `high` above. */
export interface StepBinding {
  readonly level: number
  readonly digit: "low" | "high"
}

/** Numbers of steps are given as two digits of this base. */
export const stepDigit = 4096

/** A shader and what it runs on: as many workgroups as needed for `invocations`. */
export interface Dispatch {
  /** A name that a person recognises. */
  readonly label: string
  readonly code: string
  readonly bindings: ReadonlyArray<Binding>
  /** The bindings of group 1. */
  readonly steps: ReadonlyArray<StepBinding>
  readonly workgroups: number
  /** What the cost model thinks of it, for profiles. */
  readonly bytes: number
  readonly flops: number
}

interface Access {
  readonly name: string
  readonly slot: Slot
  writable: boolean
  readonly atomic: boolean
  /** Whether it is bound as vectors of four words. */
  readonly fours: boolean
}

/** The name of the binding of a memory. */
const keyOf = (slot: Slot): string => {
  const name = slot._tag.toLowerCase()
  if (slot._tag === "Control") return name
  if (slot._tag === "Arena") return slot.part === 0 ? name : `${name}${slot.part}`
  return `${name}${slot.index}`
}

export interface ShaderOptions {
  readonly plan: PlacedPlan
  readonly label: string
  /** Invocations of a workgroup. */
  readonly workgroup: number
  /** What the kernel stores to. */
  readonly stores: ReadonlyArray<BufferId>
  /** What it has atomic access to, by {@link Shader.place}; packed stores have it anyway. */
  readonly atomics?: ReadonlyArray<BufferId>
}

export class Shader {
  readonly plan: PlacedPlan
  readonly label: string
  readonly workgroup: number
  private readonly accesses = new Map<string, Access>()
  private readonly functions = new Set<FunctionName>()
  private readonly declarations: Array<string> = []
  private readonly lines: Array<string> = []
  private readonly atomic = new Set<string>()
  private readonly stored = new Set<string>()
  private readonly fours = new Set<string>()
  private readonly steps: Array<StepBinding> = []
  private names = 0
  private depth = 1

  constructor({ atomics = [], label, plan, stores, workgroup }: ShaderOptions) {
    this.plan = plan
    this.label = label
    this.workgroup = workgroup
    for (const id of stores) {
      const key = keyOf(placeOf(plan, id).slot)
      this.stored.add(key)
      if (isPacked(plan.buffers[id]!.dtype)) this.atomic.add(key)
    }
    for (const id of atomics) {
      const key = keyOf(placeOf(plan, id).slot)
      this.stored.add(key)
      this.atomic.add(key)
    }
  }

  private access(id: BufferId): Access {
    const { slot } = placeOf(this.plan, id)
    const key = keyOf(slot)
    let found = this.accesses.get(key)
    if (found === undefined) {
      const [writable, atomic, fours] = [this.stored, this.atomic, this.fours].map((keys) => keys.has(key))
      found = { name: key, slot, writable: writable!, atomic: atomic!, fours: fours! }
      this.accesses.set(key, found)
    }
    return found
  }

  /** Whether two buffers are in one binding. */
  isTogether(x: BufferId, y: BufferId): boolean {
    return keyOf(placeOf(this.plan, x).slot) === keyOf(placeOf(this.plan, y).slot)
  }

  /**
   * Has the buffer's memory read in vectors of four words, if that is possible: nothing of it is stored to, and the buffer
   * stands still at a multiple of four. To be asked for before anything is loaded.
   */
  readFours(id: BufferId): boolean {
    const { moves, slot, swap, word } = placeOf(this.plan, id)
    const key = keyOf(slot)
    if (this.stored.has(key) || swap !== undefined || moves.length > 0 || word % 4 !== 0) return false
    this.fours.add(key)
    return true
  }

  /** Four elements from a position on that is a multiple of four, of a buffer that is read so. */
  loadFour(dtype: DType, id: BufferId, position: string): string {
    const { word } = placeOf(this.plan, id)
    const vector = `${this.access(id).name}[${word === 0 ? "" : `${word / 4} + `}((${position}) >> 2u)]`
    return laneOf(dtype) === "u32" ? vector : `bitcast<vec4<${laneOf(dtype)}>>(${vector})`
  }

  /** The step that the loop of a level is at, an `i32` expression. */
  private step(level: number, digit: StepBinding["digit"]): string {
    if (!this.steps.some((step) => step.level === level && step.digit === digit)) this.steps.push({ level, digit })
    return `i32(${digit}${level})`
  }

  /** A position in a buffer that moves, from the buffer's place on. */
  private moved(id: BufferId, index: string): string {
    const { moves } = placeOf(this.plan, id)
    return [
      index,
      ...moves.map(({ elements, first, level, long }) => {
        const step = long
          ? `(${this.step(level, "low")} + ${this.step(level, "high")} * ${stepDigit})`
          : this.step(level, "low")
        return `${first} + ${elements} * ${step}`
      })
    ].join(" + ")
  }

  /** The element at a position in a buffer that isn't packed: what an atomic operation takes the address of. */
  place(id: BufferId, position: string): string {
    return this.wordPlace(id, this.moved(id, position))
  }

  /** The word of a number after the buffer's first one. */
  private wordPlace(id: BufferId, index: string): string {
    const { swap, word } = placeOf(this.plan, id)
    const base = swap === undefined
      ? String(word)
      : `select(${word}, ${swap.word}, (${this.step(swap.level, "low")} & 1) == 1)`
    const { fours, name } = this.access(id)
    const at = base === "0" ? index : `${base} + (${index})`
    return fours ? `${name}[(${at}) >> 2u][(${at}) & 3]` : `${name}[${at}]`
  }

  private word(id: BufferId, index: string): string {
    const place = this.wordPlace(id, index)
    return this.access(id).atomic ? `atomicLoad(&${place})` : place
  }

  /** The element at a position, an `i32` expression. */
  load(dtype: DType, buffer: BufferId, position: string): string {
    const index = this.moved(buffer, position)
    if (!isPacked(dtype)) return ofBits(laneOf(dtype), this.word(buffer, index))
    const at = this.let("i32", index)
    const bits = itemSize(dtype) * 8
    const perWord = 32 / bits
    const word = this.let("u32", this.word(buffer, `${at} >> ${Math.log2(perWord)}u`))
    return unpack[dtype]!(word, `(u32(${at} & ${perWord - 1}) * ${bits}u)`)
  }

  /** The word of an element of a packed buffer, and the element's position in it, in bits. */
  cell(dtype: DType, buffer: BufferId, position: string): { readonly place: string; readonly shift: string } {
    const width = itemSize(dtype) * 8
    const perWord = 32 / width
    const at = this.let("i32", this.moved(buffer, position))
    const shift = this.let("u32", `u32(${at} & ${perWord - 1}) * ${width}u`)
    return { place: this.wordPlace(buffer, `${at} >> ${Math.log2(perWord)}u`), shift }
  }

  /** Writes the statement that stores an element. */
  store(dtype: DType, buffer: BufferId, position: string, value: string): void {
    const bits = bitsOf(dtype, value)
    if (!isPacked(dtype)) {
      const word = this.place(buffer, position)
      this.line(this.access(buffer).atomic ? `atomicStore(&${word}, ${bits});` : `${word} = ${bits};`)
      return
    }
    const { place: word, shift } = this.cell(dtype, buffer, position)
    const mask = itemSize(dtype) === 1 ? "0xffu" : "0xffffu"
    // the bits belong to this invocation alone, so that no other invocation sees them between the two
    this.line(`atomicAnd(&${word}, ~(${mask} << ${shift}));`)
    this.line(`atomicOr(&${word}, ${bits} << ${shift});`)
  }

  /** The name of a function of the library, which becomes part of the shader. */
  use(name: FunctionName): string {
    this.functions.add(name)
    return name
  }

  call(name: FunctionName, ...args: ReadonlyArray<string>): string {
    return `${this.use(name)}(${args.join(", ")})`
  }

  fresh(prefix = "v"): string {
    return `${prefix}${this.names++}`
  }

  line(text: string): void {
    this.lines.push("  ".repeat(this.depth) + text)
  }

  /** A name for a value: its own, where it has one. */
  let(type: string, expression: string): string {
    if (/^(v\d+|\d+)$/.test(expression)) return expression
    const name = this.fresh()
    this.line(`let ${name}: ${type} = ${expression};`)
    return name
  }

  /** A variable. */
  var(type: string, expression: string): string {
    const name = this.fresh("x")
    this.line(`var ${name}: ${type} = ${expression};`)
    return name
  }

  /** `head { ... }`. */
  block(head: string, body: () => void): void {
    this.line(`${head} {`)
    this.depth++
    body()
    this.depth--
    this.line("}")
  }

  /** Memory that a workgroup shares. */
  shared(type: string): string {
    const name = this.fresh("shared")
    this.declarations.push(`var<workgroup> ${name}: ${type};`)
    return name
  }

  /** The number of this workgroup among all: they are laid out in a plane, as one axis takes 65535 of them at most. */
  readonly group = "i32(group.y * groups.x + group.x)"
  /** The number of this invocation in its workgroup, a `u32`. */
  readonly local = "local"

  finish(options: { readonly workgroups: number; readonly bytes?: number; readonly flops?: number }): Dispatch {
    const accesses = [...this.accesses.values()]
    const bindings = accesses.map(({ atomic, fours, name, writable }, i) =>
      `@group(0) @binding(${i}) var<storage, ${writable ? "read_write" : "read"}> ${name}: array<${
        atomic ? "atomic<u32>" : fours ? "vec4<u32>" : "u32"
      }>;`
    )
    const code = [
      ...bindings,
      ...this.steps.map(({ digit, level }, i) => `@group(1) @binding(${i}) var<uniform> ${digit}${level}: u32;`),
      ...this.declarations,
      ...collect(this.functions),
      `@compute @workgroup_size(${this.workgroup})`,
      "fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, " +
      "@builtin(local_invocation_index) local: u32) {",
      ...this.lines,
      "}"
    ].join("\n")
    return {
      label: this.label,
      code,
      bindings: accesses.map(({ slot, writable }) => ({ slot, writable })),
      steps: this.steps,
      workgroups: options.workgroups,
      bytes: options.bytes ?? 0,
      flops: options.flops ?? 0
    }
  }
}
