/**
 * Discrete Fourier transforms. Complex operands and results are pairs of real arrays, so that derivatives are taken of them.
 */
import { Fft, Lax, type NdArray } from "effax"
import { f32, f64, i32 } from "./inputs.ts"
import { type Arguments, entries, type Options } from "./operation.ts"

type X = NdArray.Any

const parts = (z: X): ReadonlyArray<X> => [Lax.real(z as never), Lax.imag(z as never)]

/** Sums of many terms of both signs: errors are relative to the norm of the result. */
const tolerance: Options = {
  tolerance: {
    float32: { rtol: 1e-5, atol: 2e-5 },
    float64: { rtol: 1e-12, atol: 1e-12 },
    complex64: { rtol: 1e-5, atol: 2e-5 }
  },
  derivativeTolerance: { float32: { rtol: 2e-5, atol: 1e-4 }, float64: { rtol: 1e-12, atol: 1e-11 } }
}

const transform = entries("Fft")
const entry: typeof transform = (name, f, jax, cases, options) =>
  transform(name, f, jax, cases, { ...tolerance, ...options })
const lax = entries("Lax")
const laxEntry: typeof lax = (name, f, jax, cases, options) => lax(name, f, jax, cases, { ...tolerance, ...options })

const complexCases = (...shapes: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<Arguments> => [
  ...shapes.map((shape): Arguments => [f32(shape), f32(shape)]),
  [f64(shapes[0]!), f64(shapes[0]!)]
]

const z = (x: X, y: X): X => Lax.complex(x as never, y as never)
const jaxParts = (expression: string): string => `(lambda r: (r.real, r.imag))(${expression})`

export const fft = [
  entry(
    "fft",
    (x: X, y: X) => parts(Fft.fft(z(x, y))),
    jaxParts("jnp.fft.fft(lax.complex(x, y))"),
    complexCases([6], [2, 1], [3, 37], [2, 128], [70])
  ),
  entry("fft of real arrays", (x: X) => parts(Fft.fft(x)), jaxParts("jnp.fft.fft(x)"), [[f32([2, 5])], [i32([4])], [
    f32([0, 3])
  ]]),
  entry(
    "fft n, axis, norm",
    (
      x: X,
      y: X
    ) => [
      ...parts(Fft.fft(z(x, y), { n: 3, axis: 0, norm: "ortho" })),
      ...parts(Fft.fft(z(x, y), { n: 7, norm: "forward" }))
    ],
    `(lambda a: [jnp.fft.fft(a, 3, 0, "ortho").real, jnp.fft.fft(a, 3, 0, "ortho").imag, jnp.fft.fft(a, 7, norm="forward").real, jnp.fft.fft(a, 7, norm="forward").imag])(lax.complex(x, y))`,
    complexCases([4, 5])
  ),
  entry(
    "ifft",
    (x: X, y: X) => parts(Fft.ifft(z(x, y))),
    jaxParts("jnp.fft.ifft(lax.complex(x, y))"),
    complexCases([6], [67])
  ),
  entry(
    "ifft norm",
    (x: X, y: X) => [...parts(Fft.ifft(z(x, y), { norm: "ortho" })), ...parts(Fft.ifft(z(x, y), { norm: "forward" }))],
    `(lambda a: [jnp.fft.ifft(a, norm="ortho").real, jnp.fft.ifft(a, norm="ortho").imag, jnp.fft.ifft(a, norm="forward").real, jnp.fft.ifft(a, norm="forward").imag])(lax.complex(x, y))`,
    complexCases([5])
  ),
  entry("rfft", (x: X) => parts(Fft.rfft(x)), jaxParts("jnp.fft.rfft(x)"), [
    [f32([8])],
    [f32([2, 7])],
    [f32([1])],
    [f32([2])],
    [f32([2, 134])],
    [f64([6])],
    [i32([6])]
  ]),
  entry("rfft n, axis", (x: X) => parts(Fft.rfft(x, { n: 6, axis: 0 })), jaxParts("jnp.fft.rfft(x, 6, 0)"), [[
    f32([4, 3])
  ], [f32([8, 2])]]),
  entry(
    "irfft",
    (x: X, y: X) => Fft.irfft(z(x, y)),
    "jnp.fft.irfft(lax.complex(x, y))",
    complexCases([5], [2, 2], [3, 20])
  ),
  entry(
    "irfft n",
    (
      x: X,
      y: X
    ) => [
      Fft.irfft(z(x, y), { n: 7 }),
      Fft.irfft(z(x, y), { n: 1, norm: "ortho" }),
      Fft.irfft(z(x, y), { n: 12, norm: "forward" })
    ],
    `(lambda a: [jnp.fft.irfft(a, 7), jnp.fft.irfft(a, 1, norm="ortho"), jnp.fft.irfft(a, 12, norm="forward")])(lax.complex(x, y))`,
    complexCases([5])
  ),
  entry(
    "hfft",
    (x: X, y: X) => [Fft.hfft(z(x, y)), Fft.hfft(z(x, y), { n: 5, norm: "ortho" })],
    `(lambda a: [jnp.fft.hfft(a), jnp.fft.hfft(a, 5, norm="ortho")])(lax.complex(x, y))`,
    complexCases([4])
  ),
  entry(
    "ihfft",
    (x: X) => [...parts(Fft.ihfft(x)), ...parts(Fft.ihfft(x, { n: 3, norm: "ortho" }))],
    `(lambda a, b: [a.real, a.imag, b.real, b.imag])(jnp.fft.ihfft(x), jnp.fft.ihfft(x, 3, norm="ortho"))`,
    [[f32([6])], [f64([2, 5])]]
  ),
  entry(
    "fftn",
    (x: X, y: X) => parts(Fft.fftn(z(x, y))),
    jaxParts("jnp.fft.fftn(lax.complex(x, y))"),
    complexCases([3, 4], [2, 3, 2])
  ),
  entry(
    "fftn s, axes",
    (
      x: X,
      y: X
    ) => [...parts(Fft.fftn(z(x, y), { s: [2, 5] })), ...parts(Fft.fftn(z(x, y), { axes: [2, 0], norm: "ortho" }))],
    `(lambda a, b: [a.real, a.imag, b.real, b.imag])(jnp.fft.fftn(lax.complex(x, y), s=(2, 5)), jnp.fft.fftn(lax.complex(x, y), axes=(2, 0), norm="ortho"))`,
    complexCases([2, 3, 4])
  ),
  entry(
    "ifftn",
    (x: X, y: X) => parts(Fft.ifftn(z(x, y), { norm: "forward" })),
    jaxParts(`jnp.fft.ifftn(lax.complex(x, y), norm="forward")`),
    complexCases([3, 4])
  ),
  entry("rfftn", (x: X) => parts(Fft.rfftn(x, { axes: [2, 1] })), jaxParts("jnp.fft.rfftn(x, axes=(2, 1))"), [[
    f32([2, 4, 3])
  ], [f64([2, 3, 2])]]),
  entry("irfftn", (x: X, y: X) => Fft.irfftn(z(x, y)), "jnp.fft.irfftn(lax.complex(x, y))", complexCases([3, 4])),
  entry(
    "irfftn s",
    (x: X, y: X) => Fft.irfftn(z(x, y), { s: [2, 5] }),
    "jnp.fft.irfftn(lax.complex(x, y), s=(2, 5))",
    complexCases([3, 4])
  ),
  entry(
    "fft2",
    (x: X, y: X) => parts(Fft.fft2(z(x, y))),
    jaxParts("jnp.fft.fft2(lax.complex(x, y))"),
    complexCases([2, 3, 4])
  ),
  entry(
    "ifft2",
    (x: X, y: X) => parts(Fft.ifft2(z(x, y))),
    jaxParts("jnp.fft.ifft2(lax.complex(x, y))"),
    complexCases([3, 4])
  ),
  entry("rfft2", (x: X) => parts(Fft.rfft2(x)), jaxParts("jnp.fft.rfft2(x)"), [[f32([2, 4, 3])], [f64([3, 4])]]),
  entry("irfft2", (x: X, y: X) => Fft.irfft2(z(x, y)), "jnp.fft.irfft2(lax.complex(x, y))", complexCases([3, 4])),
  entry(
    "fftfreq",
    () => [Fft.fftfreq(6), Fft.fftfreq(5, { d: 0.25 })],
    "[jnp.fft.fftfreq(6), jnp.fft.fftfreq(5, d=0.25)]",
    [[]]
  ),
  entry(
    "rfftfreq",
    () => [Fft.rfftfreq(6), Fft.rfftfreq(5, { d: 0.25 })],
    "[jnp.fft.rfftfreq(6), jnp.fft.rfftfreq(5, d=0.25)]",
    [[]]
  ),
  entry(
    "fftshift",
    (x: X) => [Fft.fftshift(x), Fft.fftshift(x, { axes: 0 })],
    "[jnp.fft.fftshift(x), jnp.fft.fftshift(x, axes=0)]",
    [[f32([4, 5])], [f32([0, 2])], [i32([3])]]
  ),
  entry(
    "ifftshift",
    (x: X) => [Fft.ifftshift(x), Fft.ifftshift(x, { axes: [-1] })],
    "[jnp.fft.ifftshift(x), jnp.fft.ifftshift(x, axes=(-1,))]",
    [[f32([4, 5])], [i32([3])]]
  ),
  laxEntry("fft of two axes", (x: X) => parts(Lax.fft(x, "RFFT", [2, 6])), jaxParts("lax.fft(x, 'RFFT', (2, 6))"), [[
    f32([2, 6])
  ], [f32([3, 2, 6])]])
]
