/**
 * sin, cos, tan: x = k pi/2 + r with |r| <= pi/4, then polynomials in r and the quadrant k mod 4.
 *
 * pi/2 is subtracted in parts (Cody and Waite) up to a bound on |x|; beyond it, lane by lane, with as many bits of
 * 2/pi as it takes (Payne and Hanek), in a helper function that is called only if some lane needs it.
 */
import { cosTail, halfPi, sinTail, twoOverPi } from "@effax/compiler/Approximations"
import { f32, f32x4, f64, f64x2, i32, i32x4, i64, i64x2 } from "../assembler/index.ts"
import type { FunctionBuilder, FunctionHandle, Local } from "../assembler/index.ts"
import type { Float32Lanes, Float64Lanes, VectorLocal } from "./lanes.ts"
import type { MathLibrary } from "./library.ts"

/** Up to here k < 2^20. */
const limit64 = 1.6e6

/** What is left of an argument, and the quadrant in the two low bits of each lane's integer. */
interface Reduced {
  readonly r: VectorLocal
  readonly quadrant: VectorLocal
}

// -- arguments of any size

/** 2/pi in binary after a word of zeros: 64 bits in each word. */
const twoOverPiWords: ReadonlyArray<bigint> = [
  0n,
  ...Array.from(
    { length: twoOverPi.length / 2 },
    (_, i) => BigInt(twoOverPi[2 * i]!) << 32n | BigInt(twoOverPi[2 * i + 1]!)
  )
]

/** The high 64 bits of the product of two unsigned integers. */
const multiplyHigh = (f: FunctionBuilder, a: Local<"i64">, b: Local<"i64">): Local<"i64"> => {
  const mask = 0xffffffffn
  const aLow = f.let(i64.and(a, mask))
  const aHigh = f.let(i64.shrU(a, 32))
  const bLow = f.let(i64.and(b, mask))
  const bHigh = f.let(i64.shrU(b, 32))
  const cross = f.let(i64.add(i64.mul(aHigh, bLow), i64.shrU(i64.mul(aLow, bLow), 32)))
  const middle = f.let(i64.add(i64.mul(aLow, bHigh), i64.and(cross, mask)))
  return f.let(i64.add(i64.mul(aHigh, bHigh), i64.add(i64.shrU(cross, 32), i64.shrU(middle, 32))))
}

type ScalarReduction = FunctionHandle<readonly ["f64"], readonly ["f64", "i32"]>

/** x >= 2^18, finite, to [r, quadrant]. */
const payneHanek = (library: MathLibrary): ScalarReduction =>
  library.helper("payneHanek", (module) => {
    const word = module.function({ params: ["i32"], results: ["i64"], name: "twoOverPi" }, (f, index) => {
      const select = (from: number): void => {
        f.block((next) => {
          f.brIf(next, i32.ne(index, from))
          f.return(i64.const(twoOverPiWords[from]!))
        })
        if (from + 1 < twoOverPiWords.length) select(from + 1)
      }
      select(0)
      f.return(i64.const(0))
    })
    return module.function(
      { params: ["f64"], results: ["f64", "i32"], name: "payneHanek" },
      (f, x) => {
        // x = m 2^e with an integer m < 2^53. Of 2/pi, bits of weight 2^(2 - e) and more give multiples of 4: the
        // product's low 192 bits with the 192 bits from there on are x 2/pi mod 4, in units of 2^-190.
        const bits = f.let(i64.reinterpretF64(x))
        const m = f.let(i64.or(i64.and(bits, 0xfffffffffffffn), 1n << 52n))
        const start = f.let(i32.add(i32.wrapI64(i64.shrU(bits, 52)), -1075 - 2 + 64))
        const index = f.let(i32.shrU(start, 6))
        const shift = f.let(i64.extendI32U(i32.and(start, 63)))
        const words = [0, 1, 2, 3].map((i) => f.let(f.call(word, i32.add(index, i))))
        const window = [0, 1, 2].map((i) =>
          f.let(i64.or(
            i64.shl(words[i]!, shift),
            // >> (64 - shift), right for a shift of 0 too
            i64.shrU(i64.shrU(words[i + 1]!, 1), i64.sub(63, shift))
          ))
        )
        const middle = f.let(i64.mul(m, window[1]!))
        const low = f.let(i64.add(middle, multiplyHigh(f, m, window[2]!)))
        const carry = f.let(i64.extendI32U(i64.ltU(low, middle)))
        const high = f.let(i64.add(i64.add(i64.mul(m, window[0]!), multiplyHigh(f, m, window[1]!)), carry))
        // Two bits of quadrant, then the fraction, taken into [-1/2, 1/2).
        const fraction = f.let(i64.or(i64.shl(high, 2), i64.shrU(low, 62)))
        const rest = f.let(i64.shl(low, 2))
        const negative = f.let(i64.shrU(fraction, 63))
        const quadrant = f.let(i32.wrapI64(i64.add(i64.shrU(high, 62), negative)))
        f.if(i32.wrapI64(negative), () => {
          f.set(rest, i64.sub(0, rest))
          f.set(fraction, i64.sub(i64.sub(0, fraction), i64.extendI32U(i64.ne(rest, 0))))
        })
        // The leading zeros away; then the first 53 bits and the 64 after them as two float64.
        const zeros = f.let(i64.clz(fraction))
        const top = f.let(i64.or(
          i64.shl(fraction, zeros),
          i64.shrU(i64.shrU(rest, 1), i64.sub(63, zeros))
        ))
        const next = f.let(i64.shl(rest, zeros))
        // 2^(-64 - zeros), with the sign
        const unit = f.let(f64.reinterpretI64(i64.or(
          i64.shl(i64.sub(1023 - 64, zeros), 52),
          i64.shl(negative, 63)
        )))
        // 27 and 26 bits
        const a1 = f.let(f64.mul(f64.convertI64U(i64.and(top, 0xffffffe000000000n)), unit))
        const a2 = f.let(f64.mul(f64.convertI64U(i64.and(top, 0x1ffffff800n)), unit))
        const a3 = f.let(f64.mul(
          f64.convertI64U(i64.or(i64.shl(top, 53), i64.shrU(next, 11))),
          f64.mul(unit, 2 ** -53)
        ))
        // times pi/2 = b1 + b2 + b3, b1 of 26 bits, b2 of 27
        const [b1, b2, b3] = halfPi.halves
        const a = f.let(f64.add(a1, a2))
        const r = f.let(f64.mul(a, b1 + b2))
        const error = f64.add(
          f64.add(f64.add(f64.sub(f64.mul(a1, b1), r), f64.mul(a1, b2)), f64.mul(a2, b1)),
          f64.mul(a2, b2)
        )
        const tail = f64.add(error, f64.add(f64.mul(a, b3), f64.mul(a3, b1 + b2)))
        const sum = f.let(f64.add(r, tail))
        f.return(sum, quadrant)
      }
    )
  })

