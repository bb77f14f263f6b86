/**
 * Layers that decorate a backend: they need one, and provide another around its driver.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { ArgumentError } from "../../Errors.ts"
import type { Driver } from "../driver/driver.ts"
import { layerChecked } from "../driver/settings.ts"
import { isOfAnotherCopy, twoCopies } from "../graph/copy.ts"
import * as location from "../graph/location.ts"
import { Backend } from "./backend.ts"

/** The driver of the backend in context. */
const decorated: Effect.Effect<Driver, never, Backend> = Effect.flatMap(
  Backend,
  (backend) =>
    isOfAnotherCopy(backend)
      ? Effect.die(new ArgumentError({ operation: "Backend", message: twoCopies("the Backend service", backend) }))
      : Effect.succeed(backend.driver)
)

/** Locations of equations are taken until the scope closes. */
const located = Effect.acquireRelease(Effect.sync(location.acquire), (release) => Effect.sync(release))

/**
 * A Layer of the services that are made around the driver below.
 *
 * It is built again wherever it is provided: Effect builds a Layer that is the same object once, so that one decorator of
 * two backends would give the first of them in both places.
 */
export const decorator = <A, E>(
  make: (driver: Driver) => Effect.Effect<Context.Context<A>, E, Scope.Scope>
): Layer.Layer<A, E, Backend> =>
  Layer.fresh(Layer.effectContext(Effect.gen(function*() {
    const driver = yield* decorated
    yield* located
    return yield* make(driver)
  })))

/** A decorator with options: it fails where they are wrong, when it is built. */
export const decoratorWith = <A>(
  make: () => Layer.Layer<A, never, Backend>
): Layer.Layer<A, ArgumentError, Backend> => Layer.fresh(layerChecked(make))
