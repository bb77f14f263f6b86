/**
 * Modified Bessel functions times exp(-|x|): a power series in x^2 near zero, the scaled form beyond.
 */
import { besselI0Large, besselI0Small, besselI1Large, besselI1Small, besselSplit } from "@effax/compiler/Approximations"
import { define, polynomial, real } from "./define.ts"

const split = real(besselSplit)

/** The approximations on both sides of where they meet. */
interface Pieces {
  readonly small: typeof besselI0Small
  readonly large: typeof besselI0Large
}

const order0: Pieces = { small: besselI0Small, large: besselI0Large }
const order1: Pieces = { small: besselI1Small, large: besselI1Large }

const scaled = (name: string, { large, small }: Pieces, factor: string, result: string): string =>
  `fn ${name}(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let a = abs(x);
  if (a < ${split}) {
    let q = a * a * 0.25;
    let series = q * ${polynomial("q", small.float32.coefficients)} + 1.0;
    let value = ${factor} * exp_f32(-a);
    return ${result};
  }
  let t = ${real(2 * besselSplit)} / a - 1.0;
  let value = ${polynomial("t", large.float32.coefficients)} / sqrt(a);
  return ${result};
}`

export const bessel = {
  bessel_i0e_f32: define(["is_nan", "exp_f32"], scaled("bessel_i0e_f32", order0, "series", "value")),
  bessel_i1e_f32: define(
    ["is_nan", "exp_f32"],
    scaled(
      "bessel_i1e_f32",
      order1,
      "(0.5 * a) * series",
      "bitcast<f32>(bitcast<u32>(value) | (bitcast<u32>(x) & 0x80000000u))"
    )
  )
}
