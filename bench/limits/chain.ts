/**
 * The elementwise kernel of the limits, `y = sin(cos x) * tanh x`, emitted instruction by instruction: each step is done
 * for several vectors before the next, which hides the latency, and constants are kept in locals. Compiled from C the same
 * kernel takes a third longer, because the compiler puts the steps of one vector back together.
 */

const valueType = { i32: 0x7f, v128: 0x7b } as const

/** Opcodes after the SIMD prefix 0xfd, from the specifications of SIMD and relaxed SIMD. */
const opcode = {
  "f32x4.add": 0xe4,
  "f32x4.sub": 0xe5,
  "f32x4.mul": 0xe6,
  "f32x4.div": 0xe7,
  "f32x4.pmin": 0xea,
  "f32x4.pmax": 0xeb,
  "f32x4.relaxed_madd": 0x105,
  "i32x4.add": 0xae,
  "i32x4.shl": 0xab,
  "i32x4.shr_s": 0xac,
  "v128.and": 0x4e,
  "v128.xor": 0x51,
  "v128.bitselect": 0x52
} as const

const unsigned = (n: number): Array<number> => n < 128 ? [n] : [n & 127 | 128, ...unsigned(n >>> 7)]

const signed = (n: number): Array<number> => {
  const rest = n >> 7
  return rest === 0 && (n & 64) === 0 || rest === -1 && (n & 64) !== 0
    ? [n & 127]
    : [n & 127 | 128, ...signed(rest)]
}

/** A variable: the index of a local. */
type Vector = number
type Vectors = ReadonlyArray<Vector>

/** The parameters of the kernel: addresses of x and y in bytes, and which elements to do. */
const parameters = { x: 0, y: 1, begin: 2, end: 3 }
const parameterCount = 4

/** The magic word and the version of the binary format. */
const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

/** Code in which every value is a local. */
class Emitter {
  readonly code: Array<number> = []
  private readonly constants = new Map<string, Vector>()
  private locals = 0

  /** Keeps what is on the stack in a new local. */
  private keep(): Vector {
    const local = parameterCount + this.locals++
    this.code.push(0x21, ...unsigned(local))
    return local
  }

  private get(...vectors: Vectors): void {
    for (const vector of vectors) this.code.push(0x20, ...unsigned(vector))
  }

  simd(operation: keyof typeof opcode, ...operands: Vectors): Vector {
    this.get(...operands)
    this.code.push(0xfd, ...unsigned(opcode[operation]))
    return this.keep()
  }

  shift(operation: "i32x4.shl" | "i32x4.shr_s", operand: Vector, by: number): Vector {
    this.get(operand)
    this.code.push(0x41, ...signed(by), 0xfd, ...unsigned(opcode[operation]))
    return this.keep()
  }

  /** A float constant in all lanes, made once. */
  float(value: number): Vector {
    return this.constant(`f${value}`, [0x43, ...new Uint8Array(Float32Array.of(value).buffer)], 0x13)
  }

  int(value: number): Vector {
    return this.constant(`i${value}`, [0x41, ...signed(value)], 0x11)
  }

  private constant(name: string, push: ReadonlyArray<number>, splat: number): Vector {
    const known = this.constants.get(name)
    if (known !== undefined) return known
    this.code.push(...push, 0xfd, splat)
    const made = this.keep()
    this.constants.set(name, made)
    return made
  }

  load(base: Vector, offset: number): Vector {
    this.get(base)
    this.code.push(0xfd, 0x00, 4, ...unsigned(offset))
    return this.keep()
  }

  store(base: Vector, offset: number, value: Vector): void {
    this.get(base, value)
    this.code.push(0xfd, 0x0b, 4, ...unsigned(offset))
  }

  /** `local += from << shift` */
  advance(local: number, from: number, shift: number): void {
    this.get(local, from)
    this.code.push(0x41, ...signed(shift), 0x74, 0x6a, 0x21, ...unsigned(local))
  }

  /** `local -= from` */
  subtract(local: number, from: number): void {
    this.get(local, from)
    this.code.push(0x6b, 0x21, ...unsigned(local))
  }

  increase(local: number, by: number): void {
    this.get(local)
    this.code.push(0x41, ...signed(by), 0x6a, 0x21, ...unsigned(local))
  }

  /** Repeats while the counter, less a step each time, is not zero. */
  loop(counter: number, step: number, body: () => void): void {
    this.code.push(0x03, 0x40)
    body()
    this.get(counter)
    this.code.push(0x41, ...signed(step), 0x6b, 0x22, ...unsigned(counter), 0x0d, 0, 0x0b)
  }

  /** The module: one export of the given name, on an imported shared memory. */
  module(name: string): Uint8Array<ArrayBuffer> {
    const text = (s: string) => [s.length, ...new TextEncoder().encode(s)]
    const section = (id: number, bytes: ReadonlyArray<number>) => [id, ...unsigned(bytes.length), ...bytes]
    const body = [1, ...unsigned(this.locals), valueType.v128, ...this.code, 0x0b]
    const { i32 } = valueType
    return Uint8Array.from([
      ...header,
      ...section(1, [1, 0x60, parameterCount, i32, i32, i32, i32, 0]),
      ...section(2, [1, ...text("env"), ...text("memory"), 0x02, 0x03, ...unsigned(1), ...unsigned(65536)]),
      ...section(3, [1, 0]),
      ...section(7, [1, ...text(name), 0x00, 0]),
      ...section(10, [1, ...unsigned(body.length), ...body])
    ])
  }
}

