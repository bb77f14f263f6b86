/**
 * The binary format, read: the opposite of the assembler's `Writer`.
 */
import { type ValueType, valueTypeCode } from "../assembler/encoding.ts"

const valueTypes = new Map(
  Object.entries(valueTypeCode).map(([type, code]) => [code, type as ValueType])
)

export class Reader {
  readonly bytes: Uint8Array
  private readonly view: DataView
  position: number

  constructor(bytes: Uint8Array, position = 0) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.position = position
  }

  byte(): number {
    return this.bytes[this.position++]!
  }

  /** Unsigned LEB128. */
  u32(): number {
    let value = 0
    for (let shift = 0;; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
  }

  /** Signed LEB128 of up to 64 bits. */
  signed(): bigint {
    let value = 0n
    for (let shift = 0n;; shift += 7n) {
      const byte = this.byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(Number(shift) + 7, value)
    }
  }

  f32(): number {
    this.position += 4
    return this.view.getFloat32(this.position - 4, true)
  }

  f64(): number {
    this.position += 8
    return this.view.getFloat64(this.position - 8, true)
  }

  u32Bits(): number {
    return this.view.getUint32(this.position, true)
  }

  u64Bits(): bigint {
    return this.view.getBigUint64(this.position, true)
  }

  take(count: number): Uint8Array {
    this.position += count
    return this.bytes.subarray(this.position - count, this.position)
  }

  name(): string {
    return new TextDecoder().decode(this.take(this.u32()))
  }

  valueType(): ValueType {
    const code = this.byte()
    const type = valueTypes.get(code)
    if (type === undefined) throw new Error(`no value type has the code 0x${code.toString(16)}`)
    return type
  }

  /** A vector: its length, then its items. */
  list<A>(item: () => A): ReadonlyArray<A> {
    return Array.from({ length: this.u32() }, item)
  }

  /** An opcode; its prefix is in the bits from 16 on. */
  opcode(): number {
    const first = this.byte()
    return first < 0xfc ? first : first << 16 | this.u32()
  }
}
