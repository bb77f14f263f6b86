/**
 * Resizing of images.
 */
import { Image, type NdArray } from "effax"
import { bf16, f32, f64, i32, points, u8 } from "./inputs.ts"
import { type Arguments, entries, type Options } from "./operation.ts"

type X = NdArray.Any

const entry = entries("Image")

// JAX computes weights in float32, of numbers that rounding moves
const rounded: Options = {
  tolerance: {
    float32: { rtol: 2e-5, atol: 1e-5 },
    float64: { rtol: 1e-5, atol: 1e-5 },
    bfloat16: { rtol: 2 ** -5, atol: 2 ** -5 }
  }
}

const resize = (
  text: string,
  shape: ReadonlyArray<number>,
  method: Image.ResizeMethod,
  cases: ReadonlyArray<Arguments>,
  antialias?: boolean
) =>
  entry(
    `resize ${text}`,
    (x: X) => Image.resize(x, shape, method, antialias === undefined ? {} : { antialias }),
    `jax.image.resize(x, (${shape.join(", ")},), '${method}'${antialias === false ? ", antialias=False" : ""})`,
    cases,
    rounded
  )

const one = f32([3, 4])

const resizes = [
  resize("nearest", [2, 5, 3], "nearest", [[f32([2, 3, 7])], [u8([2, 2, 3])], [bf16([2, 1, 3])]]),
  resize("linear", [2, 5, 3], "linear", [[f32([2, 3, 7])], [f64([2, 3, 3])], [i32([2, 5, 1])], [bf16([2, 2, 3])]]),
  resize("bilinear without antialias", [3, 2], "bilinear", [[f32([7, 4])]], false),
  resize("cubic", [7, 3], "cubic", [[one], [f64([2, 5])]]),
  resize("bicubic without antialias", [2, 3], "bicubic", [[f32([5, 6])]], false),
  resize("cubic-pytorch", [2, 7], "cubic-pytorch", [[f32([5, 4])]]),
  resize("bicubic-pytorch without antialias", [2, 7], "bicubic-pytorch", [[f32([5, 4])], [f32([1, 3])]], false),
  resize("lanczos3", [2, 7], "lanczos3", [[f32([5, 4])]]),
  resize("lanczos5", [3, 2], "lanczos5", [[f32([4, 7])]]),
  resize("area", [2, 5], "area", [[f32([5, 3])]]),
  resize("to nothing", [0, 2], "linear", [[f32([3, 4])]])
]

const place = (method: Exclude<Image.ResizeMethod, "nearest">, antialias = true) =>
  entry(
    `scaleAndTranslate ${method}${antialias ? "" : " without antialias"}`,
    (x: X, scale: X, translation: X) =>
      Image.scaleAndTranslate(x, [4, 2, 5], [2, 0], scale, translation, method, { antialias }),
    `jax.image.scale_and_translate(x, (4, 2, 5), (2, 0), y, z, '${method}', antialias=${antialias ? "True" : "False"})`,
    [[f32([3, 2, 4]), points("float32", [0.6, 1.3]), points("float32", [0.7, -0.4])]],
    { ...rounded, derivatives: 1, derivativeTolerance: { float32: { rtol: 1e-4, atol: 5e-5 } } }
  )

export const image = [
  ...resizes,
  place("linear"),
  place("cubic", false),
  place("cubic-pytorch", false),
  place("lanczos3"),
  place("area")
]
