/**
 * A picture as SVG.
 */
import { colourOf, neutral } from "./colours.ts"
import { layersOf, type Layout, layout, type Placed, type Size } from "./layout.ts"
import { element, escape, pixels } from "./markup.ts"
import type { Box, Picture } from "./picture.ts"

/** Pixels. Widths of letters are those of common sans serif fonts at these sizes, rather more. */
const look = {
  padding: 9,
  title: 16,
  type: 14,
  titleLetter: 7.2,
  typeLetter: 6,
  minWidth: 54,
  maxLetters: 30,
  stripe: 4,
  margin: 14,
  inner: 12
}

/** More lines than this are cut in the middle. */
const maxLines = 7

const cut = (text: string): string => text.length > look.maxLetters ? `${text.slice(0, look.maxLetters - 1)}…` : text

/** The lines of a box: titles, then types. */
const linesOf = ({ titles, types }: Box) => {
  const shown = titles.length > maxLines
    ? [...titles.slice(0, maxLines - 3), `… ${titles.length - maxLines + 1} more`, ...titles.slice(-2)]
    : titles
  const more = types.length > 3 ? [...types.slice(0, 2), `… ${types.length - 2} more`] : types
  return { titles: shown.map(cut), types: more.map(cut) }
}

interface Inner extends Size {
  readonly title: string
  readonly markup: string
}

interface Drawing extends Size {
  readonly markup: string
}

const curve = (route: ReadonlyArray<Placed>): string => {
  const [first, ...rest] = route
  let path = `M${pixels(first!.x)} ${pixels(first!.y)}`
  let last = first!
  for (const point of rest) {
    const middle = pixels((last.y + point.y) / 2)
    path += point.x === last.x
      ? `V${pixels(point.y)}`
      : `C${pixels(last.x)} ${middle} ${pixels(point.x)} ${middle} ${pixels(point.x)} ${pixels(point.y)}`
    last = point
  }
  return path
}

const kernelClasses = (kernels: ReadonlyArray<number>): string => kernels.map((k) => ` k${k}`).join("")

/** Arrows over more layers than this are cut: where they end stands a sign that says where they come from. */
const longestArrow = 9

interface Signposted {
  readonly boxes: ReadonlyArray<Box>
  readonly arrows: Picture["arrows"]
  /** The box that a sign stands for. */
  readonly origins: ReadonlyMap<number, number>
}

const withSigns = ({ arrows, boxes }: Picture): Signposted => {
  const layers = layersOf(boxes.length, arrows)
  const signs = new Map<string, number>()
  const all = [...boxes]
  const origins = new Map<number, number>()
  const shortened = arrows.map(([from, to]) => {
    if (layers[to]! - layers[from]! <= longestArrow) return [from, to] as const
    const key = `${from} ${layers[to]}`
    let sign = signs.get(key)
    if (sign === undefined) {
      const { hint, kernels, titles, types } = boxes[from]!
      sign = all.push({ kind: "sign", titles: titles.slice(-1), types, hint, kernels, inside: [] }) - 1
      signs.set(key, sign)
      origins.set(sign, from)
    }
    return [sign, to] as const
  })
  return { boxes: all, arrows: shortened, origins }
}

const boxMarkup = (
  box: Box,
  size: Size,
  inner: ReadonlyArray<Inner>,
  { x, y }: Placed,
  names: { readonly id: string; readonly origin: string | undefined }
): string => {
  const { fill, stroke } = box.kernels.length > 0 ? colourOf(box.kernels[0]!) : neutral
  const { titles, types } = linesOf(box)
  const left = look.stripe + look.padding
  let baseline = look.padding + look.title - 5
  const text = (line: string, kind: string, height: number): string => {
    const markup = element("text", { class: kind, x: left, y: pixels(baseline) }, escape(line))
    baseline += height
    return markup
  }
  // One stripe for each kernel that computes it
  const stripes = box.kernels.slice(0, 4)
  const stripe = (k: number, i: number): string =>
    element("rect", {
      x: 0,
      y: pixels(i * size.height / stripes.length),
      width: look.stripe,
      height: pixels(size.height / stripes.length),
      fill: colourOf(k).stroke
    })
  const frames: Array<string> = []
  let at = look.inner + look.stripe
  const top = headerHeight(box)
  for (const { height, markup, title, width } of inner) {
    frames.push(
      element(
        "g",
        { transform: `translate(${pixels(at)} ${pixels(top)})` },
        element("rect", {
          class: "frame",
          width: pixels(width),
          height: pixels(height),
          rx: 6
        }),
        element("text", { class: "type", x: 10, y: 16 }, escape(title)),
        markup
      )
    )
    at += width + look.inner
  }
  const markup = element(
    "g",
    {
      id: names.id,
      class: `box ${box.kind}${kernelClasses(box.kernels)}`,
      transform: `translate(${pixels(x)} ${pixels(y)})`
    },
    element("title", {}, escape(box.hint)),
    element("rect", {
      class: "outline",
      width: pixels(size.width),
      height: pixels(size.height),
      rx: box.kind === "operation" ? 4 : 12,
      fill,
      stroke
    }),
    ...stripes.length === 0 ? [] : stripes.map(stripe),
    ...titles.map((line) => text(line, "name", look.title)),
    ...types.map((line) => text(line, "type", look.type)),
    ...frames
  )
  return names.origin === undefined ? markup : element("a", { href: `#${names.origin}` }, markup)
}

