/**
 * The loss over the steps on a logarithmic scale, and the accuracy on images that were not trained with.
 */
import { LineChart } from "echarts/charts"
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components"
import * as echarts from "echarts/core"
import { CanvasRenderer } from "echarts/renderers"

echarts.use([LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

type Point = readonly [step: number, value: number]

/** More points than this are thinned out: every other of the older half. */
const mostPoints = 1500

/** Each step counts for so much of the smoothed loss; the first ones are a plain mean. */
const smoothing = 0.02

const muted = "#868b94"

export interface LossChart {
  readonly addLoss: (step: number, loss: number) => void
  readonly addAccuracy: (step: number, accuracy: number) => void
  readonly clear: () => void
}

export const make = (element: HTMLElement): LossChart => {
  const chart = echarts.init(element)
  let losses: Array<Point> = []
  let smooth: Array<Point> = []
  let accuracies: Array<Point> = []
  let stale = false
  const line = (name: string, color: string, extra: object) => ({
    name,
    type: "line",
    showSymbol: false,
    color,
    animation: false,
    emphasis: { disabled: true },
    ...extra
  })
  const axis = { axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: muted } }
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    legend: { top: 0, right: 0, icon: "roundRect", itemWidth: 14, itemHeight: 3, textStyle: { color: muted } },
    tooltip: { trigger: "axis", valueFormatter: (value: unknown) => Number(value).toFixed(3) },
    grid: { left: 44, right: 48, top: 34, bottom: 28 },
    xAxis: {
      type: "value",
      max: "dataMax",
      ...axis,
      splitLine: { show: false },
      axisLabel: { color: muted, showMaxLabel: false }
    },
    yAxis: [
      { type: "log", max: 3, ...axis, splitLine: { lineStyle: { color: "#eceae4" } } },
      {
        type: "value",
        min: 0,
        max: 1,
        ...axis,
        splitLine: { show: false },
        axisLabel: { color: muted, formatter: (value: number) => `${Math.round(100 * value)} %` }
      }
    ]
  })
  const draw = (): void => {
    stale = false
    chart.setOption({
      series: [
        line("of a batch", "#b9cbe0", { data: losses, lineStyle: { width: 1 } }),
        line("smoothed", "#2f6fb3", { data: smooth, lineStyle: { width: 2.5 } }),
        line("test accuracy", "#4f9d77", { data: accuracies, yAxisIndex: 1, lineStyle: { width: 2 } })
      ]
    })
  }
  const later = (): void => {
    if (stale) return
    stale = true
    requestAnimationFrame(draw)
  }
  const thin = (points: Array<Point>): Array<Point> =>
    points.length < mostPoints ? points : points.filter((_, i) => i >= points.length / 2 || i % 2 === 0)
  new ResizeObserver(() => chart.resize()).observe(element)
  draw()
  return {
    addLoss: (step, loss) => {
      const [lastStep, before] = smooth.at(-1) ?? [step, loss]
      losses.push([step, loss])
      // the mean of logarithms, as the scale is
      const weight = Math.max(1 - (1 - smoothing) ** (step - lastStep), 1 / (smooth.length + 1))
      smooth.push([step, Math.exp(Math.log(before) + weight * (Math.log(loss) - Math.log(before)))])
      losses = thin(losses)
      smooth = thin(smooth)
      later()
    },
    addAccuracy: (step, accuracy) => {
      accuracies.push([step, accuracy])
      accuracies = thin(accuracies)
      later()
    },
    clear: () => {
      losses = []
      smooth = []
      accuracies = []
      later()
    }
  }
}
