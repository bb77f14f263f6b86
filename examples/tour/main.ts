/**
 * A first tour of effax. `npm run tour`
 */
import { CpuWasm } from "@effax/wasm"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"
import * as programs from "./programs.ts"

const tour = Effect.forEach(
  Object.entries(programs),
  ([name, program]) =>
    Effect.flatMap(
      program as Effect.Effect<unknown, Effect.Error<typeof program>, Effect.Services<typeof program>>,
      (result) => Console.log(`\n${name}`, result)
    ),
  { discard: true }
)

NodeRuntime.runMain(tour.pipe(Effect.provide(CpuWasm.layer)))
