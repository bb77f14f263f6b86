/**
 * The backend that a Layer decorates.
 */
import * as Effect from "effect/Effect"
import { ArgumentError } from "../../Errors.ts"
import type { Driver } from "../driver/driver.ts"
import { isOfAnotherCopy, twoCopies } from "../graph/copy.ts"
import { Backend } from "./backend.ts"

/** The driver of the backend in context. */
export const decorated: Effect.Effect<Driver, never, Backend> = Effect.flatMap(
  Backend,
  (backend) =>
    isOfAnotherCopy(backend)
      ? Effect.die(new ArgumentError({ operation: "Backend", message: twoCopies("the Backend service", backend) }))
      : Effect.succeed(backend.driver)
)
