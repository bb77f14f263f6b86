import { conforms } from "./conforms.ts"

conforms("histograms")
