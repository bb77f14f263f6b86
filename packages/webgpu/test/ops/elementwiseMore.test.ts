import { conforms } from "./conforms.ts"

conforms("elementwiseMore")
