/**
 * The binary format: LEB128, IEEE bits, names and sections (WebAssembly core specification, chapter 5).
 */

/** The types of locals, globals, parameters and results. */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128"

/** Section 5.3.1, 5.3.2: number types and the vector type. */
export const valueTypeCode: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b
}

/** Section 5.5.2: the ids of the sections that the assembler writes, in the order in which a module has them. */
export const sectionId = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  global: 6,
  export: 7,
  code: 10,
  data: 11
} as const

/** Bytes written one after the other into an array that doubles when it is full. */
export class Writer {
  private buffer: Uint8Array
  private view: DataView
  length: number

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity)
    this.view = new DataView(this.buffer.buffer)
    this.length = 0
  }

  private reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.buffer.length) return
    const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2))
    grown.set(this.buffer.subarray(0, this.length))
    this.buffer = grown
    this.view = new DataView(grown.buffer)
  }

  byte(value: number): void {
    if (this.length === this.buffer.length) this.reserve(1)
    this.buffer[this.length++] = value
  }

  /** Unsigned LEB128 of an integer in [0, 2^32). */
  u32(value: number): void {
    this.reserve(5)
    let rest = value >>> 0
    while (rest > 0x7f) {
      this.buffer[this.length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.buffer[this.length++] = rest
  }

  /** Signed LEB128 of the low 32 bits of an integer. */
  s32(value: number): void {
    this.reserve(5)
    let rest = value | 0
    while (rest < -64 || rest > 63) {
      this.buffer[this.length++] = (rest & 0x7f) | 0x80
      rest >>= 7
    }
    this.buffer[this.length++] = rest & 0x7f
  }

  /** Signed LEB128 of the low 64 bits of an integer. */
  s64(value: bigint): void {
    this.reserve(10)
    let rest = BigInt.asIntN(64, value)
    while (rest < -64n || rest > 63n) {
      this.buffer[this.length++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.buffer[this.length++] = Number(rest & 0x7fn)
  }

  f32(value: number): void {
    this.reserve(4)
    this.view.setFloat32(this.length, value, true)
    this.length += 4
  }

  f64(value: number): void {
    this.reserve(8)
    this.view.setFloat64(this.length, value, true)
    this.length += 8
  }

  bytes(values: Uint8Array): void {
    this.reserve(values.length)
    this.buffer.set(values, this.length)
    this.length += values.length
  }

  /** A name: its UTF-8 bytes after their count. */
  name(text: string): void {
    const encoded = new TextEncoder().encode(text)
    this.u32(encoded.length)
    this.bytes(encoded)
  }

  /** The bytes of another writer after their count: a function body, or a section's contents. */
  sized(contents: Writer): void {
    this.u32(contents.length)
    this.bytes(contents.written())
  }

  /** What was written so far, as a view that the next write may leave behind. */
  written(): Uint8Array {
    return this.buffer.subarray(0, this.length)
  }
}

/** A section: its id, its size, its contents. */
export const writeSection = (out: Writer, id: number, write: (contents: Writer) => void): void => {
  const contents = new Writer(1024)
  write(contents)
  out.byte(id)
  out.sized(contents)
}
