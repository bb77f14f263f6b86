/** The section of the page on long loops, which `npm run soak` writes and `npm run bench` keeps. */
const title = "## Long loops"

/** The page with this text as the section, before the one on what falls short. */
export const section = (page: string, text: string): string => {
  const next = page.indexOf("## What falls short")
  const start = page.indexOf(title)
  const before = page.slice(0, start === -1 ? next : start)
  return `${before}${title}\n\n${text}\n${page.slice(next)}`
}
