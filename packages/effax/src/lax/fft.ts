/**
 * Discrete Fourier transforms of the last axes.
 */
import { checkChoice } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { fft as primitive, type FftType } from "../primitive/fft.ts"
import { asArray, fixed } from "./operands.ts"

export type { FftType }

const types: { readonly [T in FftType]: true } = { FFT: true, IFFT: true, RFFT: true, IRFFT: true }

/**
 * The discrete Fourier transform of the last axes, of the given lengths.
 *
 * **Details**
 *
 * `"FFT"` and `"IFFT"` take complex arrays; `"RFFT"` takes a real array to half of its spectrum, and `"IRFFT"` takes that back. The
 * lengths are those of the real array. Inverse transforms are divided by the number of elements.
 *
 * @example
 * ```ts
 * import { Lax, Numpy as np } from "effax"
 *
 * Lax.fft(Lax.fft(np.array([1, 2, 3, 4]), "RFFT", [4]), "IRFFT", [4]) // => [1, 2, 3, 4]
 * ```
 *
 * @category Fourier transforms
 * @since 0.1.0
 */
export const fft: (x: NdArray.Any, fftType: FftType, fftLengths: ReadonlyArray<number>) => NdArray.Any = fixed(
  "fft",
  (x: NdArray.Any, fftType: FftType, fftLengths: ReadonlyArray<number>) =>
    primitive(asArray("fft", x), checkChoice("fft", "fftType", fftType, types), fftLengths)
)
