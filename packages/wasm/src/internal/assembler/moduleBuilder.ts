/**
 * A module under construction: imports, functions, globals, exports and data, and at last its bytes.
 */
import { sectionId, type ValueType, valueTypeCode, Writer, writeSection } from "./encoding.ts"
import type { Constant } from "./expression.ts"
import { FunctionBuilder, type Locals } from "./functionBuilder.ts"
import type { FunctionHandle, GlobalHandle } from "./handles.ts"

export interface MemoryImport {
  /** Defaults to "env". */
  readonly module?: string
  /** Defaults to "memory". */
  readonly name?: string
  /** Pages of 64 KiB. Defaults to 1. */
  readonly initial?: number
  /** Pages of 64 KiB; a shared memory needs one. */
  readonly maximum?: number
  readonly shared?: boolean
}

export interface Signature<P extends ReadonlyArray<ValueType>, R extends ReadonlyArray<ValueType>> {
  readonly params?: P
  readonly results?: R
  /** The name under which the module exports it. */
  readonly export?: string
  /** A name for profilers and stack traces; the export's name where there is one. */
  readonly name?: string
}

interface FunctionEntry {
  readonly type: number
  readonly name: string | undefined
  builder: FunctionBuilder | undefined
}

interface GlobalEntry {
  readonly type: ValueType
  readonly mutable: boolean
  readonly initial: Constant
}

const exportKind = { function: 0, global: 3 } as const

export class ModuleBuilder {
  private readonly types = new Map<string, number>()
  private readonly signatures: Array<readonly [ReadonlyArray<ValueType>, ReadonlyArray<ValueType>]> = []
  private readonly imports: Array<(out: Writer) => void> = []
  private readonly functions: Array<FunctionEntry> = []
  private readonly globals: Array<GlobalEntry> = []
  private readonly exports: Array<readonly [name: string, kind: number, index: number]> = []
  private readonly segments: Array<readonly [offset: number, bytes: Uint8Array]> = []
  private importedFunctions = 0
  private importedGlobals = 0

  private typeIndex(params: ReadonlyArray<ValueType>, results: ReadonlyArray<ValueType>): number {
    const key = `${params.join()}:${results.join()}`
    const known = this.types.get(key)
    if (known !== undefined) return known
    this.types.set(key, this.signatures.length)
    return this.signatures.push([params, results]) - 1
  }

  importMemory(memory: MemoryImport = {}): void {
    const { initial = 1, maximum, module = "env", name = "memory", shared = false } = memory
    if (shared && maximum === undefined) throw new Error("assembler: a shared memory needs a maximum")
    this.imports.push((out) => {
      out.name(module)
      out.name(name)
      out.byte(2)
      out.byte((maximum === undefined ? 0 : 1) | (shared ? 2 : 0))
      out.u32(initial)
      if (maximum !== undefined) out.u32(maximum)
    })
  }

  /** Before any function is declared: imported functions have the first indices. */
  importFunction<
    const P extends ReadonlyArray<ValueType> = readonly [],
    const R extends ReadonlyArray<ValueType> = readonly []
  >(
    source: { readonly module: string; readonly name: string; readonly params?: P; readonly results?: R }
  ): FunctionHandle<P, R> {
    if (this.functions.length > 0) throw new Error("assembler: import functions before the first is declared")
    const params = source.params ?? [] as unknown as P
    const results = source.results ?? [] as unknown as R
    const type = this.typeIndex(params, results)
    this.imports.push((out) => {
      out.name(source.module)
      out.name(source.name)
      out.byte(0)
      out.u32(type)
    })
    return { index: this.importedFunctions++, params, results }
  }

  /** Before any global is defined: imported globals have the first indices. */
  importGlobal<T extends ValueType>(source: {
    readonly module: string
    readonly name: string
    readonly type: T
    readonly mutable?: boolean
  }): GlobalHandle<T> {
    if (this.globals.length > 0) throw new Error("assembler: import globals before the first is defined")
    this.imports.push((out) => {
      out.name(source.module)
      out.name(source.name)
      out.byte(3)
      out.byte(valueTypeCode[source.type])
      out.byte(source.mutable === true ? 1 : 0)
    })
    return { index: this.importedGlobals++, type: source.type }
  }

  global<T extends ValueType>(
    initial: Constant<T>,
    options: { readonly mutable?: boolean; readonly export?: string } = {}
  ): GlobalHandle<T> {
    const index = this.importedGlobals + this.globals.length
    this.globals.push({ type: initial.type, mutable: options.mutable ?? true, initial })
    if (options.export !== undefined) this.exports.push([options.export, exportKind.global, index])
    return { index, type: initial.type }
  }

