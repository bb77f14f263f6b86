/**
 * `Scipy.special` in float64 against mpmath 1.3 with 30 digits, and its errors.
 */
import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { Errors, grad, Lax, NdArray, Numpy as np, Scipy } from "effax"
import * as Effect from "effect/Effect"

const { special } = Scipy

type Numbers = ReadonlyArray<number>

const f64 = (values: Numbers) => np.array([...values], { dtype: "float64" })

const valuesOf = (x: NdArray.Any): Promise<Numbers> =>
  Effect.runPromise(
    Effect.provide(Effect.map(NdArray.toTypedArray(x), (a) => Array.from(a as Float64Array)), Reference.layer)
  )

const part = (of: (z: NdArray.Any) => NdArray.Any, n: 0 | 1) => (re: NdArray.Any, im: NdArray.Any): NdArray.Any => {
  const w = of(Lax.complex(re as never, im as never) as NdArray.Any)
  return n === 0 ? np.real(w) : np.imag(w)
}

const wofz = (z: NdArray.Any) => special.wofz(z)
const loggamma = (z: NdArray.Any) => special.loggamma(z) as NdArray.Any

/** Operands, values, and the relative error that is allowed. */
const table: ReadonlyArray<
  readonly [
    name: string,
    f: (...xs: ReadonlyArray<NdArray.Any>) => NdArray.Any,
    operands: ReadonlyArray<Numbers>,
    values: Numbers,
    rtol?: number
  ]
> = [
  ["betaln", (a, b) => special.betaln(a!, b!), [[100, 3, 0.5, 12, 0.25], [200, 90, 300, 15, 4]], [
    -192.13419227497894,
    -12.83931057333621,
    -2.2791096279296346,
    -18.568172732389435,
    0.965325066475761
  ]],
  ["erfcx", (x) => special.erfcx(x!), [[-3, 0.5, 7.9, 8.6, 24.9, 25.1, 1000]], [
    16205.988853999586,
    0.6156903441929259,
    0.07085747736739713,
    0.06516863810941326,
    0.022639987776049506,
    0.02245987581758139,
    0.0005641893014533876
  ], 4e-15],
  ["dawsn", (x) => special.dawsn(x!), [[1e-3, 0.19, 0.21, 1, 3.3, 10, 999, 1001]], [
    0.0009999993333336,
    0.18549268702269875,
    0.20393355044308953,
    0.5380795069127684,
    0.15978858047449507,
    0.05025384718759853,
    0.0005005007512523799,
    0.0004995007487523702
  ], 1e-14],
  ["fresnel sine", (x) => special.fresnel(x!)[0], [[0.5, 1.49, 1.51, 3, 20]], [
    0.06473243285999927,
    0.7011132249982799,
    0.6934614219159762,
    0.496312998967375,
    0.4840845359259539
  ]],
  ["fresnel cosine", (x) => special.fresnel(x!)[1], [[0.5, 1.49, 1.51, 3, 20]], [
    0.4923442258714464,
    0.45458652017763684,
    0.43611616803601727,
    0.6057207892976856,
    0.4999873349723444
  ]],
  ["logNdtr", (x) => special.logNdtr(x!), [[-30, -5, -1.01, -0.99, 3, 9]], [
    -454.3212439563432,
    -15.064998393988725,
    -1.8563130623431785,
    -1.8258103178428124,
    -0.0013508099647481938,
    -1.128588405953441e-19
  ]],
  ["ndtri", (p) => special.ndtri(p!), [[1e-20, 1e-8, 0.0999, 0.1001, 0.5, 0.95]], [
    -9.262340089798153,
    -5.612001244174789,
    -1.2821215797087744,
    -1.2809819674733192,
    0,
    1.6448536269514722
  ]],
  ["expi", (x) => special.expi(x!), [[-20, -0.5, 0.3, 5, 39.9, 40.1, 80]], [
    -9.835525290649882e-11,
    -0.5597735947761608,
    -0.30266853926582593,
    40.18527535580318,
    5479032048901894,
    6657825191607100,
    7.0146000049048e+32
  ]],
  ["sici sine", (x) => special.sici(x!)[0], [[0.1, 3.9, 4.1, 10, 300]], [
    0.09994446110827696,
    1.7765013604478055,
    1.738743626491769,
    1.6583475942188741,
    1.5708810882137496
  ]],
  ["sici cosine", (x) => special.sici(x!)[1], [[0.1, 3.9, 4.1, 10, 300]], [
    -1.7278683866572966,
    -0.12349934920781512,
    -0.15616539182812106,
    -0.04545643300445537,
    -0.0033321999185921118
  ]],
  ["spence", (x) => special.spence(x!), [[0.1, 0.49, 0.51, 1.2, 1.99, 2.1, 30]], [
    1.2997147230049586,
    0.5961653613779507,
    0.5684384438966669,
    -0.19080013777753557,
    -0.8155258814773397,
    -0.8908380902622827,
    -7.280084707384271
  ], 1e-14],
  ["expn", (n, x) => special.expn(n!, x!), [[1, 2, 3, 20, 5, 2], [0.9, 0, 1.1, 0.5, 30, 1]], [
    0.26018393932599965,
    1,
    0.0958809430594003,
    0.031061217393630984,
    2.6840578116206304e-15,
    0.14849550677592205
  ]],
  [
    "hyp2f1",
    (a, b, c, x) => special.hyp2f1(a!, b!, c!, x!),
    [[-2, 1, 0.5, 1, 2, 1.5], [3, 2, 0.5, 1, 1, 2.5], [2.5, 1.5, 3, 2, 1, 2], [2, 0.9, -4, 0.99, 0.9, 0.95]],
    [1.6857142857142857, 25.817429539970917, 0.8215365683666197, 4.651687056553627, 100, 343.55253595297404]
  ],
  ["hyp1f1", (a, b, x) => special.hyp1f1(a!, b!, x!), [[1.5, 0.5, 2, 1], [3, 2.5, 1, 3], [-8, 120, -50, -150]], [
    0.08937541975121767,
    6.850305767390021e+47,
    -9.450874255023197e-21,
    0.013244444444444444
  ]],
  ["owensT", (h, a) => special.owensT(h!, a!), [[0.5, 1, 0.2], [0.5, 3, 2]], [
    0.06448860284750375,
    0.07929950474887258,
    0.16998767338635937
  ]],
  ["wofz real part", part(wofz, 0) as never, [[1, -2, 0.5], [1, 0.1, -1]], [
    0.3047442052569126,
    0.04020139816145129,
    1.8964059595453004
  ]],
  ["wofz imaginary part", part(wofz, 1) as never, [[1, -2, 0.5, 5], [1, 0.1, -1, 0]], [
    0.20821893820283163,
    -0.3315826873345631,
    3.689990588519449,
    0.11524596183093659
  ]],
  ["loggamma real part", part(loggamma, 0) as never, [[-2.5, -2.5, 3], [1.5, -1.5, 4]], [
    -3.7175134511917918,
    -3.7175134511917918,
    -1.7566267846037842
  ]],
  ["loggamma imaginary part", part(loggamma, 1) as never, [[-2.5, -2.5, 3], [1.5, -1.5, 4]], [
    -7.7130655258341925,
    7.7130655258341925,
    4.742664438034658
  ]],
  ["igamma", (a, x) => special.gammainc(a!, x!), [[0.1, 5, 20, 300], [0.01, 4, 45, 310]], [
    0.6626212599544798,
    0.37116306482012645,
    0.9999897629535589,
    0.7224887541718611
  ]],
  ["igammac", (a, x) => special.gammaincc(a!, x!), [[0.1, 5, 20, 300], [0.01, 4, 45, 310]], [
    0.3373787400455202,
    0.6288369351798735,
    1.0237046441079244e-05,
    0.2775112458281389
  ]]
]

