/**
 * A module as WebAssembly text (core specification, chapter 6), one instruction a line in the order of the stack.
 */
import { sectionId, type ValueType } from "../assembler/encoding.ts"
import { instructions, type Named } from "./instructions.ts"
import { Reader } from "./reader.ts"

interface Signature {
  readonly params: ReadonlyArray<ValueType>
  readonly results: ReadonlyArray<ValueType>
}

/** The sections of a module, each where its contents begin. */
const sectionsOf = (bytes: Uint8Array): ReadonlyMap<number, Reader> => {
  const reader = new Reader(bytes, 8)
  const found = new Map<number, Reader>()
  while (reader.position < bytes.length) {
    const id = reader.byte()
    const size = reader.u32()
    found.set(id, new Reader(bytes, reader.position))
    reader.position += size
  }
  return found
}

const quoted = (bytes: Uint8Array): string => {
  let text = ""
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
    text += plain ? String.fromCharCode(byte) : `\\${byte.toString(16).padStart(2, "0")}`
  }
  return `"${text}"`
}

const quotedName = (name: string): string => quoted(new TextEncoder().encode(name))

/** Names of functions are identifiers; characters that identifiers lack become `_`. */
const identifier = (name: string): string => `$${name.replace(/[^\w!#$%&'*+\-./:<=>?@\\^`|~]/g, "_")}`

/** Floats print so that they read back as the same bits. */
const floatText = (x: number, bits: bigint, fraction: number): string => {
  const sign = Object.is(x, -0) || x < 0 ? "-" : ""
  if (Number.isNaN(x)) {
    const mask = (1n << BigInt(fraction)) - 1n
    const minus = bits >> BigInt(fraction === 23 ? 31 : 63) === 1n ? "-" : ""
    return `${minus}nan:0x${(bits & mask).toString(16)}`
  }
  if (!Number.isFinite(x)) return `${sign}inf`
  return `${sign}${Math.abs(x)}`
}

const typesText = (keyword: string, types: ReadonlyArray<ValueType>): string =>
  types.length === 0 ? "" : ` (${keyword} ${types.join(" ")})`

const signatureText = ({ params, results }: Signature): string =>
  `${typesText("param", params)}${typesText("result", results)}`

const limitsText = (reader: Reader): string => {
  const flags = reader.byte()
  const least = reader.u32()
  const most = flags & 1 ? ` ${reader.u32()}` : ""
  return `${least}${most}${flags & 2 ? " shared" : ""}`
}

class Printer {
  private readonly sections: ReadonlyMap<number, Reader>
  private readonly signatures: ReadonlyArray<Signature>
  /** The type of each function, imported ones first. */
  private readonly functions: Array<number> = []
  private readonly names = new Map<number, string>()

  constructor(bytes: Uint8Array) {
    this.sections = sectionsOf(bytes)
    this.signatures = this.section(sectionId.type, (r) => {
      r.byte()
      return { params: r.list(() => r.valueType()), results: r.list(() => r.valueType()) }
    })
    this.readNames()
  }

  private section<A>(id: number, item: (reader: Reader, index: number) => A): ReadonlyArray<A> {
    const reader = this.sections.get(id)
    if (reader === undefined) return []
    let index = 0
    return reader.list(() => item(reader, index++))
  }

  private readNames(): void {
    const reader = this.sections.get(sectionId.custom)
    if (reader === undefined || reader.name() !== "name" || reader.byte() !== 1) return
    reader.u32()
    const taken = new Set<string>()
    reader.list(() => {
      const index = reader.u32()
      const name = identifier(reader.name())
      this.names.set(index, taken.has(name) ? `${name}.${index}` : name)
      taken.add(name)
    })
  }

  private nameOf(index: number): string {
    return this.names.get(index) ?? `$f${index}`
  }

  private import(r: Reader): string {
    const source = `${quotedName(r.name())} ${quotedName(r.name())}`
    switch (r.byte()) {
      case 0: {
        const type = r.u32()
        const index = this.functions.push(type) - 1
        return `(import ${source} (func ${this.nameOf(index)}${signatureText(this.signatures[type]!)}))`
      }
      case 2:
        return `(import ${source} (memory ${limitsText(r)}))`
      default: {
        const type = r.valueType()
        return `(import ${source} (global ${r.byte() === 1 ? `(mut ${type})` : type}))`
      }
    }
  }

  private immediates({ form, name }: Named, r: Reader, depth: number): string {
    switch (form) {
      case "none":
      case "else":
      case "end":
        return ""
      case "open":
        r.byte()
        return ""
      case "byte":
        r.byte()
        return ""
      case "twoBytes":
        r.take(2)
        return ""
      case "index": {
        const index = r.u32()
        return name === "call" ? ` ${this.nameOf(index)}` : ` ${index}`
      }
      case "branch":
        return ` ${this.label(r.u32(), depth)}`
      case "branchTable": {
        const labels = [...r.list(() => r.u32()), r.u32()]
        return ` ${labels.map((label) => this.label(label, depth)).join(" ")}`
      }
      case "i32":
      case "i64":
        return ` ${r.signed()}`
      case "f32": {
        const bits = BigInt(r.u32Bits())
        return ` ${floatText(r.f32(), bits, 23)}`
      }
      case "f64": {
        const bits = r.u64Bits()
        return ` ${floatText(r.f64(), bits, 52)}`
      }
      case "v128": {
        const lanes = Array.from({ length: 4 }, () => {
          const bits = r.u32Bits()
          r.take(4)
          return `0x${bits.toString(16).padStart(8, "0")}`
        })
        return ` i32x4 ${lanes.join(" ")}`
      }
      case "lanes":
        return ` ${[...r.take(16)].join(" ")}`
      case "lane":
        return ` ${r.byte()}`
      case "memory":
        return this.access(r)
      case "memoryLane":
        return `${this.access(r)} ${r.byte()}`
    }
  }

  private access(r: Reader): string {
    const align = 2 ** r.u32()
    const offset = r.u32()
    return `${offset === 0 ? "" : ` offset=${offset}`} align=${align}`
  }

  /** Labels are counted from the outermost block of a function. */
  private label(relative: number, depth: number): string {
    return relative === depth ? String(relative) : `$${depth - relative}`
  }

  private body(r: Reader, end: number): ReadonlyArray<string> {
    const lines: Array<string> = []
    let depth = 0
    while (r.position < end - 1) {
      const at = r.opcode()
      const named = instructions.get(at)
      if (named === undefined) throw new Error(`no instruction has the opcode 0x${at.toString(16)}`)
      const inner = named.form === "else" || named.form === "end" ? depth - 1 : depth
      const text = this.immediates(named, r, depth)
      if (named.form === "open") depth++
      if (named.form === "end") depth--
      lines.push(`${"  ".repeat(inner + 2)}${named.name}${named.form === "open" ? ` $${depth}` : text}`)
    }
    r.position = end
    return lines
  }

  print(): string {
    const imports = this.section(sectionId.import, (r) => this.import(r))
    const imported = this.functions.length
    this.section(sectionId.function, (r) => this.functions.push(r.u32()))
    const globals = this.section(sectionId.global, (r) => {
      const type = r.valueType()
      const mutable = r.byte() === 1
      const named = instructions.get(r.opcode())!
      const value = `${named.name}${this.immediates(named, r, 0)}`
      r.byte()
      return `(global ${mutable ? `(mut ${type})` : type} (${value}))`
    })
    const exports = this.section(sectionId.export, (r) => {
      const name = quotedName(r.name())
      const kind = r.byte()
      const index = r.u32()
      return `(export ${name} (${kind === 0 ? `func ${this.nameOf(index)}` : `global ${index}`}))`
    })
    const functions = this.section(sectionId.code, (r, i) => {
      const end = r.u32() + r.position
      const runs = r.list(() => ({ count: r.u32(), type: r.valueType() }))
      const locals = runs.flatMap(({ count, type }) => Array.from({ length: count }, () => type))
      const signature = this.signatures[this.functions[imported + i]!]!
      const head = `(func ${this.nameOf(imported + i)}${signatureText(signature)}${typesText("local", locals)}`
      return [head, ...this.body(r, end), "  )"].join("\n")
    })
    const data = this.section(sectionId.data, (r) => {
      r.byte()
      r.byte()
      const offset = r.signed()
      r.byte()
      return `(data (i32.const ${offset}) ${quoted(r.take(r.u32()))})`
    })
    const fields = [...imports, ...globals, ...exports, ...functions, ...data]
    return ["(module", ...fields.map((field) => `  ${field}`), ")"].join("\n")
  }
}

/** The text of a module that the assembler wrote. Other tools read it back as the same functions. */
export const print = (bytes: Uint8Array): string => new Printer(bytes).print()
