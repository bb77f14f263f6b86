import { expect, it } from "@effect/vitest"
import { backends } from "../backends.ts"
import { computed, pending } from "./pending.ts"

it.each(backends.filter(({ name }) => name in pending))(
  "$name does not compute what is pending",
  async ({ layer, name }) => {
    expect(await computed(name, layer)).toEqual([])
  }
)
