/**
 * What a backend did for one step of training: a row for each thread, a bar for each kernel.
 */
import type { Profile } from "effax"

interface Kind {
  readonly name: string
  readonly colour: string
}

/** Bars of the same kind of kernel share a colour. */
const kernelKinds: ReadonlyArray<Kind & { readonly pattern: RegExp }> = [
  { pattern: /conv_/, colour: "#2f6fb3", name: "convolution" },
  { pattern: /dot/, colour: "#7a5ea8", name: "matrix product" },
  { pattern: /reduce|argm/, colour: "#4f9d77", name: "reduction" },
  { pattern: /gather|scatter|take/, colour: "#c28f2c", name: "gather, scatter" },
  { pattern: /./, colour: "#a9b4c2", name: "elementwise" }
]

/** What a backend is seen to do from outside. */
const callKinds: { readonly [kind in Exclude<Profile.Event["kind"], "kernel">]: Kind } = {
  compile: { colour: "#c28f2c", name: "compiling" },
  upload: { colour: "#4f9d77", name: "to the device" },
  execute: { colour: "#2f6fb3", name: "submitting" },
  download: { colour: "#b9cbe0", name: "waiting for the device, and reading" }
}

const allKinds: ReadonlyArray<Kind> = [...kernelKinds, ...Object.values(callKinds)]

const kindOf = ({ kind, name }: Profile.Event): Kind =>
  kind === "kernel" ? kernelKinds.find(({ pattern }) => pattern.test(name))! : callKinds[kind]

const time = (milliseconds: number): string =>
  milliseconds < 1 ? `${(1000 * milliseconds).toFixed(0)} µs` : `${milliseconds.toFixed(1)} ms`

const element = (tag: string, className: string, text = ""): HTMLElement => {
  const made = document.createElement(tag)
  made.className = className
  made.textContent = text
  return made
}

/** The kernels that took most, all their runs and threads together. */
const longest = (events: ReadonlyArray<Profile.Event>, count: number) => {
  const sums = new Map<string, number>()
  for (const { end, name, start } of events) sums.set(name, (sums.get(name) ?? 0) + end - start)
  return [...sums].sort((a, b) => b[1] - a[1]).slice(0, count)
}

/** Where the step is shown: rows of bars, what the colours are, and the kernels that took most. */
export interface Places {
  readonly rows: HTMLElement
  readonly legend: HTMLElement
  readonly list: HTMLElement
}

/** Shows the step; returns what it took, in words. Without kernels it shows the calls of the backend. */
export const show = (
  { legend, list, rows }: Places,
  events: ReadonlyArray<Profile.Event>
): string => {
  const kernels = events.filter(({ kind }) => kind === "kernel")
  const shown = kernels.length > 0 ? kernels : events
  if (shown.length === 0) return ""
  const from = Math.min(...shown.map(({ start }) => start))
  const span = Math.max(...shown.map(({ end }) => end)) - from
  const threads = [...new Set(shown.map(({ thread }) => thread ?? -1))].sort((a, b) => a - b)
  rows.replaceChildren(...threads.map((thread) => {
    const row = element("div", "row")
    row.append(element("span", "name", threads.length === 1 ? "" : `${thread + 1}`))
    const track = element("div", "track")
    for (const event of shown) {
      if ((event.thread ?? -1) !== thread) continue
      const bar = element("i", "")
      bar.style.left = `${100 * (event.start - from) / span}%`
      bar.style.width = `${100 * (event.end - event.start) / span}%`
      bar.style.background = kindOf(event).colour
      const speed = Number(event.args["gflops"] ?? 0)
      bar.title = `${event.name}\n${time(event.end - event.start)}${speed > 0 ? `, ${speed.toFixed(1)} GFLOP/s` : ""}`
      track.append(bar)
    }
    row.append(track)
    return row
  }))
  const total = shown.reduce((sum, { end, start }) => sum + end - start, 0)
  const ranking = longest(shown, 6).map(([name, sum]) => {
    const item = element("li", "")
    item.append(element("code", "", name), element("span", "", `${time(sum)}, ${Math.round(100 * sum / total)} %`))
    return item
  })
  list.replaceChildren(...ranking)
  const present = new Set(shown.map(kindOf))
  const entries = allKinds.filter((kind) => present.has(kind)).map(({ colour, name }) => {
    const swatch = element("i", "")
    swatch.style.background = colour
    const entry = element("span", "")
    entry.append(swatch, name)
    return entry
  })
  legend.replaceChildren(...entries)
  const what = kernels.length > 0 ? `${new Set(shown.map(({ name }) => name)).size} kernels` : "calls of the backend"
  const on = kernels.length > 0 && threads.length > 1 ? ` on ${threads.length} threads` : ""
  return `${what}${on}, ${time(span)}`
}
