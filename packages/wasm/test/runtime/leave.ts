/** A process that has used every thread and then has nothing left to do. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { fill, testDriver } from "./modules.ts"

const scope = Scope.makeUnsafe()
const program = Effect.gen(function*() {
  const { driver, load } = yield* testDriver()
  yield* driver.execute(yield* load(fill(1000, 1, { cost: 1e9, parallel: true })), [])
  return "done\n"
})

void Effect.runPromise(Effect.exit(Effect.provideService(program, Scope.Scope, scope))).then((exit) =>
  process.stdout.write(Exit.isSuccess(exit) ? exit.value : String(exit.cause))
)
