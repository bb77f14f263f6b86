/**
 * Documents that are laid out within a width (Wadler, "A prettier printer", 2003; strict as in Lindig, "Strictly
 * Pretty", 2000): a group is printed on one line if it fits in the rest of the line; otherwise its own breaks become
 * new lines. As in JAX, only the group itself has to fit, without the text after it.
 */
export type Doc =
  | string
  | { readonly _tag: "Concat"; readonly docs: ReadonlyArray<Doc> }
  /** A new line, or `flat` if its group is printed on one line. */
  | { readonly _tag: "Break"; readonly flat: string }
  | { readonly _tag: "Group"; readonly doc: Doc }
  | { readonly _tag: "Nest"; readonly indent: number; readonly doc: Doc }

export const concat = (...docs: ReadonlyArray<Doc>): Doc => ({ _tag: "Concat", docs })
export const brk = (flat = " "): Doc => ({ _tag: "Break", flat })
export const group = (doc: Doc): Doc => ({ _tag: "Group", doc })
export const nest = (indent: number, doc: Doc): Doc => ({ _tag: "Nest", indent, doc })

export const join = (separator: Doc, docs: ReadonlyArray<Doc>): Doc => {
  const out: Array<Doc> = []
  for (let i = 0; i < docs.length; i++) {
    if (i > 0) out.push(separator)
    out.push(docs[i]!)
  }
  return { _tag: "Concat", docs: out }
}

/** Whether a document fits in `width` columns on one line. */
const fits = (doc: Doc, width: number): boolean => {
  const agenda: Array<{ readonly docs: ReadonlyArray<Doc>; next: number }> = [{ docs: [doc], next: 0 }]
  let left = width
  while (left >= 0) {
    const top = agenda.at(-1)
    if (top === undefined) return true
    if (top.next === top.docs.length) {
      agenda.pop()
      continue
    }
    const next = top.docs[top.next++]!
    if (typeof next === "string") left -= next.length
    else if (next._tag === "Break") left -= next.flat.length
    else if (next._tag === "Concat") agenda.push({ docs: next.docs, next: 0 })
    else agenda.push({ docs: [next.doc], next: 0 })
  }
  return false
}

/** Lays out a document. */
export const render = (root: Doc, width: number): string => {
  interface Item {
    readonly docs: ReadonlyArray<Doc>
    next: number
    readonly indent: number
    readonly flat: boolean
  }
  const agenda: Array<Item> = [{ docs: [root], next: 0, indent: 0, flat: false }]
  const out: Array<string> = []
  let column = 0
  for (;;) {
    const top = agenda.at(-1)
    if (top === undefined) return out.join("")
    if (top.next === top.docs.length) {
      agenda.pop()
      continue
    }
    const doc = top.docs[top.next++]!
    const { flat, indent } = top
    if (typeof doc === "string") {
      out.push(doc)
      column += doc.length
    } else if (doc._tag === "Break") {
      out.push(flat ? doc.flat : `\n${" ".repeat(indent)}`)
      column = flat ? column + doc.flat.length : indent
    } else if (doc._tag === "Concat") agenda.push({ docs: doc.docs, next: 0, indent, flat })
    else if (doc._tag === "Nest") agenda.push({ docs: [doc.doc], next: 0, indent: indent + doc.indent, flat })
    else agenda.push({ docs: [doc.doc], next: 0, indent, flat: flat || fits(doc.doc, width - column) })
  }
}
