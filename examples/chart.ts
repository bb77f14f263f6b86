/**
 * Pictures of results: SVG files, drawn without a browser.
 */
import * as echarts from "echarts"
import { Effect, FileSystem, Path } from "effect"

/** The SVG of a chart, 760 by 420 pixels unless told. */
export const svg = (option: echarts.EChartsOption, size: { width?: number; height?: number } = {}): string => {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 760, height: 420, ...size })
  chart.setOption({ animation: false, ...option })
  const text = chart.renderToSVGString()
  chart.dispose()
  return text
}

/** A title in the middle, and room for the axes' names. */
export const frame = (title: string): echarts.EChartsOption => ({
  title: { text: title, left: "center", textStyle: { fontSize: 15 } },
  legend: { bottom: 0 },
  grid: { left: 70, right: 30, top: 50, bottom: 75 }
})

export const axis = (name: string, type: "value" | "log" = "value"): object => ({
  type,
  name,
  nameLocation: "middle",
  nameGap: type === "log" ? 48 : 32,
  scale: true
})

/** Pairs of what two arrays hold, as charts want them. */
export const points = (xs: ArrayLike<number>, ys: ArrayLike<number>): ReadonlyArray<[number, number]> =>
  Array.from(xs, (x, i) => [x, ys[i]!])

/** Writes a picture to `output/` and says where it is. */
export const save = Effect.fnUntraced(function*(name: string, picture: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  yield* fs.makeDirectory("output", { recursive: true })
  const file = path.join("output", `${name}.svg`)
  yield* fs.writeFileString(file, picture)
  return file
})
