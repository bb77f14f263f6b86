/**
 * A driver that lets other fibers run wherever a real one may have to wait, and that notices when memory is used after it
 * was given back. Interleavings that happen by chance on a device happen here every time.
 */
import * as Backend from "effax/Backend"
import * as Driver from "effax/Driver"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** Enough for another fiber to be started, to run and to end. */
const turns = Effect.gen(function*() {
  for (let i = 0; i < 20; i++) yield* Effect.yieldNow
})

/** The point at which a test looks: called before the turns. */
export type Point = "upload" | "uploaded" | "compile" | "compiled" | "execute" | "executed" | "download" | "downloaded"

export interface Watch {
  /** Called at every point; what it does runs while the driver waits there. */
  at: (point: Point) => void
  /** Uses of memory that was given back before. */
  readonly faults: Array<string>
}

const yielding = (inner: Driver.Driver, watch: Watch): Driver.Driver => {
  const released = new Set<Driver.DeviceBuffer>()
  const pause = (point: Point): Effect.Effect<void> =>
    Effect.suspend(() => {
      watch.at(point)
      return turns
    })
  const around = <A, E>(before: Point, effect: Effect.Effect<A, E>, after: Point): Effect.Effect<A, E> =>
    Effect.flatMap(pause(before), () => Effect.tap(effect, () => pause(after)))
  const use = (what: string, buffers: ReadonlyArray<Driver.DeviceBuffer>): void => {
    for (const buffer of buffers) if (released.has(buffer)) watch.faults.push(what)
  }
  return Driver.decorate(inner, {
    // what was uploaded is owned at once: a driver that waits afterwards would have to give it back when it is interrupted
    upload: (data, aval) => Effect.flatMap(pause("upload"), () => inner.upload(data, aval)),
    compile: (program) => around("compile", inner.compile(program), "compiled"),
    execute: (executable, inputs, origin) =>
      Effect.gen(function*() {
        yield* pause("execute")
        use("execute", inputs)
        const outputs = yield* inner.execute(executable, inputs, origin)
        yield* Effect.onInterrupt(pause("executed"), () =>
          Effect.sync(() => outputs.forEach((buffer) => inner.release(buffer))))
        // the end of a computation still reads its inputs
        use("execute", inputs)
        return outputs
      }),
    download: (buffer, aval) =>
      Effect.gen(function*() {
        yield* pause("download")
        use("download", [buffer])
        const data = yield* inner.download(buffer, aval)
        yield* pause("downloaded")
        use("download", [buffer])
        return data
      }),
    release: (buffer) => {
      if (released.has(buffer)) watch.faults.push("release")
      released.add(buffer)
      const { byteLength } = buffer
      inner.release(buffer)
      // memory that is given back is soon something else's
      const poison = Effect.runSyncExit(
        inner.upload(new Uint8Array(byteLength).fill(0x55), { dtype: "uint8", shape: [byteLength], weak: false })
      )
      if (poison._tag === "Success") inner.release(poison.value)
    }
  })
}

/** A backend over the driver of another one. */
export const layer = <E, R>(
  inner: Layer.Layer<Backend.Backend, E, R>,
  watch: Watch
): Layer.Layer<Backend.Backend, E, R> =>
  Layer.effect(
    Backend.Backend,
    Effect.flatMap(Backend.Backend, ({ driver }) => Driver.toBackend(yielding(driver, watch)))
  ).pipe(Layer.provide(inner))

export const watch = (): Watch => ({ at: () => {}, faults: [] })