type VectorReduction = FunctionHandle<readonly ["v128", "v128", "v128"], readonly ["v128", "v128"]>

/** [|x|, r, quadrant] to [r, quadrant] with the lanes beyond the bound put right. */
const reduceHuge64 = (library: MathLibrary): VectorReduction =>
  library.helper("reduceHuge64", (module) => {
    const scalar = payneHanek(library)
    return module.function(
      { params: ["v128", "v128", "v128"], results: ["v128", "v128"], name: "reduceHuge64" },
      (f, x, r, quadrant) => {
        for (const lane of [0, 1]) {
          const value = f.let(f64x2.extractLane(x, lane))
          f.if(i32.and(f64.gt(value, limit64), f64.lt(value, Infinity)), () => {
            const [reduced, k] = f.callMany(scalar, value)
            f.set(r, f64x2.replaceLane(r, lane, reduced))
            f.set(quadrant, i64x2.replaceLane(quadrant, lane, i64.extendI32U(k)))
          })
        }
        f.return(r, quadrant)
      }
    )
  })

const reduceHuge32 = (library: MathLibrary, limit: number): VectorReduction =>
  library.helper("reduceHuge32", (module) => {
    const scalar = payneHanek(library)
    return module.function(
      { params: ["v128", "v128", "v128"], results: ["v128", "v128"], name: "reduceHuge32" },
      (f, x, r, quadrant) => {
        for (const lane of [0, 1, 2, 3]) {
          const value = f.let(f64.promoteF32(f32x4.extractLane(x, lane)))
          f.if(i32.and(f64.gt(value, limit), f64.lt(value, Infinity)), () => {
            const k = f.local("i32", 0)
            const reduced = f.local("f64", 0)
            f.if(f64.lt(value, limit64), () => {
              const n = f.let(f64.nearest(f64.mul(value, 2 / Math.PI)))
              f.set(k, i32.truncSatF64S(n))
              f.set(
                reduced,
                f64.sub(f64.sub(value, f64.mul(n, halfPi.full[0])), f64.mul(n, halfPi.fullInTwo[1]))
              )
            }, () => {
              const [high, quarter] = f.callMany(scalar, value)
              f.set(k, quarter)
              f.set(reduced, high)
            })
            f.set(r, f32x4.replaceLane(r, lane, f32.demoteF64(reduced)))
            f.set(quadrant, i32x4.replaceLane(quadrant, lane, k))
          })
        }
        f.return(r, quadrant)
      }
    )
  })

// -- float64

const reduce64 = (l: Float64Lanes, a: VectorLocal): Reduced => {
  const magic = l.number(l.magic)
  const quadrant = l.madd(a, l.number(2 / Math.PI), magic)
  const k = l.sub(quadrant, magic)
  const first = l.nmadd(k, l.number(halfPi.full[0]), a)
  let r: VectorLocal
  if (l.precision === "single") {
    r = l.nmadd(k, l.number(halfPi.fullInTwo[1]), first)
  } else {
    const second = l.mul(k, l.number(halfPi.full[1]))
    const difference = l.sub(first, second)
    const error = l.sub(l.sub(first, difference), second)
    const third = l.madd(k, l.number(halfPi.full[2]), l.mul(k, l.number(halfPi.full[3])))
    r = l.sub(difference, l.sub(third, error))
  }
  l.f.if(l.any(l.gt(a, l.number(limit64))), () => {
    const [r2, quadrant2] = l.f.callMany(reduceHuge64(l.context.library), a, r, quadrant)
    l.f.set(r, r2)
    l.f.set(quadrant, quadrant2)
  })
  return { r, quadrant }
}