const headerHeight = (box: Box): number => {
  const { titles, types } = linesOf(box)
  return 2 * look.padding - 4 + titles.length * look.title + types.length * look.type
}

const sizeOf = (box: Box, inner: ReadonlyArray<Inner>): Size => {
  const { titles, types } = linesOf(box)
  const text = Math.max(
    ...titles.map((line) => line.length * look.titleLetter),
    ...types.map((line) => line.length * look.typeLetter)
  )
  const width = Math.max(look.minWidth, Math.ceil(text) + look.stripe + 2 * look.padding)
  if (inner.length === 0) return { width, height: headerHeight(box) }
  return {
    width: Math.max(width, inner.reduce((sum, picture) => sum + picture.width + look.inner, look.inner + look.stripe)),
    height: headerHeight(box) + Math.max(...inner.map((picture) => picture.height)) + look.inner
  }
}

/** Room above the picture in a frame, for its title. */
const frameHeader = 24

/** `id` is what the identifiers of all boxes in it begin with. */
const draw = (picture: Picture, prepare: (picture: Picture) => Picture, id: string): Drawing => {
  const { arrows, boxes, origins } = withSigns(prepare(picture))
  const inner = boxes.map((box, i) =>
    box.inside.map(({ picture, title }, k): Inner => {
      const { height, markup, width } = draw(picture, prepare, `${id}-${i}-${k}`)
      return {
        title,
        width: Math.max(width + 2 * look.margin, title.length * look.typeLetter + 20),
        height: height + look.margin + frameHeader,
        markup: element("g", { transform: `translate(${look.margin} ${frameHeader})` }, markup)
      }
    })
  )
  const sizes = boxes.map((box, i) => sizeOf(box, inner[i]!))
  const found: Layout = layout(sizes, arrows)
  return {
    width: found.width,
    height: found.height,
    markup: [
      ...found.routes.map((route, i) => {
        const [from, to] = arrows[i]!
        const classes = kernelClasses([...new Set([...boxes[from]!.kernels, ...boxes[to]!.kernels])])
        return element("path", { class: `arrow${classes}`, d: curve(route), "marker-end": "url(#tip)" })
      }),
      ...boxes.map((box, i) => {
        const origin = origins.get(i)
        return boxMarkup(box, sizes[i]!, inner[i]!, found.places[i]!, {
          id: `${id}-${i}`,
          origin: origin === undefined ? undefined : `${id}-${origin}`
        })
      })
    ].join("")
  }
}

/** `prepare` is done to every picture before it is drawn. */
export const svg = (picture: Picture, prepare: (picture: Picture) => Picture): string => {
  const { height, markup, width } = draw(picture, prepare, "box")
  const [w, h] = [width + 2 * look.margin, height + 2 * look.margin].map(pixels)
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${w} ${h}`,
      width: w,
      height: h,
      role: "img",
      "aria-label": "The operations of the Program, coloured by the kernel that computes them"
    },
    element(
      "defs",
      {},
      element(
        "marker",
        {
          id: "tip",
          viewBox: "0 0 8 8",
          refX: 7,
          refY: 4,
          markerWidth: 7,
          markerHeight: 7,
          orient: "auto-start-reverse"
        },
        element("path", { d: "M0 0.8 L7.4 4 L0 7.2 Z", fill: "#9aa1ab" })
      )
    ),
    element("g", { transform: `translate(${look.margin} ${look.margin})` }, markup)
  )
}
