/**
 * Which checks of the table a run makes. There are more than a run has time for, so each run takes a share, drawn by a seed
 * that is the commit's: a failure can be repeated, and every check is made within a few commits. `npm run test:all` makes all.
 */

/** The checks of an entry, in `checks.ts`. */
export type CheckName = "values" | "jit" | "vmap" | "derivatives" | "finite differences"

type Shares = { readonly [C in CheckName]: number }

/**
 * The share of checks, by backend. On the GPU of the tests, which a CPU emulates, most time goes into compiling shaders, and
 * transformations work on Programs, whatever the backend: the others tell whether they are right.
 */
const shares: { readonly [backend: string]: Shares } = {
  reference: { values: 1, jit: 0.25, vmap: 0.5, derivatives: 0.5, "finite differences": 0.5 },
  "cpu-wasm": { values: 1, jit: 0.5, vmap: 0.5, derivatives: 0.5, "finite differences": 0 },
  webgpu: { values: 0.3, jit: 0.08, vmap: 0.08, derivatives: 0.08, "finite differences": 0 }
}

/** What draws the sample: given to the tests by `vitest.config.ts`. */
export const seed: string = process.env.EFFAX_SEED ?? "0"

const all = process.env.EFFAX_SAMPLE === "all"

/** FNV-1a with a finaliser (MurmurHash3's), as a number in [0, 1). */
const uniform = (text: string): number => {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
}

/** Whether this run makes a check of an entry. */
export const isSampled = (backend: string, family: string, operation: string, check: CheckName): boolean =>
  all || uniform(`${seed}/${backend}/${family}/${operation}/${check}`) < shares[backend]![check]