/** sin(r), |r| <= pi/4. */
export const sinKernel64 = (l: Float64Lanes, r: VectorLocal, square: VectorLocal): VectorLocal =>
  l.madd(l.mul(r, square), l.polynomial(square, sinTail[l.precision].coefficients), r)

/** cos(r), |r| <= pi/4. */
export const cosKernel64 = (l: Float64Lanes, square: VectorLocal): VectorLocal => {
  const tail = l.mul(l.mul(square, square), l.polynomial(square, cosTail[l.precision].coefficients))
  const half = l.mul(square, l.number(0.5))
  const w = l.sub(l.number(1), half)
  return l.add(w, l.add(l.sub(l.sub(l.number(1), w), half), tail))
}

/** All ones where the lowest bit is set. */
const oddMask64 = (l: Float64Lanes, quadrant: VectorLocal): VectorLocal =>
  l.intSub(l.int(0n), l.and(quadrant, l.int(1n)))

export const sin64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const { quadrant, r } = reduce64(l, l.abs(x))
  const square = l.mul(r, r)
  const value = l.select(oddMask64(l, quadrant), cosKernel64(l, square), sinKernel64(l, r, square))
  return l.xor(value, l.signBits(l.xor(l.shl(quadrant, 62), x)))
}

export const cos64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const { quadrant, r } = reduce64(l, l.abs(x))
  const square = l.mul(r, r)
  const value = l.select(oddMask64(l, quadrant), sinKernel64(l, r, square), cosKernel64(l, square))
  // negative in quadrants 1 and 2
  return l.xor(value, l.signBits(l.shl(l.intAdd(quadrant, l.int(1n)), 62)))
}

export const tan64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const { quadrant, r } = reduce64(l, l.abs(x))
  const square = l.mul(r, r)
  const sin = sinKernel64(l, r, square)
  const cos = cosKernel64(l, square)
  const odd = oddMask64(l, quadrant)
  const value = l.div(l.select(odd, cos, sin), l.select(odd, sin, cos))
  return l.xor(value, l.signBits(l.xor(l.shl(quadrant, 63), x)))
}

// -- float32

/** a - k pi/2 with one rounding that matters: what the third subtraction loses goes into the fourth. */
const subtractUnfused32 = (l: Float32Lanes, k: VectorLocal, a: VectorLocal): VectorLocal => {
  const [part1, part2, part3, part4] = halfPi.float32
  const second = l.nmadd(k, l.number(part2), l.nmadd(k, l.number(part1), a))
  const third = l.mul(k, l.number(part3))
  const difference = l.sub(second, third)
  const error = l.sub(l.sub(second, difference), third)
  return l.sub(difference, l.sub(l.mul(k, l.number(part4)), error))
}

const reduce32 = (l: Float32Lanes, a: VectorLocal): Reduced => {
  const magic = l.number(l.magic)
  const quadrant = l.madd(a, l.number(2 / Math.PI), magic)
  const k = l.sub(quadrant, magic)
  const r = l.fma
    ? halfPi.float32Fused.reduce((rest, part) => l.nmadd(k, l.number(part), rest), a)
    : subtractUnfused32(l, k, a)
  const limit = l.fma ? 40000 : 8000
  l.f.if(l.any(l.gt(a, l.number(limit))), () => {
    const [r2, quadrant2] = l.f.callMany(reduceHuge32(l.context.library, limit), a, r, quadrant)
    l.f.set(r, r2)
    l.f.set(quadrant, quadrant2)
  })
  return { r, quadrant }
}

const sinKernel32 = (l: Float32Lanes, r: VectorLocal, square: VectorLocal): VectorLocal =>
  l.madd(l.mul(r, square), l.polynomial(square, sinTail.float32.coefficients), r)

const cosKernel32 = (l: Float32Lanes, square: VectorLocal): VectorLocal =>
  l.polynomial(square, [1, -0.5, ...cosTail.float32.coefficients])

const oddMask32 = (l: Float32Lanes, quadrant: VectorLocal): VectorLocal => l.shrS(l.shl(quadrant, 31), 31)

export const sin32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const { quadrant, r } = reduce32(l, l.abs(x))
  const square = l.mul(r, r)
  const value = l.select(oddMask32(l, quadrant), cosKernel32(l, square), sinKernel32(l, r, square))
  return l.xor(value, l.signBits(l.xor(l.shl(quadrant, 30), x)))
}

export const cos32 = (l: Float32Lanes, x: VectorLocal): VectorLocal => {
  const { quadrant, r } = reduce32(l, l.abs(x))
  const square = l.mul(r, r)
  const value = l.select(oddMask32(l, quadrant), sinKernel32(l, r, square), cosKernel32(l, square))
  return l.xor(value, l.signBits(l.shl(l.intAdd(quadrant, l.int(1)), 30)))
}
