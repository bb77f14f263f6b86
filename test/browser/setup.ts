/**
 * Before the first test in a browser.
 */
import { prepare } from "./chromium.ts"

export const setup = (): void => prepare()