/** Vectors in flight. */
const ways = 4

/** 1.5 * 2^23: adding it rounds to the nearest integer and leaves that in the low bits. */
const rounder = 12582912

/** Coefficients from the highest power down, of `sinf` and `cosf` in Cephes and of `ptanh` in Eigen. */
const sine = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]
const cosine = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2]
const numerator = [
  -2.76076847742355e-16,
  2.00018790482477e-13,
  -8.60467152213735e-11,
  5.12229709037114e-8,
  1.48572235717979e-5,
  6.37261928875436e-4,
  4.89352455891786e-3
]
const denominator = [1.19825839466702e-6, 1.18534705686654e-4, 2.268434632439e-3, 4.89352518554385e-3]
const tanhBound = 7.905311

export const chain = (): Uint8Array<ArrayBuffer> => {
  const e = new Emitter()
  const multiply = (a: Vector, b: Vector) => e.simd("f32x4.mul", a, b)
  const multiplyAdd = (a: Vector, b: Vector, c: Vector) => e.simd("f32x4.relaxed_madd", a, b, c)

  /** Horner's rule for all vectors at once. */
  const polynomial = (coefficients: ReadonlyArray<number>, z: Vectors): Vectors =>
    coefficients.slice(1).reduce<Vectors>(
      (p, coefficient) => z.map((z, i) => multiplyAdd(p[i]!, z, e.float(coefficient))),
      z.map(() => e.float(coefficients[0]!))
    )

  /** sin(x + turns * pi / 2), by Cody and Waite's reduction. */
  const sineOf = (x: Vectors, turns: number): Vectors => {
    const rounded = x.map((x) => multiplyAdd(x, e.float(2 / Math.PI), e.float(rounder)))
    const quadrant = turns === 0 ? rounded : rounded.map((r) => e.simd("i32x4.add", r, e.int(turns)))
    const k = rounded.map((r) => e.simd("f32x4.sub", r, e.float(rounder)))
    const r = [-1.5703125, -4.837512969970703125e-4, -7.54978995489188216e-8].reduce<Vectors>(
      (r, part) => k.map((k, i) => multiplyAdd(k, e.float(part), r[i]!)),
      x
    )
    const z = r.map((r) => multiply(r, r))
    const s = polynomial(sine, z).map((p, i) => multiplyAdd(multiply(p, z[i]!), r[i]!, r[i]!))
    const c = polynomial(cosine, z).map((p, i) =>
      multiplyAdd(multiply(p, z[i]!), z[i]!, multiplyAdd(z[i]!, e.float(-0.5), e.float(1)))
    )
    return quadrant.map((q, i) => {
      const odd = e.shift("i32x4.shr_s", e.shift("i32x4.shl", q, 31), 31)
      const sign = e.simd("v128.and", e.shift("i32x4.shl", q, 30), e.int(-2147483648))
      return e.simd("v128.xor", e.simd("v128.bitselect", c[i]!, s[i]!, odd), sign)
    })
  }

  const tanhOf = (x: Vectors): Vectors => {
    const clamped = x.map((x) => e.simd("f32x4.pmin", e.simd("f32x4.pmax", x, e.float(-tanhBound)), e.float(tanhBound)))
    const z = clamped.map((x) => multiply(x, x))
    const p = polynomial(numerator, z).map((p, i) => multiply(p, clamped[i]!))
    return polynomial(denominator, z).map((q, i) => e.simd("f32x4.div", p[i]!, q))
  }

  // made before the loop, so that they stay what they are
  for (const constants of [sine, cosine, numerator, denominator]) for (const value of constants) e.float(value)
  for (const value of [2 / Math.PI, rounder, -1.5703125, -4.837512969970703125e-4, -7.54978995489188216e-8]) {
    e.float(value)
  }
  for (const value of [-0.5, 1, -tanhBound, tanhBound]) e.float(value)
  for (const value of [1, -2147483648]) e.int(value)

  const bytes = 16
  e.advance(parameters.x, parameters.begin, 2)
  e.advance(parameters.y, parameters.begin, 2)
  e.subtract(parameters.end, parameters.begin)
  e.loop(parameters.end, 4 * ways, () => {
    const x = Array.from({ length: ways }, (_, i) => e.load(parameters.x, bytes * i))
    const sines = sineOf(sineOf(x, 1), 0)
    const tangents = tanhOf(x)
    sines.forEach((s, i) => e.store(parameters.y, bytes * i, multiply(s, tangents[i]!)))
    e.increase(parameters.x, bytes * ways)
    e.increase(parameters.y, bytes * ways)
  })
  return e.module("chain")
}