  /** A function to be called before it is defined; `define` gives it its body. */
  declare<
    const P extends ReadonlyArray<ValueType> = readonly [],
    const R extends ReadonlyArray<ValueType> = readonly []
  >(signature: Signature<P, R>): FunctionHandle<P, R> {
    const params = signature.params ?? [] as unknown as P
    const results = signature.results ?? [] as unknown as R
    const index = this.importedFunctions + this.functions.length
    const name = signature.name ?? signature.export
    this.functions.push({ type: this.typeIndex(params, results), name, builder: undefined })
    if (signature.export !== undefined) this.exports.push([signature.export, exportKind.function, index])
    return { index, params, results }
  }

  /** The body of a declared function. A function with results ends in `f.return(...)`. */
  define<P extends ReadonlyArray<ValueType>, R extends ReadonlyArray<ValueType>>(
    handle: FunctionHandle<P, R>,
    body: (f: FunctionBuilder, ...parameters: Locals<P>) => void
  ): void {
    const entry = this.functions[handle.index - this.importedFunctions]
    if (entry === undefined) throw new Error("assembler: define of a function that was not declared here")
    if (entry.builder !== undefined) {
      throw new Error(`assembler: function ${entry.name ?? handle.index} is defined twice`)
    }
    const builder = new FunctionBuilder(handle.params, handle.results)
    entry.builder = builder
    body(builder, ...(builder.parameters as unknown as Locals<P>))
    // Control never falls off a function with results: what follows its last `return` is unreachable.
    if (handle.results.length > 0) builder.unreachable()
  }

  /** Declares and defines a function. */
  function<
    const P extends ReadonlyArray<ValueType> = readonly [],
    const R extends ReadonlyArray<ValueType> = readonly []
  >(
    signature: Signature<P, R>,
    body: (f: FunctionBuilder, ...parameters: Locals<P>) => void
  ): FunctionHandle<P, R> {
    const handle = this.declare(signature)
    this.define(handle, body)
    return handle
  }

  export(name: string, handle: FunctionHandle): void {
    this.exports.push([name, exportKind.function, handle.index])
  }

  /** Bytes that every instantiation copies into memory at an address. */
  data(offset: number, bytes: Uint8Array): void {
    this.segments.push([offset, bytes])
  }

  private writeNames(out: Writer): void {
    const named = this.functions.flatMap(({ name }, i) => name === undefined ? [] : [[i, name] as const])
    if (named.length === 0) return
    writeSection(out, sectionId.custom, (section) => {
      section.name("name")
      const functionNames = new Writer()
      functionNames.u32(named.length)
      for (const [i, name] of named) {
        functionNames.u32(this.importedFunctions + i)
        functionNames.name(name)
      }
      section.byte(1)
      section.sized(functionNames)
    })
  }

  /** The module in the binary format. */
  bytes(): Uint8Array<ArrayBuffer> {
    const out = new Writer(4096)
    out.bytes(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00))
    writeSection(out, sectionId.type, (section) => {
      section.u32(this.signatures.length)
      for (const [params, results] of this.signatures) {
        section.byte(0x60)
        for (const types of [params, results]) {
          section.u32(types.length)
          for (const type of types) section.byte(valueTypeCode[type])
        }
      }
    })
    if (this.imports.length > 0) {
      writeSection(out, sectionId.import, (section) => {
        section.u32(this.imports.length)
        for (const write of this.imports) write(section)
      })
    }
    writeSection(out, sectionId.function, (section) => {
      section.u32(this.functions.length)
      for (const { type } of this.functions) section.u32(type)
    })
    if (this.globals.length > 0) {
      writeSection(out, sectionId.global, (section) => {
        section.u32(this.globals.length)
        for (const { initial, mutable, type } of this.globals) {
          section.byte(valueTypeCode[type])
          section.byte(mutable ? 1 : 0)
          initial.emit(section)
          section.byte(0x0b)
        }
      })
    }
    if (this.exports.length > 0) {
      writeSection(out, sectionId.export, (section) => {
        section.u32(this.exports.length)
        for (const [name, kind, index] of this.exports) {
          section.name(name)
          section.byte(kind)
          section.u32(index)
        }
      })
    }
    writeSection(out, sectionId.code, (section) => {
      section.u32(this.functions.length)
      this.functions.forEach(({ builder, name }, i) => {
        if (builder === undefined) throw new Error(`assembler: function ${name ?? i} was declared and never defined`)
        builder.write(section)
      })
    })
    if (this.segments.length > 0) {
      writeSection(out, sectionId.data, (section) => {
        section.u32(this.segments.length)
        for (const [offset, bytes] of this.segments) {
          section.byte(0)
          section.byte(0x41)
          section.s32(offset)
          section.byte(0x0b)
          section.u32(bytes.length)
          section.bytes(bytes)
        }
      })
    }
    this.writeNames(out)
    return new Uint8Array(out.written())
  }
}
