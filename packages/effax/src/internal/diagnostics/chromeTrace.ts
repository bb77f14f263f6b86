/**
 * Timings in the Trace Event Format of Chromium's `chrome://tracing` and Perfetto ("Trace Event Format", Google 2016):
 * complete events with times in microseconds, and metadata events that name processes and threads.
 */
import type { ChromeTrace, Event, TraceEvent } from "../../Profile.ts"

const pid = 1

/** The first thread number of each track. Events that overlap in time are put on the threads after it. */
const tracks: { readonly [K in Event["kind"]]: { readonly name: string; readonly tid: number } } = {
  compile: { name: "compile", tid: 100 },
  execute: { name: "execute", tid: 200 },
  upload: { name: "upload", tid: 300 },
  download: { name: "download", tid: 400 },
  kernel: { name: "thread", tid: 1000 }
}

const metadata = (tid: number, type: string, args: TraceEvent["args"]): TraceEvent => ({
  name: type,
  cat: "__metadata",
  ph: "M",
  ts: 0,
  pid,
  tid,
  args
})

/** Puts overlapping events on separate threads: viewers nest the later of two events on one thread. */
class Lanes {
  private readonly ends: Array<number> = []

  take({ end, start }: Event): number {
    const free = this.ends.findIndex((before) => before <= start)
    const lane = free === -1 ? this.ends.length : free
    this.ends[lane] = end
    return lane
  }
}

const round = (milliseconds: number): number => Math.round(milliseconds * 1e6) / 1e3

export const chromeTrace = (process: string, origin: number, events: ReadonlyArray<Event>): ChromeTrace => {
  const lanes = new Map<Event["kind"], Lanes>()
  const names = new Map<number, string>()
  const timed = [...events].sort((a, b) => a.start - b.start).map((event): TraceEvent => {
    const { args, end, kind, name, start, thread } = event
    const track = tracks[kind]
    let lane = thread
    if (lane === undefined) {
      let own = lanes.get(kind)
      if (own === undefined) lanes.set(kind, own = new Lanes())
      lane = own.take(event)
    }
    const tid = track.tid + lane
    names.set(tid, lane === 0 && kind !== "kernel" ? track.name : `${track.name} ${lane}`)
    return { name, cat: kind, ph: "X", ts: round(start - origin), dur: round(Math.max(0, end - start)), pid, tid, args }
  })
  return {
    displayTimeUnit: "ms",
    traceEvents: [
      metadata(0, "process_name", { name: process }),
      ...[...names].sort(([a], [b]) => a - b).flatMap(([tid, name]) => [
        metadata(tid, "thread_name", { name }),
        metadata(tid, "thread_sort_index", { sort_index: tid })
      ]),
      ...timed
    ]
  }
}
