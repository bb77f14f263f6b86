/**
 * The identity of this copy of the package. A program that loads two copies (one from a bundle and one from
 * `node_modules`, an ES module and a CommonJS bundle, two versions) has two of everything that is compared by identity,
 * so the arrays of one copy can't be used by the other. A brand on every array tells them apart.
 */
import { home } from "./location.ts"

/** The version in `package.json`. */
export const version = "0.1.0"

export interface Copy {
  readonly version: string
  /** The folder or bundle that it was loaded from; empty if unknown. */
  readonly home: string
}

/** The key of the brand, shared by all copies. */
export const brand: unique symbol = Symbol.for("effax/copy") as never

/** The brand on everything that this copy creates. */
export const copy: Copy = { version, home }

const nameOf = ({ home, version }: Copy): string => home === "" ? version : `${version} at ${home}`

/** Whether an object has the brand of another copy. */
export const isOfAnotherCopy = (of: object): boolean =>
  brand in of && (of as { readonly [brand]: Copy })[brand] !== copy

/** The error message for an object that another copy created. */
export const twoCopies = (what: string, of: object): string => {
  const other = (of as { readonly [brand]?: Copy })[brand]
  return `${what} was made by another copy of effax: this program loads two, ${nameOf(copy)} and ${
    other === undefined ? "another version" : nameOf(other)
  }. Load one: install one version (\`npm ls effax\`, \`npm dedupe\`), let bundlers resolve it once (Vite: ` +
    "`resolve: { dedupe: [\"effax\"] }`), and keep it out of bundles whose users load it too (esbuild: " +
    "`--external:effax`)"
}
