/**
 * The contract of a backend's implementation, and backends made of it.
 *
 * **When to use**
 *
 * To run Programs on a device of your own, or to change what another driver does. The page "Write a backend"
 * (`docs/backend.md`) has a complete one; `effax/DriverKit` has the parts that are the same on every device, and
 * `@effax/testing/Conformance` the tests that a driver passes.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as decorators from "./internal/driver/decorate.ts"
import type { Driver } from "./internal/driver/driver.ts"
import { brand, copy } from "./internal/graph/copy.ts"
import { Backend } from "./internal/session/backend.ts"
import * as session from "./internal/session/session.ts"

export type {
  Capabilities,
  DeviceBuffer,
  Driver,
  Executable,
  KernelTiming,
  Lowering,
  MemoryAnalysis,
  Origin
} from "./internal/driver/driver.ts"

/**
 * A driver that does what another one does, but for some changes.
 *
 * **Details**
 *
 * The inner driver may be an instance of a class. A driver whose `execute` is changed has no `executeNow`, unless that is
 * among the changes, so that no execution passes the change by; nor has one whose `upload` is changed an `uploadNow`.
 *
 * @example
 * ```ts
 * import { Reference } from "@effax/reference"
 * import { Backend, NdArray, Numpy as np } from "effax"
 * import * as Driver from "effax/Driver"
 * import { Effect, Layer } from "effect"
 *
 * const downloads: Array<number> = []
 * const counting = Layer.effect(
 *   Backend.Backend,
 *   Effect.flatMap(Backend.Backend, ({ driver }) =>
 *     Driver.toBackend(Driver.decorate(driver, {
 *       download: (buffer, aval) => {
 *         downloads.push(buffer.byteLength)
 *         return driver.download(buffer, aval)
 *       }
 *     })))
 * ).pipe(Layer.provide(Reference.layer))
 *
 * const program = Effect.as(NdArray.toNested(np.add(np.ones([3]), 1)), downloads)
 * await Effect.runPromise(Effect.provide(program, counting)) // => [12]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const decorate: (inner: Driver, changes: Partial<Driver>) => Driver = decorators.decorate

/**
 * The service around a driver. Its memory is dropped when the scope closes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const toBackend = (driver: Driver): Effect.Effect<Backend["Service"], never, Scope.Scope> =>
  Effect.map(session.make(driver), (service) => Object.assign(service, { [brand]: copy }))

/**
 * A Layer of the backend around a driver, which may need resources of its own.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <E, R>(
  driver: Effect.Effect<Driver, E, R>
): Layer.Layer<Backend, E, Exclude<R, Scope.Scope>> => Layer.effect(Backend, Effect.flatMap(driver, toBackend))
