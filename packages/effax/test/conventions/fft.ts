/**
 * Fourier transforms, which take options and nothing else behind their data, so that they are dual.
 */
import { array, type Conventions, dual, elsewhere, maker } from "./convention.ts"

const line = array([1, 2, 3, 4])
const plane = array([[1, 2], [3, 4]])

export const fft = {
  fft: dual(line),
  fft2: dual(plane),
  fftfreq: maker(4),
  fftn: dual(plane),
  fftshift: dual(line),
  hfft: dual(line),
  ifft: dual(line),
  ifft2: dual(plane),
  ifftn: dual(plane),
  ifftshift: dual(line),
  ihfft: dual(line),
  irfft: dual(line),
  irfft2: dual(plane),
  irfftn: dual(plane),
  rfft: dual(line),
  rfft2: dual(plane),
  rfftfreq: maker(4),
  rfftn: dual(plane)
} satisfies Conventions

export const laxFft = {
  fft: elsewhere("its operand is an array and nothing else")
} satisfies Conventions
