/**
 * The text of one compute shader while it is written: bindings, functions of the library, shared memory, and the code.
 *
 * Storage is bound as `array<u32>`: the arena of temporaries, in which every dtype lives, as one binding at most, and
 * every input and output as another. Where a kernel stores packed elements, their words are atomic: neighbours in a word
 * are written by different invocations.
 */
import type { BufferId, Plan } from "@effax/compiler/Plan"
import { type DType, itemSize } from "effax/DType"
import { bitsOf, isPacked, laneOf, ofBits, unpack } from "./lanes.ts"
import { type FunctionName, library } from "./library.ts"

/** What memory a binding is. */
export type Slot =
  | { readonly _tag: "Input"; readonly index: number }
  | { readonly _tag: "Output"; readonly index: number }
  | { readonly _tag: "Arena" }

export interface Binding {
  readonly slot: Slot
  readonly writable: boolean
}

/** A shader and what it runs on: as many workgroups as needed for `invocations`. */
export interface Dispatch {
  /** A name that a person recognises. */
  readonly label: string
  readonly code: string
  readonly bindings: ReadonlyArray<Binding>
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
}

const keyOf = (slot: Slot): string => slot._tag === "Arena" ? "arena" : `${slot._tag.toLowerCase()}${slot.index}`

export interface ShaderOptions {
  readonly plan: Plan
  readonly label: string
  /** Invocations of a workgroup. */
  readonly workgroup: number
  /** What the kernel stores to. */
  readonly stores: ReadonlyArray<BufferId>
}

export class Shader {
  readonly plan: Plan
  readonly label: string
  readonly workgroup: number
  private readonly accesses = new Map<string, Access>()
  private readonly functions = new Set<FunctionName>()
  private readonly declarations: Array<string> = []
  private readonly lines: Array<string> = []
  private readonly atomic = new Set<string>()
  private readonly stored = new Set<string>()
  private names = 0
  private depth = 1

  constructor({ label, plan, stores, workgroup }: ShaderOptions) {
    this.plan = plan
    this.label = label
    this.workgroup = workgroup
    for (const id of stores) {
      const key = keyOf(this.slotOf(id))
      this.stored.add(key)
      if (isPacked(plan.buffers[id]!.dtype)) this.atomic.add(key)
    }
  }

  private slotOf(id: BufferId): Slot {
    const { location } = this.plan.buffers[id]!
    return location._tag === "Temporary" ? { _tag: "Arena" } : location
  }

  private access(id: BufferId): Access {
    const slot = this.slotOf(id)
    const key = keyOf(slot)
    let found = this.accesses.get(key)
    if (found === undefined) {
      found = { name: key, slot, writable: this.stored.has(key), atomic: this.atomic.has(key) }
      this.accesses.set(key, found)
    }
    return found
  }

  /** Words before the buffer's first one. */
  private base(id: BufferId): number {
    const { location } = this.plan.buffers[id]!
    return location._tag === "Temporary" ? location.offset / 4 : 0
  }

  private word(id: BufferId, index: string): string {
    const access = this.access(id)
    const base = this.base(id)
    const place = `${access.name}[${base === 0 ? index : `${base} + (${index})`}]`
    return access.atomic ? `atomicLoad(&${place})` : place
  }

  /** The element at a position, an `i32` expression. */
  load(dtype: DType, buffer: BufferId, index: string): string {
    if (!isPacked(dtype)) return ofBits(laneOf(dtype), this.word(buffer, index))
    const at = this.let("i32", index)
    const bits = itemSize(dtype) * 8
    const perWord = 32 / bits
    const word = this.let("u32", this.word(buffer, `${at} >> ${Math.log2(perWord)}u`))
    return unpack[dtype]!(word, `(u32(${at} & ${perWord - 1}) * ${bits}u)`)
  }

  /** Writes the statement that stores an element. */
  store(dtype: DType, buffer: BufferId, index: string, value: string): void {
    const { atomic, name } = this.access(buffer)
    const base = this.base(buffer)
    const place = (word: string) => `${name}[${base === 0 ? word : `${base} + (${word})`}]`
    const bits = bitsOf(dtype, value)
    if (!isPacked(dtype)) {
      this.line(atomic ? `atomicStore(&${place(index)}, ${bits});` : `${place(index)} = ${bits};`)
      return
    }
    const at = this.let("i32", index)
    const width = itemSize(dtype) * 8
    const perWord = 32 / width
    const shift = this.let("u32", `u32(${at} & ${perWord - 1}) * ${width}u`)
    const mask = width === 8 ? "0xffu" : "0xffffu"
    const word = place(`${at} >> ${Math.log2(perWord)}u`)
    // the bits belong to this invocation alone, so that nobody sees them between the two
    this.line(`atomicAnd(&${word}, ~(${mask} << ${shift}));`)
    this.line(`atomicOr(&${word}, ${bits} << ${shift});`)
  }

  /** The name of a function of the library, which becomes part of the shader. */
  use(name: FunctionName): string {
    if (!this.functions.has(name)) {
      for (const needed of library[name].uses) this.use(needed)
      this.functions.add(name)
    }
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

  /** A name for a value. */
  let(type: string, expression: string): string {
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
    const bindings = accesses.map(({ atomic, name, writable }, i) =>
      `@group(0) @binding(${i}) var<storage, ${writable ? "read_write" : "read"}> ${name}: array<${
        atomic ? "atomic<u32>" : "u32"
      }>;`
    )
    const code = [
      ...bindings,
      ...this.declarations,
      ...[...this.functions].map((name) => library[name].code.trim()),
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
      workgroups: options.workgroups,
      bytes: options.bytes ?? 0,
      flops: options.flops ?? 0
    }
  }
}
