/**
 * The canvas to draw on, and what the network sees of it.
 */
import { pixels } from "./digits.ts"

const ink = "#23262d"

/** Sums over the pixels of a square of luminance: the box that holds ink, and its centre of mass. */
const measure = (data: Uint8ClampedArray, side: number) => {
  let [left, top, right, bottom, mass, x, y] = [side, side, -1, -1, 0, 0, 0]
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const alpha = data[4 * (row * side + column) + 3]!
      if (alpha < 16) continue
      left = Math.min(left, column)
      right = Math.max(right, column)
      top = Math.min(top, row)
      bottom = Math.max(bottom, row)
      mass += alpha
      x += alpha * (column + 0.5)
      y += alpha * (row + 0.5)
    }
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1, mass, x: x / mass, y: y / mass }
}

/**
 * The drawing as the training images are made: the ink scaled into 20 by 20 pixels, its centre of mass in the middle of 28
 * by 28 (LeCun, Cortes, Burges, "The MNIST database of handwritten digits"). `undefined` where nothing is drawn.
 */
export const normalized = (canvas: HTMLCanvasElement): Float32Array<ArrayBuffer> | undefined => {
  const side = canvas.width
  const box = measure(canvas.getContext("2d")!.getImageData(0, 0, side, side).data, side)
  if (box.mass === 0) return undefined
  const scale = 20 / Math.max(box.width, box.height)
  // halved until the last step is small: one large step would leave out pixels
  let source: HTMLCanvasElement = canvas
  let reduction = 1
  while (scale / reduction < 0.5) {
    const half = document.createElement("canvas")
    half.width = half.height = Math.ceil(source.width / 2)
    half.getContext("2d")!.drawImage(source, 0, 0, source.width / 2, source.height / 2)
    source = half
    reduction /= 2
  }
  const small = document.createElement("canvas")
  small.width = small.height = 28
  const context = small.getContext("2d", { willReadFrequently: true })!
  context.translate(14 - box.x * scale, 14 - box.y * scale)
  context.scale(scale / reduction, scale / reduction)
  context.drawImage(source, 0, 0)
  const { data } = context.getImageData(0, 0, 28, 28)
  return Float32Array.from({ length: pixels }, (_, i) => data[4 * i + 3]! / 255)
}

/** Lets pointers draw; `onChange` is called while they do, once for each frame at most. */
export const drawable = (canvas: HTMLCanvasElement, onChange: () => void): { readonly clear: () => void } => {
  const context = canvas.getContext("2d", { willReadFrequently: true })!
  context.lineCap = "round"
  context.lineJoin = "round"
  context.strokeStyle = ink
  context.lineWidth = canvas.width / 13
  let last: readonly [number, number] | undefined
  let announced = false
  const announce = (): void => {
    if (announced) return
    announced = true
    requestAnimationFrame(() => {
      announced = false
      onChange()
    })
  }
  const at = (event: PointerEvent): readonly [number, number] => {
    const { height, left, top, width } = canvas.getBoundingClientRect()
    return [(event.clientX - left) * canvas.width / width, (event.clientY - top) * canvas.height / height]
  }
  const stroke = (event: PointerEvent): void => {
    if (last === undefined) return
    context.beginPath()
    context.moveTo(...last)
    for (const each of [...event.getCoalescedEvents(), event]) context.lineTo(...at(each))
    context.stroke()
    last = at(event)
    announce()
  }
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId)
    last = at(event)
    stroke(event)
  })
  canvas.addEventListener("pointermove", stroke)
  for (const end of ["pointerup", "pointercancel"] as const) {
    canvas.addEventListener(end, () => {
      last = undefined
    })
  }
  return {
    clear: () => {
      context.clearRect(0, 0, canvas.width, canvas.height)
      announce()
    }
  }
}
