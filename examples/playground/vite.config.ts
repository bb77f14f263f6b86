import { defaultClientConditions, defineConfig } from "vite"
import { digitsPlugin } from "./digitsPlugin.ts"

export default defineConfig({
  root: import.meta.dirname,
  plugins: [digitsPlugin],
  // the packages' TypeScript sources, so that nothing has to be built
  resolve: { conditions: ["effax-source", ...defaultClientConditions] },
  server: {
    // shared memory, and so threads, are for pages that are isolated from other origins
    headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" }
  }
})
