/**
 * A binary heap of numbers, least first by a rank.
 */
export class Heap {
  readonly #items: Array<number> = []
  readonly #rank: (item: number) => number

  constructor(rank: (item: number) => number) {
    this.#rank = rank
  }

  peek(): number | undefined {
    return this.#items[0]
  }

  push(item: number): void {
    const items = this.#items
    const rank = this.#rank(item)
    let at = items.length
    items.push(item)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#rank(items[parent]!) <= rank) break
      items[at] = items[parent]!
      at = parent
    }
    items[at] = item
  }

  pop(): number | undefined {
    const items = this.#items
    const top = items[0]
    const last = items.pop()
    if (items.length === 0 || last === undefined) return top
    const rank = this.#rank(last)
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.#rank(items[child + 1]!) < this.#rank(items[child]!)) child++
      if (this.#rank(items[child]!) >= rank) break
      items[at] = items[child]!
      at = child
    }
    items[at] = last
    return top
  }
}