describe("mpmath", () => {
  const rows = table.map(([name, f, operands, values, rtol = 2e-12]) => ({ name, f, operands, values, rtol }))

  it.each(rows)("$name", async ({ f, operands, rtol, values }) => {
    const results = await valuesOf(f(...operands.map(f64)))
    expect(results).toHaveLength(values.length)
    const errors = results.map((x, i) => values[i] === 0 ? Math.abs(x) : Math.abs(x / values[i]! - 1))
    expect(Math.max(...errors), String(results)).toBeLessThanOrEqual(rtol)
  })

  it("sphHarmY", async () => {
    const harmonics = special.sphHarmY([3n, 4n], [-2n, 3n], f64([0.7, 1.1]), f64([0.4, 2]), { nMax: 4 })
    const [re, im] = [await valuesOf(np.real(harmonics)), await valuesOf(np.imag(harmonics))]
    expect(re[0]).toBeCloseTo(0.22601217798032924, 13)
    expect(im[0]).toBeCloseTo(-0.23271085281147627, 13)
    expect(re[1]).toBeCloseTo(-0.38587286675437643, 13)
    expect(im[1]).toBeCloseTo(0.11229139331290588, 13)
  })

  it("bernoulli", async () => {
    const numbers = await valuesOf(special.bernoulli(30))
    expect(numbers).toHaveLength(31)
    expect(numbers[1]).toBe(-0.5)
    expect(numbers[2]).toBe(Math.fround(1 / 6))
    for (const [n, value] of [[10, 5 / 66], [20, -174611 / 330], [30, 8615841276005 / 14322]] as const) {
      expect(numbers[n]! / value).toBeCloseTo(1, 6)
      expect(numbers[n - 1]).toBe(0)
    }
    expect(await valuesOf(special.bernoulli(0))).toEqual([1])
  })

  it("derivative of spence", async () => {
    const slopes = await valuesOf(grad((x: NdArray.Any) => np.sum(special.spence(x)))(f64([0.2, 1, 3])))
    expect(slopes[0]).toBeCloseTo(Math.log(0.2) / 0.8, 13)
    expect(slopes[1]).toBe(-1)
    expect(slopes[2]).toBeCloseTo(Math.log(3) / -2, 13)
  })
})

it.each<[string, new(...args: never) => Error, () => unknown]>([
  ["bernoulli: n must be a whole number from 0 on, got -1", Errors.ArgumentError, () => special.bernoulli(-1)],
  ["multigammaln: d must be a whole number from 1 on, got 0", Errors.ArgumentError, () => special.multigammaln(2, 0)],
  ["polygamma: n must be of an integer dtype, got float32", Errors.DTypeError, () => special.polygamma(1, 2)],
  [
    "dawsn: complex numbers are not supported, got complex64",
    Errors.DTypeError,
    () => special.dawsn(Lax.complex(np.array(1), np.array(1)))
  ],
  ["sphHarmY", Errors.ArgumentError, () => special.sphHarmY(1n, 0n, 0, 0, { nMax: -1 })],
  ["besselJn", Errors.ArgumentError, () => special.besselJn(1, { v: -1 })]
])("%s", (message, kind, call) => {
  expect(call).toThrow(kind)
  expect(call).toThrow(message)
})
