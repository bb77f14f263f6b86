/**
 * What public modules export, and what is said about it.
 */
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"

/** An exported name and the comment before it. */
export interface Exported {
  /** The file, relative to the root of the tree. */
  readonly file: string
  readonly name: string
  readonly comment: string
}

const declaration =
  /(\/\*\*(?:(?!\*\/)[^])*\*\/\n)?^export (?:declare |abstract )?(?:const|let|function\*?|class|interface|type) (\w+)/gm

const own = (root: string, file: string): ReadonlyArray<Exported> =>
  [...readFileSync(join(root, file), "utf8").matchAll(declaration)].map(([, comment = "", name]) => ({
    file,
    name: name!,
    comment
  }))

/** The exports of a module that are declared in it, and those that it passes on from relative ones. */
export const exportsOf = (root: string, file: string): ReadonlyArray<Exported> => {
  const text = readFileSync(join(root, file), "utf8")
  const passedOn = [...text.matchAll(/^export (?:type )?(\*|\{[^}]*\}) from "(\.[^"]+)"/gm)].flatMap(
    ([, names, path]) => {
      const all = exportsOf(root, join(dirname(file), path!))
      if (names === "*") return all
      const picked: ReadonlyArray<string> = names!.replace(/\/\*[^]*?\*\//g, "").match(/\w+(?=\s*(?:,|\}|as ))/g) ?? []
      return all.filter(({ name }) => picked.includes(name))
    }
  )
  return [...own(root, file), ...passedOn]
}
