/**
 * Loops: straight-line code at every point of a space.
 */
import { format as list, size } from "effax/Shape"
import { checkBody, checkStores } from "../verify/body.ts"
import { checkDimensions, checkDisjoint } from "../verify/checks.ts"
import { sameAffine } from "../verify/space.ts"
import { bytesOf, dtypesOf, loads, mapAccess, mapBody, operationsOf, runStores, storedTo, times } from "./bodies.ts"
import type { KernelSpec } from "./kernel.ts"
import type { Body, KernelCommon, Store } from "./parts.ts"
import { storingLines } from "./text.ts"

/**
 * For every point of `space` (one point if it has no axes): run the body, store. Axes are collapsed where every access allows it, and the last axis is
 * the one that most accesses walk contiguously. A buffer that is stored to may also be loaded from, at the very same
 * position of the same point only (in place).
 *
 * @category models
 * @since 0.1.0
 */
export interface Loop extends KernelCommon {
  readonly kind: "loop"
  readonly space: ReadonlyArray<number>
  readonly body: Body
  readonly stores: ReadonlyArray<Store>
}

export const loop: KernelSpec<Loop> = {
  accesses: ({ body, stores }) => ({ reads: loads(body), writes: storedTo(stores), updates: [] }),
  fills: ({ space, stores }) => stores.map(({ buffer }) => [buffer, size(space)]),
  scratch: () => [],
  mapBuffers: (kernel, to) => ({
    ...kernel,
    body: mapBody(kernel.body, to),
    stores: kernel.stores.map((store) => mapAccess(store, to))
  }),
  nested: () => [],
  callsHost: false,
  dtypes: ({ body }) => dtypesOf(body),
  verify: ({ body, space, stores }, { buffers }, report) => {
    const context = { buffers, space, results: [] }
    checkDimensions("space", space, report)
    checkBody(body, context, report)
    checkStores(stores, body, context, report)
    checkDisjoint(stores, space, report)
    // in place: at the very same position only
    for (const store of stores) {
      for (const i of body) {
        if (i.op !== "load" && i.op !== "loadAt" || i.buffer !== store.buffer) continue
        if (i.op === "loadAt" || !sameAffine(i.index, store.index)) report("stores over what another point loads")
      }
    }
  },
  extents: ({ space }) => list(space),
  lines: (kernel, names) => [list(kernel.space), ...storingLines(kernel.body, kernel.stores, names)],
  cost: ({ body, space, stores }, plan) => {
    const points = size(space)
    return {
      ...times(points, operationsOf(body)),
      bytesAccessed: bytesOf(plan, loads(body), points) + bytesOf(plan, storedTo(stores), points)
    }
  },
  run: ({ body, space, stores }, machine) => {
    for (const point of machine.anyOrder(space)) runStores(machine, body, stores, point)
  }
}
