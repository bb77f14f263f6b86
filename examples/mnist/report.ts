/**
 * What was learned: the loss curve as a picture, the confusion matrix as text.
 */
import * as echarts from "echarts"

/** An SVG of the loss over the steps, on a logarithmic scale. */
export const lossCurve = (points: ReadonlyArray<readonly [step: number, loss: number]>, title: string): string => {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 760, height: 420 })
  const width = 15
  const smooth = points.map(([step], i) => {
    const near = points.slice(Math.max(0, i - width), i + width + 1)
    return [step, near.reduce((sum, [, loss]) => sum + loss, 0) / near.length]
  })
  chart.setOption({
    animation: false,
    title: { text: title, left: "center", textStyle: { fontSize: 15 } },
    legend: { bottom: 0, data: ["batch", "smoothed"] },
    grid: { left: 70, right: 30, top: 50, bottom: 75 },
    xAxis: { type: "value", name: "step", nameLocation: "middle", nameGap: 28, max: "dataMax" },
    yAxis: { type: "log", name: "cross-entropy", nameLocation: "middle", nameGap: 48 },
    series: [
      { name: "batch", type: "line", showSymbol: false, data: points, lineStyle: { width: 1, opacity: 0.35 } },
      { name: "smoothed", type: "line", showSymbol: false, data: smooth, lineStyle: { width: 2 } }
    ]
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

export interface Evaluation {
  readonly accuracy: number
  /** `matrix[label][answer]` counts images. */
  readonly matrix: ReadonlyArray<ReadonlyArray<number>>
}

export const evaluate = (labels: ArrayLike<number>, answers: ArrayLike<number>): Evaluation => {
  const matrix = Array.from({ length: 10 }, () => new Array<number>(10).fill(0))
  let right = 0
  for (let i = 0; i < labels.length; i++) {
    matrix[labels[i]!]![answers[i]!]!++
    if (labels[i] === answers[i]) right++
  }
  return { accuracy: right / labels.length, matrix }
}

/** Rows are what an image shows, columns what the model reads. */
export const confusionMatrix = ({ matrix }: Evaluation): string => {
  const cell = (value: number | string) => String(value).padStart(5)
  const header = `  digit ${matrix.map((_, digit) => cell(digit)).join("")}   right`
  const rows = matrix.map((row, digit) => {
    const total = row.reduce((a, b) => a + b, 0)
    const cells = row.map((n) => cell(n === 0 ? "." : n)).join("")
    return `      ${digit} ${cells}  ${(100 * row[digit]! / Math.max(1, total)).toFixed(1).padStart(5)}%`
  })
  return [header, ...rows].join("\n")
}
